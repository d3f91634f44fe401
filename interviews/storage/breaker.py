from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from .errors import StorageError

PAUSE = 5.0


class Breaker:
    """Refuses calls to a server that did not answer, but for one every few seconds.

    Otherwise each call would wait for its time-out, and soon every thread of the site would.
    """

    def __init__(self, sentence: str):
        self.sentence = sentence
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
        answered = True
        try:
            yield
        except StorageError:
            answered = False
            raise
        finally:
            self._is_down, self._next_try = not answered, monotonic() + PAUSE
