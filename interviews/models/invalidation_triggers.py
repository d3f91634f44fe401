"""The triggers that write invalidations, on SQLite and PostgreSQL, and the stamp that tells this host's processes.

`migrate` reinstalls them: SQLite's are lost when a table is rebuilt.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from zlib import crc32

from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .invalidation import TXID

TABLE = "interviews_invalidation"
# Page stores that have read nothing for that long start anew.
KEPT_DAYS = 7
NOW = "NULL"
PUBLISHED = "(SELECT published_from FROM interviews_edition WHERE id = NEW.edition_id)"
MONTH = "'month:' || SUBSTR(CAST({}.date AS text), 1, 7)"
PHOTOGRAPHER = "COALESCE((SELECT photographer_id FROM interviews_photo WHERE id = NEW.photo_id), 0)"


class Rule(NamedTuple):
    """Tags (SQL about OLD and NEW) that a change of a row invalidates, from a moment (SQL) on."""

    table: str
    events: str
    tags: tuple[str, ...]
    due: str = NOW
    when: str = "TRUE"
    # Queries of further tags.
    selected: tuple[str, ...] = ()


def _changed(*columns: str) -> str:
    # SQLite before 3.39 has no IS DISTINCT FROM.
    return " OR ".join(f"COALESCE(CAST(OLD.{c} AS text), '') <> COALESCE(CAST(NEW.{c} AS text), '')" for c in columns)


def _row(tag: str, row: str, column: str) -> str:
    return f"'{tag}:' || {row}.{column}"


def _published(table: str, tag: str, column: str) -> list[Rule]:
    """Rules for rows of the read side: inserted with an edition, for its time; else changed at once."""
    new, old = _row(tag, "NEW", column), _row(tag, "OLD", column)
    return [
        Rule(table, "INSERT", (new,), due=PUBLISHED),
        Rule(table, "UPDATE", (new, old, "'lists'")),
        Rule(table, "DELETE", (old, "'lists'")),
    ]


EDITION = (_row("feature", "NEW", "feature_id"), "'lists'")
# The people, photos and month of an edition.
OF_EDITION = (
    "SELECT 'contributor:' || p.photographer_id FROM interviews_publishedphoto r JOIN interviews_photo p"
    " ON p.id = r.photo_id WHERE r.edition_id = NEW.id AND p.photographer_id IS NOT NULL",
    *(
        f"SELECT {tag} FROM interviews_published{rows} r WHERE r.edition_id = NEW.id"  # noqa: S608 (our own names)
        for rows, tag in {
            "feature": MONTH.format("r"),
            "interview": _row("speaker", "r", "speaker_id"),
            "credit": _row("contributor", "r", "contributor_id"),
            "photo": _row("photo", "r", "photo_id"),
        }.items()
    ),
)
RULES = [
    Rule("interviews_edition", "INSERT", EDITION, due="NEW.published_from"),
    Rule("interviews_edition", "INSERT", EDITION, due="NEW.published_until", when="NEW.published_until IS NOT NULL"),
    Rule(
        "interviews_edition",
        "UPDATE",
        EDITION,
        due="NEW.published_until",
        when=_changed("published_until"),
        selected=OF_EDITION,
    ),
    Rule("interviews_withdrawal", "INSERT", EDITION),
    Rule("interviews_publishedfeature", "INSERT", (MONTH.format("NEW"),), due=PUBLISHED),
    Rule("interviews_publishedfeature", "UPDATE", (*EDITION, MONTH.format("NEW"), MONTH.format("OLD"))),
    Rule(
        "interviews_publishedfeature", "DELETE", (_row("feature", "OLD", "feature_id"), "'lists'", MONTH.format("OLD"))
    ),
    Rule("interviews_publishedfeature_subjects", "INSERT UPDATE DELETE", ("'lists'",)),
    Rule("interviews_publishedtopic", "UPDATE DELETE", ("'lists'",)),
    *_published("interviews_publishedinterview", "speaker", "speaker_id"),
    *_published("interviews_publishedcredit", "contributor", "contributor_id"),
    *_published("interviews_publishedphoto", "photo", "photo_id"),
    Rule("interviews_publishedphoto", "INSERT", (f"'contributor:' || {PHOTOGRAPHER}",), due=PUBLISHED),
    Rule(
        "interviews_speaker",
        "UPDATE",
        (_row("speaker", "NEW", "id"), "'lists'"),
        when=_changed("name", "name_sort", "merged_into_id"),
    ),
    Rule(
        "interviews_contributor",
        "UPDATE",
        (_row("contributor", "NEW", "id"), "'lists'"),
        when=_changed("name", "merged_into_id"),
    ),
    Rule("interviews_photo", "UPDATE", (_row("photo", "NEW", "id"),)),
    Rule("interviews_photo", "UPDATE", ("'photos'",), when=_changed("withdrawn_at", "expires_on")),
    Rule(
        "interviews_photo",
        "UPDATE",
        tuple(f"'contributor:' || COALESCE({row}.photographer_id, 0)" for row in ("OLD", "NEW")),
        when=_changed("photographer_id", "withdrawn_at", "expires_on"),
    ),
    Rule("interviews_rendition", "INSERT UPDATE", (_row("photo", "NEW", "photo_id"),)),
    Rule("interviews_rendition", "DELETE", (_row("photo", "OLD", "photo_id"),)),
    Rule("interviews_subject", "INSERT UPDATE DELETE", ("'subjects'",)),
    Rule("interviews_creditrole", "INSERT UPDATE DELETE", ("'roles'",)),
]
_WATCHED = "|".join(sorted({TABLE, *(rule.table for rule in RULES)}))
_WRITE = re.compile(
    rf"\s*(?:INSERT|UPDATE|DELETE|REPLACE|TRUNCATE)\b.{{0,40}}?\b(?:{_WATCHED})\b",
    re.IGNORECASE | re.DOTALL,
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Install or replace the triggers. Does nothing before the tables exist."""
    if {TABLE, *(rule.table for rule in RULES)} <= set(connection.introspection.table_names()):
        remove(connection)
        with connection.cursor() as cursor:
            for statement in statements(connection.vendor).values():
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers, whichever rules they came from: SQLite can't rebuild a table that a trigger names."""
    with connection.cursor() as cursor:
        for name, table in _installed(connection):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")
            if on:
                cursor.execute(f"DROP FUNCTION {name}()")


