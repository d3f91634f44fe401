"""Distinct values of an indexed column without reading every row."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


def distinct(rows: QuerySet[Any], column: str) -> list[Any]:
    """Return each value of a column once, in order: one query, which reads an entry of its index for each value.

    A loose index scan: neither engine does it for DISTINCT.
    """
    return _steps(rows, column, "found.value")


def ranges(rows: QuerySet[Any], column: str, size: int) -> list[int]:
    """Return which ranges of so many keys have rows, from 1: the first one has the keys from 1 to `size`.

    One query, which reads an entry of the index for each range.
    """
    keys = _steps(rows, column, f"((found.value - 1) / {int(size)} + 1) * {int(size)}")
    return [(key - 1) // size + 1 for key in keys]


def _steps(rows: QuerySet[Any], column: str, reached: str) -> list[Any]:
    """Return the first value, then each time the first beyond what was `reached`, in SQL."""
    later = rows.filter(**{f"{column}__gt": RawSQL(reached, [])})  # noqa: S611 (constant SQL)
    (first, given), (following, more) = (
        each.order_by(column).values(column)[:1].query.sql_with_params() for each in (rows, later)
    )
    with connections[rows.db].cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE found(value) AS (SELECT ({first}) UNION ALL SELECT ({following}) FROM found"  # noqa: S608
            " WHERE found.value IS NOT NULL) SELECT value FROM found WHERE value IS NOT NULL",
            [*given, *more],
        )
        return [value for (value,) in cursor.fetchall()]
