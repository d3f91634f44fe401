"""Months as lists count by them: "2025-03"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def month_of(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def days_of(month: str) -> tuple[date, date]:
    """Return the month's first day and the next month's, which is excluded."""
    year, number = map(int, month.split("-"))
    after = date(year + number // 12, number % 12 + 1, 1) if (year, number) < (9999, 12) else date.max
    return date(year, number, 1), after


def ranges(months: list[str]) -> list[tuple[date, date]]:
    """Return the first day and the day after of these months, newest first; neighbouring months are one range."""
    found: list[tuple[date, date]] = []
    for start, end in map(days_of, months):
        if found and end == found[-1][0]:
            found[-1] = (start, found[-1][1])
        else:
            found.append((start, end))
    return found


def months_of_slice(counts: Iterable[tuple[str, int]], start: int, end: int) -> tuple[list[str], int]:
    """Return the months that have the rows from `start` to `end` of a list, and the number of rows before them.

    `counts` are the list's months with their numbers of rows, in its order.
    """
    before = reached = 0
    found: list[str] = []
    for month, rows in counts:
        if reached < end and reached + rows > start:
            before = before if found else reached
            found.append(month)
        reached += rows
    return found, before
