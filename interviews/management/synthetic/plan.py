"""The plan of the synthetic newsroom: what becomes of its n-th page, when, and under which ids.

Everything follows from the page's number and the number of pages, so that batches can be written side by side and two
runs write the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

PAGES_A_DAY = 8
LAST_DAY = datetime(2026, 6, 30, tzinfo=UTC)
# Scheduled pages stay scheduled, whenever the load test runs.
COMING = datetime(2096, 1, 1, tzinfo=UTC)
# Pages in the works: a third, but no more than a newsroom has.
MOST_IN_WORK = 120

# Interviews by topic, in turn: on average four interviews on a page.
SHAPES = ((1, 1, 1), (1, 2, 1), (2, 1, 2), (1, 1, 2), (1, 1, 1, 1))
_TOPICS = [sum(len(shape) for shape in SHAPES[:place]) for place in range(len(SHAPES) + 1)]
_INTERVIEWS = [sum(sum(shape) for shape in SHAPES[:place]) for place in range(len(SHAPES) + 1)]

# Ids reserved for a page: more than any has.
REVISIONS, SIGN_OFFS, EDITIONS, CREDITS, SUBJECTS = 4, 16, 2, 32, 4


class Fate(Enum):
    """What becomes of a page."""

    LIVE = "live"
    CORRECTED = "corrected"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"
    CALLED_OFF = "called off"
    # In the works:
    DRAFT = "draft"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    HALF_SIGNED = "half signed"
    SIGNED = "signed"
    SCHEDULED = "scheduled"
    REVISED = "revised"
    REOPENED = "reopened"


IN_WORK = list(Fate)[5:]
# Of a hundred published pages: five corrected, two updated, two withdrawn, one called off before it was public.
_OTHERS = {
    **dict.fromkeys((3, 23, 43, 63, 83), Fate.CORRECTED),
    **dict.fromkeys((11, 61), Fate.UPDATED),
    **dict.fromkeys((7, 57), Fate.WITHDRAWN),
    13: Fate.CALLED_OFF,
}


@dataclass(frozen=True)
class Plan:
    """The n-th of `total` pages, from 0."""

    number: int
    total: int

    @property
    def fate(self) -> Fate:
        left = self.total - 1 - self.number
        if left < min(self.total // 3, MOST_IN_WORK):
            return IN_WORK[left % len(IN_WORK)]
        return _OTHERS.get(self.number % 100, Fate.LIVE)

    @property
    def feature(self) -> int:
        return self.number + 1

    @property
    def shape(self) -> tuple[int, ...]:
        return SHAPES[self.number % len(SHAPES)]

    @property
    def first_topic(self) -> int:
        return _offset(self.number, _TOPICS)

    @property
    def first_interview(self) -> int:
        return _offset(self.number, _INTERVIEWS)

    @property
    def place(self) -> int:
        """The page's place in its day's paper, from 0."""
        return (self.total - 1 - self.number) % PAGES_A_DAY

    @property
    def day(self) -> datetime:
        return LAST_DAY - timedelta(days=(self.total - 1 - self.number) // PAGES_A_DAY)

    def at(self, minute: int) -> datetime:
        """A minute of the hour in which the page was reviewed: a page an hour, so that the record is in order."""
        return self.day + timedelta(hours=PAGES_A_DAY - 1 - self.place, minutes=minute)

    def key(self, reserved: int, place: int) -> int:
        """The id of the page's row at a place, in a table that has so many ids reserved for each page."""
        return self.number * reserved + place + 1


def _offset(number: int, sums: list[int]) -> int:
    rounds, place = divmod(number, len(sums) - 1)
    return rounds * sums[-1] + sums[place] + 1


def speakers(total: int) -> int:
    """The number of speakers: each speaks on about thirty pages of a large newsroom."""
    return 20 + total // 8


def contributors(total: int) -> int:
    return 30 + total // 400


def covers(total: int) -> int:
    """The number of cover photos: one for every tenth page."""
    return -(-total // 10)


def portrait_of(speaker: int, total: int) -> int | None:
    """The id of a speaker's portrait; every fifth speaker has one."""
    return covers(total) + speaker // 5 if speaker % 5 == 0 else None


def photos(total: int) -> int:
    return covers(total) + speakers(total) // 5


def is_withdrawn(photo: int) -> bool:
    return photo % 97 == 0


def is_expired(photo: int) -> bool:
    return photo % 89 == 0
