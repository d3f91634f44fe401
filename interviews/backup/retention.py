"""Which snapshots to keep. Their names are moments in Beijing time, such as 2026-12-01-031000."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

NAME = "%Y-%m-%d-%H%M%S"


@dataclass(frozen=True)
class Retention:
    """The last snapshot of each of so many days, weeks (from Monday) and months that have one."""

    days: int = 7
    weeks: int = 5
    months: int = 12

    def kept(self, names: Iterable[str]) -> set[str]:
        """Return the names to keep, the newest always among them."""
        newest_first = sorted(names, reverse=True)
        kept = set(newest_first[:1])
        periods: list[tuple[int, Callable[[datetime], object]]] = [
            (self.days, lambda moment: moment.date()),
            (self.weeks, lambda moment: moment.isocalendar()[:2]),
            (self.months, lambda moment: (moment.year, moment.month)),
        ]
        for count, period in periods:
            last: dict[object, str] = {}
            for name in newest_first:
                last.setdefault(period(datetime.strptime(name, NAME)), name)  # noqa: DTZ007 (days in Beijing)
            kept.update(list(last.values())[:count])
        return kept


def name_of(moment: datetime) -> str:
    return timezone.localtime(moment).strftime(NAME)


def is_name(text: str) -> bool:
    try:
        datetime.strptime(text, NAME)  # noqa: DTZ007
    except ValueError:
        return False
    return True
