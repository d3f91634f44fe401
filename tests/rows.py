"""Whether rows changed: of all tables by a digest, or since a snapshot by the tables that were written to meanwhile."""

import hashlib
import re
from collections import Counter
from functools import cache

from django.apps import apps
from django.db import connection


def digest():
    """All rows in one value. For what other processes and connections write; `Snapshot` is quicker."""
    return hashlib.sha256(repr(sorted(_sums(_tables()).items())).encode()).hexdigest()


class Snapshot:
    """The rows of every table at one moment.

    `changed` asks only for the tables that this connection has written to since, so it costs nothing after a refusal.
    What is written and rolled back counts as unchanged, and so does an UPDATE to the same values.
    """

    def __init__(self):
        if _note not in connection.execute_wrappers:
            connection.execute_wrappers.append(_note)
        self._sums = _sums(_tables())
        self.restored()

    def restored(self):
        """Forget what was written: a rollback has brought these rows back."""
        self._written = _written.copy()

    def changed(self):
        touched = {table for table, times in _written.items() if times != self._written[table]}
        tables = _tables() if touched - _outside() - set(_tables()) else sorted(touched & set(_tables()))
        return any(self._sums[table] != rows for table, rows in _sums(tables).items())


# Table by table, how many statements may have changed it. Under None those that cannot be told.
_written = Counter()
_READS = re.compile(r"\s*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|EXPLAIN|SET|LOCK|ANALYZE)\b", re.IGNORECASE)
_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)\"?", re.IGNORECASE)


def _note(execute, sql, params, many, context):
    if not _READS.match(sql):
        found = _WRITES.match(sql)
        _written[found and found[1]] += 1
    return execute(sql, params, many, context)


@cache
def _tables():
    """Ours, those between two models too, and the accounts with their groups."""
    models = apps.get_app_config("interviews").get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models} | {"auth_user", "auth_user_groups", "auth_group_permissions"}
    return sorted(tables)


@cache
def _outside():
    """Other applications' tables, of which no digest is made: sessions, log entries."""
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - set(_tables())


def _sums(tables):
    """A value for the rows of each table."""
    if not tables:
        return {}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return {table: repr(cursor.execute(_rows(table)).fetchall()) for table in tables}
        # Where each question is a way there and back, all in one.
        sums = [f"(SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) FROM ({_rows(each)}) t)" for each in tables]
        cursor.execute("SELECT " + ", ".join(sums))
        return dict(zip(tables, cursor.fetchone(), strict=True))


@cache
def _rows(table):
    with connection.cursor() as cursor:
        columns = [each.name for each in connection.introspection.get_table_description(cursor, table)]
    # The last sign-in is no work.
    names = ", ".join(f'"{name}"' for name in columns if name != "last_login")
    return f"SELECT {names} FROM {table} ORDER BY {names}"


def count_anew():
    """After rows by the thousand. In production the database does so by itself; a planner that knows the tables from a
    test that left them empty joins them row by row, for minutes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
