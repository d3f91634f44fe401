"""The manifest: which addresses are pressed, from what, as which files; what waits; how far invalidations are read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from .sheet import Sheet, rank

NAME = ".press.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS page (address TEXT PRIMARY KEY, status INT NOT NULL, digest TEXT NOT NULL,
    location TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tag (tag TEXT, address TEXT, PRIMARY KEY (tag, address)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tag_address ON tag (address);
CREATE TABLE IF NOT EXISTS file (name TEXT PRIMARY KEY, address TEXT NOT NULL, bytes INT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS file_address ON file (address);
CREATE TABLE IF NOT EXISTS waiting (address TEXT PRIMARY KEY, rank INT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS waiting_rank ON waiting (rank, address);
CREATE TABLE IF NOT EXISTS due (moment REAL, tag TEXT, PRIMARY KEY (moment, tag)) WITHOUT ROWID;
"""


class Known(NamedTuple):
    """An address as it was pressed last."""

    status: int = 404
    digest: str = ""
    files: tuple[str, ...] = ()


class Manifest:
    """Call its writing methods inside `changing`, which commits."""

    def __init__(self, root: Path) -> None:
        path = root / NAME
        try:
            self._open(path)
        except sqlite3.OperationalError:
            # Unwritable, or the disk is full.
            raise
        except sqlite3.DatabaseError:
            # Damaged: without a manifest, everything is pressed anew.
            for suffix in ("", "-journal"):
                path.with_name(NAME + suffix).unlink(missing_ok=True)
            self._open(path)

    def _open(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("SELECT COUNT(*) FROM page, fact").fetchone()

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # a full disk has rolled back already
                self._database.execute("ROLLBACK")
            raise

    def fact(self, name: str) -> str:
        return str(self._one("SELECT value FROM fact WHERE name = ?", name, default=""))

    def note(self, **facts: str) -> None:
        self._database.executemany("REPLACE INTO fact VALUES (?, ?)", facts.items())

    def known(self, address: str) -> Known:
        row = self._database.execute("SELECT status, digest FROM page WHERE address = ?", [address]).fetchone()
        files = self._all("SELECT name FROM file WHERE address = ?", address)
        return Known(row[0], row[1], tuple(files)) if row else Known()

    def keep(self, sheet: Sheet, files: dict[str, int] | None) -> None:
        """Keep a sheet and the sizes of its files; None if they are as before."""
        self._database.execute("DELETE FROM tag WHERE address = ?", [sheet.address])
        if files is not None:
            self._database.execute("DELETE FROM file WHERE address = ?", [sheet.address])
            rows = ((name, sheet.address, size) for name, size in files.items())
            self._database.executemany("REPLACE INTO file VALUES (?, ?, ?)", rows)
        if sheet.files:
            page = (sheet.address, sheet.status, sheet.digest, sheet.location)
            self._database.execute("REPLACE INTO page VALUES (?, ?, ?, ?)", page)
            self._database.executemany("INSERT INTO tag VALUES (?, ?)", ((tag, sheet.address) for tag in sheet.tags))
        else:
            self._database.execute("DELETE FROM page WHERE address = ?", [sheet.address])

    def damage(self, address: str) -> None:
        """Have an address written again, whatever it was."""
        self._database.execute("UPDATE page SET digest = '' WHERE address = ?", [address])
        self.enqueue([address])

    def addresses(self, tags: Iterable[str] | None = None) -> set[str]:
        """All addresses, or those that depend on one of the tags."""
        if tags is None:
            return set(self._all("SELECT address FROM page"))
        return {address for tag in tags for address in self._all("SELECT address FROM tag WHERE tag = ?", tag)}

    def unknown(self, addresses: Iterable[str]) -> list[str]:
        return [each for each in addresses if not self._one("SELECT 1 FROM page WHERE address = ?", each, default=0)]

    def files(self) -> dict[str, int]:
        """Size by name."""
        return dict(self._database.execute("SELECT name, bytes FROM file"))

    def redirects(self) -> list[tuple[str, str]]:
        return list(self._database.execute("SELECT address, location FROM page WHERE status = 301"))

    def enqueue(self, addresses: Iterable[str]) -> None:
        rows = ((address, rank(address)) for address in addresses)
        self._database.executemany("INSERT OR IGNORE INTO waiting VALUES (?, ?)", rows)

    def next_batch(self, most: int, skipped: set[str]) -> list[str]:
        """Return the next waiting addresses, all of one rank."""
        query = "SELECT address FROM waiting ORDER BY rank, address LIMIT ?"
        batch = [address for address in self._all(query, most + len(skipped)) if address not in skipped]
        return [address for address in batch if rank(address) == rank(batch[0])]

    def count_waiting(self) -> int:
        return int(self._one("SELECT COUNT(*) FROM waiting", default=0))

    def done(self, address: str) -> None:
        self._database.execute("DELETE FROM waiting WHERE address = ?", [address])

    def postpone(self, dues: Iterable[tuple[float, str]]) -> None:
        self._database.executemany("INSERT OR IGNORE INTO due VALUES (?, ?)", dues)

    def take_due(self, now: float) -> set[str]:
        tags = set(self._all("SELECT tag FROM due WHERE moment <= ?", now))
        self._database.execute("DELETE FROM due WHERE moment <= ?", [now])
        return tags

    def next_due(self) -> float:
        moment: float = self._one("SELECT MIN(moment) FROM due", default=None)
        return float("inf") if moment is None else moment

    def _one(self, query: str, *parameters: object, default: object) -> Any:
        row = self._database.execute(query, parameters).fetchone()
        return row[0] if row else default

    def _all(self, query: str, *parameters: object) -> list[str]:
        return [row[0] for row in self._database.execute(query, parameters)]
