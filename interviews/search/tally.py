"""Count the hits of a search by month, subject, speaker and contributor."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from interviews.models.months import month_of

# The columns of a `Key`.
COLUMNS = ("search_key", "edition_id", "interview_id", "speaker_id", "date", "credited", "subject_ids")


class Key(NamedTuple):
    """The ids of a hit and what facets need of all hits."""

    key: int
    edition: int
    interview: int
    speaker: int
    date: datetime.date
    credited: str
    subjects: str


@dataclass
class Tally:
    months: Counter[str] = field(default_factory=Counter)
    subjects: Counter[int] = field(default_factory=Counter)
    speakers: Counter[int] = field(default_factory=Counter)
    contributors: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, keys: Iterable[Key]) -> Tally:
        """Count these hits. Lists of ids that are equal are split once."""
        tally, days = cls(), Counter[datetime.date]()
        credited, subjects = Counter[str](), Counter[str]()
        for key in keys:
            days[key.date] += 1
            tally.speakers[key.speaker] += 1
            credited[key.credited] += 1
            subjects[key.subjects] += 1
        for day, count in days.items():
            tally.months[month_of(day)] += count
        for counter, lists in ((tally.contributors, credited), (tally.subjects, subjects)):
            for ids, count in lists.items():
                for each in ids.split(",") if ids else ():
                    counter[int(each)] += count
        return tally

    @classmethod
    def from_data(cls, data: dict[str, dict[str, int]]) -> Tally:
        months, *others = (data[name] for name in cls().to_data())
        return cls(Counter(months), *(Counter({int(key): count for key, count in each.items()}) for each in others))

    def to_data(self) -> dict[str, dict[Any, int]]:
        return {name: dict(counter) for name, counter in vars(self).items()}

    @property
    def total(self) -> int:
        return self.months.total()

    @property
    def years(self) -> Counter[int]:
        years: Counter[int] = Counter()
        for month, count in self.months.items():
            years[int(month[:4])] += count
        return years

    def add(self, other: Tally, sign: int = 1) -> None:
        for name, counter in vars(self).items():
            for key, count in getattr(other, name).items():
                counter[key] += sign * count
                if not counter[key]:
                    del counter[key]


def newest_first(months: Counter[str]) -> list[tuple[str, int]]:
    return sorted(months.items(), reverse=True)
