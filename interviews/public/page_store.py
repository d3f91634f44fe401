"""Finished pages in memory, by key, until one of their tags is invalidated. The least recently used go first."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import partial

import brotli

from interviews.models.invalidation import EVERYTHING

# What a page costs beside its bodies, roughly.
OVERHEAD = 2_000
SHORTEST_COMPRESSED = 200
_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=4),
    "gzip": partial(gzip.compress, compresslevel=5, mtime=0),
}
_DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}


@dataclass(eq=False)
class Page:
    """A response, with its body in the encodings that were asked for."""

    status: str
    headers: list[tuple[str, str]]
    bodies: dict[str, bytes]
    etag: str = ""
    compressible: bool = False
    tags: frozenset[str] = frozenset()
    # Seconds since the epoch.
    until: float = 0.0

    def body(self, encoding: str) -> bytes:
        """The body in an encoding: br, gzip, or plain (empty). Compressed at most once."""
        if encoding not in self.bodies:
            known, body = next(iter(self.bodies.items()))
            plain = _DECOMPRESS[known](body) if known else body
            if not encoding:
                return plain
            # Compressed bodies suffice to make the plain one.
            compressed = {name: each for name, each in self.bodies.items() if name}
            self.bodies = {**compressed, encoding: _COMPRESS[encoding](plain)}
        return self.bodies[encoding]

    @property
    def size(self) -> int:
        """Bytes in memory, roughly: another encoding may be asked for later."""
        return OVERHEAD + sum(map(len, self.bodies.values())) * (2 if self.compressible else 1)


@dataclass(eq=False)
class Render:
    """A page being rendered, and the tags invalidated meanwhile."""

    outdated: set[str] = field(default_factory=set)
    done: threading.Event = field(default_factory=threading.Event)

    def outdates(self, page: Page) -> bool:
        return bool(self.outdated & {*page.tags, EVERYTHING}) or bool(self.outdated and EVERYTHING in page.tags)


class PageStore:
    """Thread-safe. Holds at most `most_bytes`."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._pages: OrderedDict[Hashable, tuple[Page, int]] = OrderedDict()
        self._keys: defaultdict[str, set[Hashable]] = defaultdict(set)
        self._renders: dict[Hashable, Render] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, now: float) -> Page | None:
        with self._lock:
            found = self._pages.get(key)
            if found is None:
                return None
            if found[0].until <= now:
                self._remove(key)
                return None
            self._pages.move_to_end(key)
            return found[0]

    def begin(self, key: Hashable) -> tuple[Render, bool]:
        """Return the key's render, and whether the caller is the one to do it."""
        with self._lock:
            if key in self._renders:
                return self._renders[key], False
            self._renders[key] = render = Render()
            return render, True

    def end(self, started: Hashable, render: Render, key: Hashable = None, page: Page | None = None) -> None:
        """Keep the page under its key, unless it became outdated while it was rendered."""
        with self._lock:
            del self._renders[started]
            if page is not None and not render.outdates(page):
                self._remove(key)
                self._add(key, page)
        render.done.set()

    def outdate(self, tags: Iterable[str]) -> None:
        """Drop the pages that depend on any of the tags; all pages for EVERYTHING."""
        tags = set(tags)
        with self._lock:
            for render in self._renders.values():
                render.outdated |= tags
            if EVERYTHING in tags:
                self._pages.clear()
                self._keys.clear()
                self._bytes = 0
            for tag in tags | {EVERYTHING} if tags else ():
                for key in list(self._keys.get(tag, ())):
                    self._remove(key)

    def _add(self, key: Hashable, page: Page) -> None:
        size = page.size
        self._pages[key] = (page, size)
        self._bytes += size
        for tag in page.tags:
            self._keys[tag].add(key)
        while self._bytes > self._most:
            self._remove(next(iter(self._pages)))

    def _remove(self, key: Hashable) -> None:
        page, size = self._pages.pop(key, (None, 0))
        self._bytes -= size
        for tag in page.tags if page else ():
            self._keys[tag].discard(key)
            if not self._keys[tag]:
                del self._keys[tag]
