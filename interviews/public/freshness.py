"""Keep a page store fresh: tell it which tags have been invalidated, by this host's stamp and by polling."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import DatabaseError, OperationalError, connection
from django.utils import timezone

from interviews.models import Invalidation
from interviews.models.invalidation import EVERYTHING, Due, InvalidationReader
from interviews.models.invalidation_triggers import stamp

from .replica import Replica

# Other hosts' changes arrive after this many seconds at the latest.
POLL_SECONDS = 0.5
# While the database does not answer, pages are given for that long.
UNCONFIRMED_SECONDS = 60.0


class Freshness:
    """Calls `outdated` with tags when their time has come. `check` costs two system calls while nothing changes."""

    def __init__(self, outdated: Callable[[Iterable[str]], None], replica: Replica | None = None) -> None:
        self._outdated = outdated
        self._replica = replica
        self._lock = threading.Lock()
        self._reader: InvalidationReader | None = None
        self._pending: list[tuple[datetime, str]] = []
        self._next_due = float("inf")
        self._stamp: tuple[int, int] | None = None
        self._read_at = 0.0
        self._failed_at = float("-inf")

    def check(self) -> bool:
        """Apply what has been committed or become due. False if that cannot be known."""
        now = timezone.now().timestamp()
        if self._read_at and stamp() == self._stamp and now < self._next_due:
            return now - self._read_at < UNCONFIRMED_SECONDS
        if time.monotonic() - self._failed_at < POLL_SECONDS:
            return False
        try:
            self.read()
        except DatabaseError:
            return False
        finally:
            _release()
        return True

    def read(self) -> None:
        """Read and apply new invalidations. Two queries, at the first call three; one more for a replica's position."""
        asked_at = time.monotonic()
        with self._lock:
            if self._failed_at > asked_at:  # while this thread waited
                raise OperationalError("The database does not answer")
            try:
                self._read()
            except DatabaseError:
                self._failed_at = time.monotonic()
                raise

    def _read(self) -> None:
        value, started = stamp(), timezone.now().timestamp()
        if self._reader is None:
            self._reader = InvalidationReader()
            fresh = [Due(*row) for row in Invalidation.objects.pending().values_list("tag", "due")]
            self._require(changed=True)
            self._outdated([EVERYTHING])
        else:
            fresh = self._reader.unread()
            self._require(changed=bool(fresh))
        self._apply(fresh, started)
        self._stamp, self._read_at = value, started

    def _require(self, changed: bool) -> None:
        if self._replica:
            self._replica.require(changed)

    def _apply(self, fresh: list[Due], now: float) -> None:
        tags = {due.tag for due in fresh if due.moment is None}
        for due in fresh:
            if due.moment is not None:
                heapq.heappush(self._pending, (due.moment, due.tag))
        while self._pending and self._pending[0][0].timestamp() <= now:
            tags.add(heapq.heappop(self._pending)[1])
        self._next_due = self._pending[0][0].timestamp() if self._pending else float("inf")
        if tags:
            self._outdated(tags)

    def poll(self) -> None:
        """Read twice a second, for ever: for the thread that every process runs."""
        while True:
            time.sleep(POLL_SECONDS)
            with suppress(DatabaseError):
                self.read()
            with suppress(DatabaseError):
                _release()


def end_of_day() -> float:
    """The end of the local day: a photo's term ends with one."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, datetime.min.time())).timestamp()


def _release() -> None:
    """Give the connection back: Django's handler has not begun, so it would not."""
    if not connection.in_atomic_block:
        connection.close()
