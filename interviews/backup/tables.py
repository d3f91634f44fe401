"""Rows of all tables as lines of JSON, and back. What is derived from other rows is left out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management.color import no_style
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.models.functions import Collate

from interviews.models import (
    BackupRun,
    CacheEntry,
    Delivery,
    Invalidation,
    ListCount,
    ListedPhoto,
    ListedSpeaker,
    Observation,
    OutboxMessage,
    PendingFile,
    Photo,
    PublishedCredit,
    PublishedFeature,
    PublishedInterview,
    PublishedPhoto,
    PublishedTopic,
    Rendition,
    SearchTally,
)

from .codec import AnyField, decoder, encoder, kind_of

Model = type[models.Model]
# About this installation: neither in an archive nor touched by a restore.
OF_INSTALLATION: set[Model] = {BackupRun, CacheEntry, Invalidation, PendingFile}
# Made again after a restore, but for sessions: people sign in again. Observations were of the former rows.
DERIVED: set[Model] = {
    *(PublishedCredit, PublishedFeature, PublishedFeature.subjects.through, PublishedInterview, PublishedPhoto),
    *(PublishedTopic, ListCount, ListedPhoto, ListedSpeaker, SearchTally, Rendition, Session),
    *(UserSession, Observation),
    # Not made again: a restored copy tells nobody of the past.
    *(OutboxMessage, Delivery),
}
# Without renditions, no photo has the crops that its recipe tells of.
BLANK = {(Photo._meta.db_table, "recipe")}
AT_ONCE = 200
# Rows with files in them.
LARGE_AT_ONCE = 10

# Deferred on SQLite: Django's own transactions would keep writers out for as long as the backup takes.
BEGIN = {"sqlite": "BEGIN DEFERRED", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}


@dataclass
class Sum:
    """Number of lines, and the SHA-256 of them."""

    rows: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, line: bytes) -> None:
        self.rows += 1
        self._digest.update(line)

    def to_json(self) -> dict[str, Any]:
        return {"rows": self.rows, "sha256": self._digest.hexdigest()}


@contextmanager
def snapshot() -> Iterator[None]:
    """See one moment of the database, while others write."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN[connection.vendor])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def all_tables() -> dict[str, Model]:
    """Map the name of each table that has a model to it, but for those of the installation."""
    found = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    return {name: model for name, model in sorted(found.items()) if model not in OF_INSTALLATION}


def archived() -> dict[str, Model]:
    return {name: model for name, model in all_tables().items() if model not in DERIVED}


def columns_of(model: Model) -> list[str]:
    return [each.column for each in model._meta.concrete_fields if each.column]


def schema() -> set[str]:
    """Return the applied migrations of today's code."""
    loader = MigrationLoader(connection)
    return {f"{app}.{name}" for app, name in loader.applied_migrations if (app, name) in loader.graph.nodes}


def lines(model: Model, columns: list[str]) -> Iterator[bytes]:
    """Yield the rows by primary key, each a JSON list of these columns, equal on both engines."""
    fields = _fields(model, columns)
    encode = encoder(fields)
    blank = [index for index, column in enumerate(columns) if (model._meta.db_table, column) in BLANK]
    large = any(kind_of(each) == "BinaryField" for each in fields)
    rows = model._base_manager.order_by(_by_key(model)).values_list(*(each.attname for each in fields))
    for row in rows.iterator(chunk_size=LARGE_AT_ONCE if large else AT_ONCE):
        yield encode(tuple("" if index in blank else value for index, value in enumerate(row)) if blank else row)


def load(model: Model, columns: list[str], lines: Iterable[bytes]) -> None:
    """Insert rows as they are: neither fields nor signals have a say."""
    decode = decoder(_fields(model, columns), connection)
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for line in lines:
                    copy.write_row(decode(line))
        else:
            marks = ", ".join(["%s"] * len(columns))
            insert = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 (names of the schema)
            rows = map(decode, lines)
            # Django's wrapper keeps all parameters of a call in memory.
            while batch := list(islice(rows, AT_ONCE)):
                cursor.executemany(insert, batch)


def empty() -> None:
    """Delete the rows of all tables. Call with the append-only triggers lifted."""
    names = [connection.ops.quote_name(name) for name in all_tables()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(names)}")
        else:
            for name in names:
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608 (names of the schema)


def reset_sequences() -> None:
    """Let new rows get ids after the loaded ones, and the planner know of them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(all_tables().values())):
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def sums(tables: dict[str, list[str]], progress: Callable[[], None]) -> dict[str, dict[str, Any]]:
    """Hash the rows of the database, by table, from its columns."""
    found = {}
    for name, columns in tables.items():
        total = Sum()
        for line in lines(archived()[name], columns):
            total.add(line)
            progress()
        found[name] = total.to_json()
    return found


def count() -> int:
    return sum(model._base_manager.count() for model in archived().values())


def _fields(model: Model, columns: list[str]) -> list[AnyField]:
    by_column = {each.column: each for each in model._meta.concrete_fields}
    return [by_column[column] for column in columns]


def _by_key(model: Model) -> Any:
    """Order by primary key, text by code points: engines and servers collate differently."""
    key: Any = model._meta.pk
    if kind_of(key) in {"CharField", "TextField", "SlugField"}:
        return Collate(key.attname, "C" if connection.vendor == "postgresql" else "BINARY")
    return key.attname