def _installed(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """Names and tables of the triggers."""
    query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'invalidate!_%' ESCAPE '!'"
    if connection.vendor == "postgresql":
        query = (
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE c.relnamespace = current_schema()::regnamespace AND t.tgname LIKE 'invalidate!_%' ESCAPE '!'"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def statements(vendor: str) -> dict[str, str]:
    """The SQL that creates each trigger, by its name, which differs if anything of it does."""
    made: dict[str, str] = {}
    for number, rule in enumerate(RULES):
        for event in rule.events.split():
            when = f"AFTER {event} ON {rule.table} FOR EACH ROW WHEN ({rule.when})"
            body = _insert(rule, vendor) + (_forget(vendor) if not number else "")
            name = f"invalidate_{number}_{event.lower()}_{crc32(f'{when}{body}'.encode()):08x}"
            if vendor == "postgresql":
                made[name] = (
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {body} RETURN NULL; END$$; "
                    f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()"
                )
            else:
                made[name] = f"CREATE TRIGGER {name} {when} BEGIN {body} END"
    return made


def _insert(rule: Rule, vendor: str) -> str:
    now = "NOW()" if vendor == "postgresql" else "DATETIME('now')"
    due = f"{rule.due}::timestamptz" if vendor == "postgresql" else rule.due
    # UNION drops duplicates.
    tags = " UNION ".join((*(f"SELECT {tag} AS tag" for tag in rule.tags), *rule.selected))
    return (
        f"INSERT INTO {TABLE} (tag, due, txid, created_at) SELECT tag, {due}, {TXID[vendor]}, {now} FROM ({tags}) t; "  # noqa: S608 (our own rules)
    )


def _forget(vendor: str) -> str:
    """Delete what every page store has read: with each publication, because that is when rows accrue."""
    week = f"NOW() - INTERVAL '{KEPT_DAYS} days'" if vendor == "postgresql" else f"DATETIME('now', '-{KEPT_DAYS} days')"
    return f"DELETE FROM {TABLE} WHERE created_at < {week} AND (due IS NULL OR due < {week}); "  # noqa: S608 (our own name)


def before_migrate(*, using: str, plan: list[object], **kwargs: object) -> None:
    if plan:
        remove(transaction.get_connection(using))


def after_migrate(*, using: str, **kwargs: object) -> None:
    connection = transaction.get_connection(using)
    if {name for name, _ in _installed(connection)} != set(statements(connection.vendor)):
        install(connection)


def touch() -> None:
    """Change the stamp, after a commit. By its size: the clock of a file system can't tell two quick writes."""
    handle = os.open(settings.PAGE_STAMP, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, b".")
    finally:
        os.close(handle)


def stamp() -> tuple[int, int]:
    """The stamp's value, which differs after each touch. Half a microsecond."""
    try:
        found = os.stat(settings.PAGE_STAMP)
    except FileNotFoundError:
        return (0, 0)
    return (found.st_ino, found.st_size)


def watch(*, connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Touch the stamp after each transaction that writes to a table of the rules, whoever wrote the statement."""
    if _touch_after_writing not in connection.execute_wrappers:
        # First: Django's `execute_wrapper` takes the last one off, and may have been entered before the connection.
        connection.execute_wrappers.insert(0, _touch_after_writing)


def _touch_after_writing(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    result = execute(sql, params, many, context)
    if _WRITE.match(sql):
        connection = context["connection"]
        pending = connection.run_on_commit[-1:]
        # Once for many statements in a row.
        if not pending or pending[0][1] is not touch or pending[0][0] != set(connection.savepoint_ids):
            connection.on_commit(touch)
    return result
