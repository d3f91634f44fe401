"""The index of tokens behind the search: one table by the same name on both engines, no model.

SQLite: FTS5 without content and without positions. PostgreSQL: an array of text under GIN. A migration creates it. Both
only narrow the rows down to those that have every token of a term; whoever asks compares the text itself: a token too
many never shows.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection as default_connection
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

from interviews.text.folding import tokens, tokens_of_term

TABLE = "interviews_searchtoken"
BATCH = 200
# Bits for the place on the page.
PLACES = 16

EMPTY = {"sqlite": f"INSERT INTO {TABLE}({TABLE}) VALUES ('delete-all')", "postgresql": f"DELETE FROM {TABLE}"}
WRITE = {
    "sqlite": f"INSERT INTO {TABLE}(rowid, tokens) VALUES (%s, %s)",
    "postgresql": f"INSERT INTO {TABLE}(key, tokens) VALUES (%s, %s)"
    " ON CONFLICT (key) DO UPDATE SET tokens = EXCLUDED.tokens",
}


def key_of(edition: int, position: int) -> int:
    """One number for an interview of an edition, by its place on the page."""
    return (edition << PLACES) + position


def empty(connection=default_connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute(EMPTY[connection.vendor])


def write(texts: Iterable[tuple[int, str]], connection=default_connection) -> None:
    """Index folded texts by their keys, inside the transaction that writes their rows."""
    with connection.cursor() as cursor:
        batch = []
        for key, text in texts:
            batch.append((key, _stored(connection, tokens(text))))
            if len(batch) == BATCH:
                cursor.executemany(WRITE[connection.vendor], batch)
                batch = []
        if batch:
            cursor.executemany(WRITE[connection.vendor], batch)


def keys_with(terms: Iterable[str], connection=default_connection) -> RawSQL:
    """A subquery: the keys of the texts that have every token of the folded terms."""
    wanted = sorted({token for term in terms for token in tokens_of_term(term)})
    if connection.vendor == "sqlite":
        match = " AND ".join(map(_word, wanted))
        return RawSQL(f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s", [match], BigIntegerField())
    return RawSQL(f"SELECT key FROM {TABLE} WHERE tokens @> %s::text[]", [wanted], BigIntegerField())


def _stored(connection, found: set[str]) -> str | list[str]:
    return " ".join(map(_word, found)) if connection.vendor == "sqlite" else sorted(found)


def _word(token: str) -> str:
    """Letters that FTS5 takes for one word, and never for one of its own: AND, OR, NOT."""
    return "x" + "".join(f"{ord(character):05x}" for character in token)
