"""Detect changed rows: by a digest of all tables, or by a snapshot that rereads only tables written to since."""

import hashlib
import re
from collections import Counter
from functools import cache

from django.apps import apps
from django.db import connection

from interviews.models import CacheEntry, Invalidation, SecurityEvent, SecurityEventHead


def digest():
    """Hash all rows. Sees writes of other processes and connections; `Snapshot` is faster."""
    return hashlib.sha256(repr(sorted(_sums(_tables()).items())).encode()).hexdigest()


class Snapshot:
    """The rows of every table at one moment.

    `changed` reads only the tables that this connection has written to since, so it is free after a refusal. Writes
    that were rolled back, and UPDATEs to the same values, are no change.
    """

    def __init__(self):
        if _note not in connection.execute_wrappers:
            connection.execute_wrappers.insert(0, _note)
        self._sums = _sums(_tables())
        self.restored()

    def restored(self):
        """Forget the writes so far, after a rollback."""
        self._written = _written.copy()

    def changed(self):
        touched = {table for table, times in _written.items() if times != self._written[table]}
        tables = _tables() if touched - _outside() - set(_tables()) else sorted(touched & set(_tables()))
        return any(self._sums[table] != rows for table, rows in _sums(tables).items())


# Number of statements per table that may have changed it; None counts statements that name no table.
_written = Counter()
_READS = re.compile(r"\s*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|EXPLAIN|SET|LOCK|ANALYZE)\b", re.IGNORECASE)
_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)\"?", re.IGNORECASE)


def _note(execute, sql, params, many, context):
    if not _READS.match(sql):
        found = _WRITES.match(sql)
        _written[found and found[1]] += 1
    return execute(sql, params, many, context)


OUTSIDE = {Invalidation, CacheEntry, SecurityEvent, SecurityEventHead}


@cache
def _tables():
    """Return this app's tables, many-to-many tables included, and those of users and groups.

    Without the invalidations, which triggers derive from changes of the others, and without what looking may leave:
    counted attempts to sign in and security events.
    """
    models = set(apps.get_app_config("interviews").get_models(include_auto_created=True)) - OUTSIDE
    tables = {model._meta.db_table for model in models} | {"auth_user", "auth_user_groups", "auth_group_permissions"}
    return sorted(tables)


@cache
def _outside():
    """Return other tables, such as sessions and log entries, which are not compared."""
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - set(_tables())


def _sums(tables):
    """Return a comparable value of the rows of each table."""
    if not tables:
        return {}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return {table: repr(cursor.execute(_rows(table)).fetchall()) for table in tables}
        # One query, to save round trips.
        sums = [f"(SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) FROM ({_rows(each)}) t)" for each in tables]
        cursor.execute("SELECT " + ", ".join(sums))
        return dict(zip(tables, cursor.fetchone(), strict=True))


@cache
def _rows(table):
    with connection.cursor() as cursor:
        columns = [each.name for each in connection.introspection.get_table_description(cursor, table)]
    # Signing in is no change.
    names = ", ".join(f'"{name}"' for name in columns if name != "last_login")
    return f"SELECT {names} FROM {table} ORDER BY {names}"


def count_anew():
    """Update the planner's statistics after bulk inserts.

    With statistics of empty tables the planner picks nested loops, which take minutes. In production autovacuum does
    this.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
