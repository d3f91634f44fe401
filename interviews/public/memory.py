"""Data that many pages need, remembered by a process until one of its tags is invalidated."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from django.http import HttpRequest

from interviews.models.invalidation import EVERYTHING

from .replica import reading_from

# The key of a WSGI environment under which the page store puts its memory.
ENVIRON = "interviews.memory"
# Values of a name; with more, all are forgotten.
MOST = 2_000
_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Memory:
    """Values by name and key. A value computed while anything was invalidated is not remembered: it may be outdated."""

    def __init__(self) -> None:
        self._values: dict[str, dict[Any, Any]] = {}
        self._names: dict[str, set[str]] = {}
        self._invalidations = 0
        self._lock = threading.Lock()

    def fill(
        self,
        name: str,
        keys: Collection[_Key],
        compute: Callable[[list[_Key]], Mapping[_Key, _Value]],
        tags: Iterable[str],
    ) -> dict[_Key, _Value]:
        """The values of these keys; computes those not remembered. Keys without a value are left out."""
        before = self._invalidations
        known = self._values.get(name, {})
        found = {key: known[key] for key in keys if key in known}
        if missing := [key for key in keys if key not in found]:
            # The replica, chosen when the page was begun, may not hold what has been invalidated since.
            with reading_from(replica=False):
                computed = compute(missing)
            found |= computed
            with self._lock:
                if self._invalidations == before:
                    self._keep(name, computed, tags)
        return found

    def _keep(self, name: str, values: Mapping[Any, Any], tags: Iterable[str]) -> None:
        # Replaced, not changed: others may be reading it.
        kept = self._values.get(name, {})
        self._values[name] = {**(kept if len(kept) < MOST else {}), **values}
        for tag in tags:
            self._names.setdefault(tag, set()).add(name)

    def outdate(self, tags: Iterable[str]) -> None:
        with self._lock:
            self._invalidations += 1
            names = list(self._values) if EVERYTHING in tags else [n for tag in tags for n in self._names.get(tag, ())]
            for name in names:
                self._values.pop(name, None)


def remembered(
    request: HttpRequest, name: str, compute: Callable[[], _Value], tags: Iterable[str] = (), key: Hashable = None
) -> _Value:
    """The value of a name that is also its tag, unless tags are given; and of a key, if it has several.

    Computed each time where no page store keeps it up to date.
    """
    memory = request.META.get(ENVIRON)
    if not isinstance(memory, Memory):
        return compute()
    return memory.fill(name, [key], lambda _: {key: compute()}, tags or [name])[key]


def remembered_rows(
    request: HttpRequest,
    name: str,
    keys: Collection[_Key],
    load: Callable[[list[_Key]], Mapping[_Key, _Value]],
    tags: Iterable[str],
) -> list[_Value]:
    """Rows in the order of their keys, loaded together if they are not remembered. Readers must not change them."""
    found = remembered_by_key(request, name, keys, load, tags)
    return [found[key] for key in keys if key in found]


def remembered_by_key(
    request: HttpRequest,
    name: str,
    keys: Collection[_Key],
    load: Callable[[list[_Key]], Mapping[_Key, _Value]],
    tags: Iterable[str],
) -> dict[_Key, _Value]:
    memory = request.META.get(ENVIRON)
    if isinstance(memory, Memory):
        return memory.fill(name, keys, load, tags)
    return dict(load(list(keys))) if keys else {}
