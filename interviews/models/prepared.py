"""Querysets whose SQL is made once a process: making it takes Django longer than PostgreSQL to answer."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL

Value = int | str | date | datetime | list[int] | list[str]
_Row = TypeVar("_Row")
# Shapes of one queryset that are kept compiled; with more, all are forgotten.
MOST_SHAPES = 64
_ALL = slice(None)
# Values that no query has, by which parameters are found.
_MARKERS: dict[type, Callable[[int], Value]] = {
    int: lambda number: 2_000_000_001 + number,
    str: lambda number: f"\0{number}",
    date: lambda number: date(2999, 1, 1 + number),
    datetime: lambda number: datetime(2999, 1, 1, microsecond=1 + number, tzinfo=UTC),
    list: lambda number: [2_000_000_001 + number],
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
    """A queryset to be run many times with other values (numbers, texts, dates, moments, lists), given by name.

    `build` makes the queryset from the values. They must reach the SQL as parameters (so not in slices), and must not
    change its shape; which names are given may. On SQLite it is built each time.
    """

    _execute: Callable[..., Any] | None = None

    def __init__(self, build: Callable[..., QuerySet[Any, _Row]]) -> None:
        self._build = build
        self._compiled: dict[tuple[Any, ...], _Compiled] = {}

    def __call__(self, rows: slice = _ALL, /, **values: Value) -> list[_Row]:
        """Fetch the rows, or a slice of them: one query, and one for each prefetch."""
        if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
            return list(self._build(**values)[rows])
        compiled = self._shaped(rows, values)
        parameters = tuple(p.adapt(values[p.name]) if isinstance(p, _Slot) else p for p in compiled.parameters)
        compiler, query = copy(compiled.compiler), copy(compiled.queryset.query)
        compiler.connection = connections[compiled.queryset.db]
        compiler.as_sql = lambda *arguments, **named: (compiled.sql, parameters)
        if self._execute:
            compiler.execute_sql = partial(self._execute, compiler)
        query.get_compiler = lambda *arguments, **named: compiler  # type: ignore[method-assign]
        found: Any = type(compiled.queryset)(compiled.queryset.model, query, compiled.queryset.db)
        for name in ("_iterable_class", "_fields", "_prefetch_related_lookups"):
            setattr(found, name, getattr(compiled.queryset, name))
        return list(found)

    def _shaped(self, rows: slice, values: dict[str, Value]) -> _Compiled:
        shape = (rows.start, rows.stop, *values)
        compiled = self._compiled.get(shape)
        if compiled is None:
            compiled = _compile(self._build, rows, values)
            # Replaced, not changed: other threads may be reading it.
            known = self._compiled if len(self._compiled) < MOST_SHAPES else {}
            self._compiled = {**known, shape: compiled}
        return compiled


class PreparedStatement(Prepared[_Row]):
    """A `Prepared` whose parsed SQL PostgreSQL keeps for each connection, and its plan, if it seems to fit all values.

    Only for rows found by keys, and for limited rows in an index's order: for ranges of dates, a kept plan can read
    whole tables.
    """

    @staticmethod
    def _execute(compiler: Any, *arguments: Any, **named: Any) -> Any:
        """Django's cursors write the values into the SQL, to be planned anew.

        They are used while queries are logged: psycopg does not tell what a prepared statement was.
        """
        from django.db.backends.postgresql.base import ServerBindingCursor  # needs psycopg

        if compiler.connection.queries_logged:
            return type(compiler).execute_sql(compiler, *arguments, **named)
        compiler.connection.ensure_connection()
        connection = compiler.connection.connection
        usual, connection.cursor_factory = connection.cursor_factory, ServerBindingCursor
        try:
            return type(compiler).execute_sql(compiler, *arguments, **named)
        finally:
            connection.cursor_factory = usual


def any_of(keys: list[int]) -> RawSQL | list[int]:
    """The right side of `__in` for ids, however many, in a `Prepared`."""
    if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
        return keys
    return RawSQL("SELECT unnest(%s::bigint[])", [keys], BigIntegerField())


def _compile(build: Callable[..., QuerySet[Any, _Row]], rows: slice, values: dict[str, Value]) -> _Compiled:
    markers = {name: _MARKERS[type(value)](number) for number, (name, value) in enumerate(values.items())}
    queryset = build(**markers)[rows]
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
