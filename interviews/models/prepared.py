"""Querysets whose SQL is made once a process: making it takes Django longer than PostgreSQL to answer."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import UTC, date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

Value = int | date | datetime
_Row = TypeVar("_Row")
# Values that no query has, by which parameters are found.
_MARKERS: dict[type, Callable[[int], Value]] = {
    int: lambda number: 2_000_000_001 + number,
    date: lambda number: date(2999, 1, 1 + number),
    datetime: lambda number: datetime(2999, 1, 1, microsecond=1 + number, tzinfo=UTC),
}


class _Slot(NamedTuple):
    """A parameter to be filled in, and how (psycopg's integer types are sent with their size)."""

    name: str
    adapt: Callable[[Any], Any]


class _Compiled(NamedTuple):
    queryset: QuerySet[Any, Any]
    compiler: Any
    sql: str
    parameters: tuple[Any, ...]


class Prepared(Generic[_Row]):
    """A queryset to be run many times with other values (numbers, dates, moments), given by name.

    `build` makes the queryset from the values. They must reach the SQL as parameters (so not in slices), and must not
    change its shape. On SQLite it is built each time.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, _Row]]) -> None:
        self._build = build
        self._compiled: _Compiled | None = None

    def __call__(self, **values: Value) -> list[_Row]:
        """Fetch the rows: one query, and one for each prefetch."""
        if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
            return list(self._build(**values))
        if self._compiled is None:
            self._compiled = _compile(self._build, values)
        compiled = self._compiled
        parameters = tuple(p.adapt(values[p.name]) if isinstance(p, _Slot) else p for p in compiled.parameters)
        compiler, query = copy(compiled.compiler), copy(compiled.queryset.query)
        compiler.connection = connections[compiled.queryset.db]
        compiler.as_sql = lambda *arguments, **named: (compiled.sql, parameters)
        query.get_compiler = lambda *arguments, **named: compiler  # type: ignore[method-assign]
        rows: Any = type(compiled.queryset)(compiled.queryset.model, query, compiled.queryset.db)
        for name in ("_iterable_class", "_fields", "_prefetch_related_lookups"):
            setattr(rows, name, getattr(compiled.queryset, name))
        return list(rows)


def _compile(build: Callable[..., QuerySet[Any, _Row]], values: dict[str, Value]) -> _Compiled:
    markers = {name: _MARKERS[type(value)](number) for number, (name, value) in enumerate(values.items())}
    queryset = build(**markers)
    compiler = queryset.query.get_compiler(queryset.db)
    sql, parameters = compiler.as_sql()
    slots = [_slot(each, markers) for each in parameters]
    if missing := set(markers) - {slot.name for slot in slots if isinstance(slot, _Slot)}:
        raise ValueError(f"Not a parameter of the SQL: {', '.join(missing)}")
    return _Compiled(queryset, compiler, sql, tuple(slots))


def _slot(parameter: Any, markers: dict[str, Value]) -> Any:
    for name, marker in markers.items():
        if isinstance(parameter, type(marker)) and parameter == marker:
            return _Slot(name, type(parameter) if isinstance(parameter, int) else lambda value: value)
    return parameter
