"""Read public pages from a streaming replica, if it holds everything that their readers must see.

Positions are those of PostgreSQL's write-ahead log, as numbers of bytes. The primary's is asked after the invalidations
have been read, so a replica that has replayed it holds what outdated the pages.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, OperationalError, connection, connections, models
from django.http import HttpRequest, HttpResponse

ALIAS = "replica"
# The key of a WSGI environment under which the page store puts its replica.
ENVIRON = "interviews.replica"
MOST_SECONDS_BEHIND = 1.0
CHECK_SECONDS = 0.5
# Given to the replica to replay what the primary had when it was asked, which is usual in a hundredth of that.
REPLAY_SECONDS = 0.1
UNKNOWN = 2**64
# Not pg_current_wal_lsn: with synchronous_commit off, a commit is visible before it is written. The insert position is
# behind the header of the next page or segment if a record ends there; no replica gets so far before the next record.
PRIMARY_POSITION = (
    "SELECT pg_wal_lsn_diff(lsn, '0/0')::bigint"
    " - CASE WHEN file_offset = 40 THEN 40 WHEN file_offset % 8192 = 24 THEN 24 ELSE 0 END, system_identifier"
    " FROM pg_current_wal_insert_lsn() AS lsn, pg_walfile_name_offset(lsn), pg_control_system()"
)
REPLICA_POSITION = (
    "SELECT CASE WHEN pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint END,"
    " system_identifier FROM pg_control_system()"
)

logger = logging.getLogger(__name__)
_reading: ContextVar[bool] = ContextVar("reading from the replica", default=False)


class Router:
    """Sends reads to the replica inside `reading_from(True)`, outside transactions; everything else to the primary."""

    def db_for_read(self, model: type[models.Model], **hints: object) -> str:
        return ALIAS if _reading.get() and not connection.in_atomic_block else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[models.Model], **hints: object) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: models.Model, other: models.Model, **hints: object) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return db != ALIAS


class UnfitError(Exception):
    """The replica answers, but pages must not be read from it."""


class Confirmed(NamedTuple):
    """The last answer of the replica: its position, the moment whose commits it holds, and when it was asked."""

    replayed: int = -1
    moment: float = float("-inf")
    asked_at: float = float("-inf")


class Replica:
    """A process's knowledge of the replica. `watch` keeps it, in a thread; requests ask no questions of their own."""

    def __init__(self) -> None:
        self._required = UNKNOWN
        self._positions: deque[tuple[float, int]] = deque(maxlen=4)
        self._cluster = 0
        self._confirmed = Confirmed()
        self._failing = False

    def require(self, changed: bool) -> None:
        """Let no page be read from a replica older than now, if anything changed. One query, on the primary.

        Call after reading invalidations and before outdating pages: a render that begins later is held to the position.
        """
        if changed:
            self._required = UNKNOWN
        if self._required == UNKNOWN:
            with suppress(DatabaseError):
                self._required = _ask(DEFAULT_DB_ALIAS, PRIMARY_POSITION)[0]

    def answer(self, view: Callable[[], HttpResponse]) -> HttpResponse:
        """Call the view, reading from the replica if that is current; if it fails, again from the primary."""
        try:
            if self.is_current():
                with reading_from(True):
                    return view()
        except (OperationalError, InterfaceError) as error:
            self._set_aside(error)
            with suppress(DatabaseError):
                connections[ALIAS].close()
        except DatabaseError:
            pass  # The view's own fault: it happens again below.
        return view()

    def is_current(self) -> bool:
        """Whether this thread's connection to the replica sees what readers must see.

        A replica that was restarted may be older than before for a while, and only new connections see that: each waits
        for the next check.
        """
        confirmed = self._confirmed
        if confirmed.replayed < self._required or time.monotonic() - confirmed.moment > MOST_SECONDS_BEHIND:
            return False
        database = connections[ALIAS]
        database.ensure_connection()
        return bool(database.connection.made_at < confirmed.asked_at)

    def watch(self) -> None:
        """Check twice a second, for ever: for a thread of its own, because a replica may be slow to answer."""
        while True:
            try:
                self.note_primary()
                time.sleep(REPLAY_SECONDS)
                self.check()
            except Exception:
                logger.exception("The replica could not be checked")
            time.sleep(CHECK_SECONDS - REPLAY_SECONDS)

    def note_primary(self) -> None:
        """Note the primary's position, which the replica is measured by. One query."""
        moment = time.monotonic()
        with suppress(DatabaseError), _returning(DEFAULT_DB_ALIAS):
            position, self._cluster = _ask(DEFAULT_DB_ALIAS, PRIMARY_POSITION)
            self._positions.append((moment, position))

    def check(self) -> None:
        """Read the replica's replay position, and log if it can be used from now on, or no longer. One query."""
        if self._failing:
            with suppress(DatabaseError):
                connections[ALIAS].pool.check()  # type: ignore[attr-defined]  # drops dead connections
        try:
            self._confirmed = self._compared()
        except (DatabaseError, UnfitError) as error:
            self._set_aside(error)
        else:
            if self._failing:
                self._failing = False
                logger.warning("Public pages are read from the replica again.")

    def _compared(self) -> Confirmed:
        asked_at = time.monotonic()
        with _returning(ALIAS):
            replayed, cluster = _ask(ALIAS, REPLICA_POSITION)
        if replayed is None or cluster != self._cluster:
            raise UnfitError("the server is no replica of the primary.")
        held = [moment for moment, position in self._positions if position <= replayed]
        if not held or asked_at - max(held) > MOST_SECONDS_BEHIND:
            raise UnfitError("it is, or may be, more than a second behind.")
        return Confirmed(replayed, max(held), asked_at)

    def _set_aside(self, reason: Exception) -> None:
        self._confirmed = Confirmed()
        if not self._failing:
            self._failing = True
            sentence = " ".join(str(reason).split())
            logger.warning("Public pages are read from the primary, not from the replica: %s", sentence)


def from_replica(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view read from the replica. It must show nothing but what invalidations are written for."""

    @wraps(view)
    def answered(request: HttpRequest, **arguments: int | str) -> HttpResponse:
        replica = request.META.get(ENVIRON)
        if isinstance(replica, Replica):
            return replica.answer(lambda: view(request, **arguments))
        return view(request, **arguments)

    return answered


@contextmanager
def reading_from(replica: bool) -> Iterator[None]:
    """Read from the replica, or from the primary."""
    token = _reading.set(replica)
    try:
        yield
    finally:
        _reading.reset(token)


def configured() -> Replica | None:
    return Replica() if ALIAS in connections.settings else None


def _ask(alias: str, query: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


@contextmanager
def _returning(alias: str) -> Iterator[None]:
    """Give the thread's connection back to its pool afterwards."""
    try:
        yield
    finally:
        connections[alias].close()
