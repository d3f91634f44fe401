"""Intervals of time in which editions are public."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

# Begin of what was public before the horizon.
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
# How long ends and begins are kept apart, for clocks that differ.
KEPT = timedelta(days=1)

Interval = tuple[datetime, datetime | None]


def horizon() -> datetime:
    return timezone.now() - KEPT


def still_to_come(prefix: str = "edition__") -> Q:
    """Condition for rows that are public at some time after the horizon."""
    until = f"{prefix}published_until"
    lasting = Q(**{f"{until}__gt": horizon()}) & Q(**{f"{until}__gt": F(f"{prefix}published_from")})
    return Q(**{f"{until}__isnull": True}) | lasting


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Merge intervals that overlap or touch. None is the end of time."""
    merged: list[Interval] = []
    for start, end in sorted(intervals, key=lambda each: each[0]):
        last = merged[-1] if merged else None
        if last and (last[1] is None or start <= last[1]):
            ends = (last[1], end)
            merged[-1] = (last[0], None if None in ends else max(each for each in ends if each))
        else:
            merged.append((start, end))
    return merged
