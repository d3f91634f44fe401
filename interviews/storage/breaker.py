from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from .errors import StorageError

log = logging.getLogger(__name__)

PAUSE = 5.0


class Breaker:
    """Refuses calls to a server that did not answer, but for one every few seconds.

    Otherwise each call would wait for its time-out, and soon every thread of the site would.
    """

    def __init__(self, server: str, sentence: str):
        self.server, self.sentence = server, sentence
        self._lock = Lock()
        self._is_down = False
        self._next_try = 0.0

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Raises StorageError at once while the server is down; so should the block if it gets no answer."""
        with self._lock:
            if self._is_down and monotonic() < self._next_try:
                raise StorageError(self.sentence)
            # If the server is down, this is the call that tries.
            self._next_try = monotonic() + PAUSE
        try:
            yield
        except StorageError as error:
            self._note(True, str(error.__cause__).partition("\n")[0])
            raise
        except Exception:
            self._note(False)
            raise
        self._note(False)

    def _note(self, is_down: bool, reason: str = "") -> None:
        with self._lock:
            changed, self._is_down = is_down != self._is_down, is_down
            self._next_try = monotonic() + PAUSE
        if changed:
            log.warning("%s %s", self.server, f"does not answer: {reason}" if is_down else "answers again")
