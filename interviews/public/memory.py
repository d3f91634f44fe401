"""Small facts that many pages need, remembered by a process until they are invalidated."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.http import HttpRequest

from interviews.models.invalidation import EVERYTHING

from .replica import reading_from

# The key of a WSGI environment under which the page store puts its memory.
ENVIRON = "interviews.memory"
_Value = TypeVar("_Value")


class Memory:
    """Values by tag. A value computed while anything was invalidated is not remembered: it may be outdated."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._invalidations = 0
        self._lock = threading.Lock()

    def get(self, tag: str, compute: Callable[[], _Value]) -> _Value:
        if tag in self._values:
            found: _Value = self._values[tag]
            return found
        before = self._invalidations
        # The replica, chosen when the page was begun, may not hold what has been invalidated since.
        with reading_from(replica=False):
            value = compute()
        with self._lock:
            if self._invalidations == before:
                self._values[tag] = value
        return value

    def outdate(self, tags: Iterable[str]) -> None:
        with self._lock:
            self._invalidations += 1
            for tag in list(self._values) if EVERYTHING in tags else tags:
                self._values.pop(tag, None)


def remembered(request: HttpRequest, tag: str, compute: Callable[[], _Value]) -> _Value:
    """The value that belongs to a tag; computed each time where no page store keeps it up to date."""
    memory = request.META.get(ENVIRON)
    return memory.get(tag, compute) if isinstance(memory, Memory) else compute()
