"""Token index for search: a table without a model, under the same name on both engines, created by a migration.

SQLite: contentless FTS5 without positions. PostgreSQL: a text array with a GIN index. It only preselects the rows that
have every token of the terms; callers compare the text itself, so false positives never show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

from interviews.text.folding import tokens, tokens_of_term

BATCH = 200
POSITION_BITS = 16
# The position of a page's head: above those of its interviews.
HEAD = 2**POSITION_BITS - 1
# Marks the tokens of heads, so that a search among pages does not meet interviews. Folded text has no such character.
HEAD_MARK = "\x01"

EMPTY = {
    "sqlite": "INSERT INTO interviews_searchtoken(interviews_searchtoken) VALUES ('delete-all')",
    "postgresql": "DELETE FROM interviews_searchtoken",
}
WRITE = {
    "sqlite": "INSERT INTO interviews_searchtoken(rowid, tokens) VALUES (%s, %s)",
    # One string instead of a list of hundreds, which takes the driver longer than the tokens took to find.
    "postgresql": "INSERT INTO interviews_searchtoken(key, tokens) VALUES (%s, string_to_array(%s, chr(10)))"
    " ON CONFLICT (key) DO UPDATE SET tokens = EXCLUDED.tokens"
    " WHERE interviews_searchtoken.tokens IS DISTINCT FROM EXCLUDED.tokens",
}
FIND = {
    "sqlite": "SELECT rowid FROM interviews_searchtoken WHERE interviews_searchtoken MATCH %s",
    "postgresql": "SELECT key FROM interviews_searchtoken WHERE tokens @> %s::text[]",
}

UNINDEX = {"sqlite": "SELECT 1", "postgresql": "DROP INDEX IF EXISTS interviews_searchtoken_tokens"}
INDEX = {
    "sqlite": "SELECT 1",
    "postgresql": "CREATE INDEX IF NOT EXISTS interviews_searchtoken_tokens ON interviews_searchtoken"
    " USING gin (tokens) WITH (fastupdate = off)",
}


def key_of(edition: int, position: int) -> int:
    """Combine edition and position on the page into one integer key."""
    return (edition << POSITION_BITS) + position


def empty(connection: BaseDatabaseWrapper = default_connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute(EMPTY[connection.vendor])


@contextmanager
def bulk_loading(connection: BaseDatabaseWrapper = default_connection) -> Iterator[None]:
    """Drop PostgreSQL's index while nearly all rows are written: building it afterwards takes a tenth of the time."""
    with connection.cursor() as cursor:
        cursor.execute(UNINDEX[connection.vendor])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(INDEX[connection.vendor])


def write(texts: Iterable[tuple[int, str]], connection: BaseDatabaseWrapper = default_connection) -> None:
    """Index folded texts by key. Call in the transaction that writes their rows."""
    with connection.cursor() as cursor:
        batch: list[tuple[int, str]] = []
        for key, text in texts:
            batch.append((key, _stored(connection, _tokens(key, text))))
            if len(batch) == BATCH:
                cursor.executemany(WRITE[connection.vendor], batch)
                batch = []
        if batch:
            cursor.executemany(WRITE[connection.vendor], batch)


def renew(texts: Iterable[tuple[int, str]], connection: BaseDatabaseWrapper = default_connection) -> None:
    """Index the texts that are not indexed as they are. SQLite keeps the tokens that a text has no more: harmless."""
    if connection.vendor == "sqlite":
        texts = [(key, text) for key, text in texts if not _is_indexed(key, text, connection)]
    write(texts, connection)


def _is_indexed(key: int, text: str, connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"{FIND['sqlite']} AND rowid = %s", [" AND ".join(map(_word, sorted(_tokens(key, text)))), key])
        return cursor.fetchone() is not None


def keys_with(
    terms: Iterable[str], *, heads: bool = False, connection: BaseDatabaseWrapper = default_connection
) -> RawSQL:
    """Return a subquery for the keys of interviews, or of the heads of pages, that have every token of the terms."""
    return keys_having(tokens_of(terms, heads=heads), connection)


def tokens_of(terms: Iterable[str], *, heads: bool = False) -> list[str]:
    """Return the tokens of interviews, or of the heads of pages, that have all terms."""
    mark = HEAD_MARK if heads else ""
    return sorted({mark + token for term in terms for token in tokens_of_term(term)})


def keys_having(tokens: list[str], connection: BaseDatabaseWrapper = default_connection) -> RawSQL:
    """Return a subquery for the keys that have every token."""
    value = " AND ".join(map(_word, tokens)) if connection.vendor == "sqlite" else tokens
    return RawSQL(FIND[connection.vendor], [value], BigIntegerField())  # noqa: S611 (constant SQL, bound parameter)


def _tokens(key: int, text: str) -> set[str]:
    found = tokens(text)
    return {HEAD_MARK + token for token in found} if key & HEAD == HEAD else found


def _stored(connection: BaseDatabaseWrapper, found: set[str]) -> str:
    return " ".join(map(_word, found)) if connection.vendor == "sqlite" else "\n".join(sorted(found))


def _word(token: str) -> str:
    """Encode a token in letters that FTS5 reads as one word and never as an operator (AND, OR, NOT)."""
    return "x" + "".join(f"{ord(character):05x}" for character in token)
