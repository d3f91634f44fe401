"""The press: find out what has changed since the last time, render it, write what differs."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from interviews.models import Invalidation
from interviews.models.invalidation import EVERYTHING, Due, InvalidationReader, Position

from . import discovery, release
from .manifest import Manifest
from .rendering import VOLATILE, FailedError, Renderer
from .server_config import redirects
from .sheet import Sheet
from .target import Target

# Rendered, then written by WRITERS threads and noted at once: what a kill makes do again, and a schedule waits for.
BATCH = 32
BATCH_SECONDS = 0.3
WRITERS = 4
# Pages that change by time alone, and pages that failed, are rendered again after so many seconds.
VOLATILE_SECONDS = 60.0
Written = tuple[Sheet, tuple[str, ...], Future[dict[str, int]] | None]


@dataclass
class Summary:
    """What a press has done."""

    rendered: int = 0
    changed: int = 0
    files: int = 0
    bytes: int = 0
    removed: int = 0
    failed: set[str] = field(default_factory=set)
    began: float = field(default_factory=time.monotonic)

    def __str__(self) -> str:
        return (
            f"渲染 {self.rendered} 页，有变化的 {self.changed} 页；写入 {self.files} 个文件（{self.bytes:,} 字节），"
            f"删除 {self.removed} 个；用时 {time.monotonic() - self.began:.1f} 秒。"
        )


class Press:
    """Presses into a folder while it is open. `stopped` ends it between two pages; what is left waits."""

    def __init__(self, root: Path, search_url: str = "") -> None:
        self.target = Target(root)
        self.renderer = Renderer(search_url)
        self.stopped = threading.Event()
        # Called with the numbers of addresses done and waiting.
        self.progress: Callable[[int, int], None] = lambda done, waiting: None
        self._options = search_url

    @contextmanager
    def open(self) -> Iterator[None]:
        """Lock the folder and find out where the last press stopped. Raises PressError."""
        self.target.prepare()
        with _quiet(), self.target.alone(), ThreadPoolExecutor(WRITERS, "press") as self._writers:
            self.renderer.check()
            self.manifest = Manifest(self.target.root)
            try:
                self._resume()
                yield
            finally:
                self.manifest.close()

    def _resume(self) -> None:
        facts = {"release": release.release(self._options), "database": release.database()}
        same = all(self.manifest.fact(name) == value for name, value in facts.items())
        fresh = time.time() - float(self.manifest.fact("read") or 0) < release.OLDEST.total_seconds()
        if same and fresh and release.confirmed(self.manifest.fact("witness")):
            reached, *seen = json.loads(self.manifest.fact("position"))
            self._reader = InvalidationReader(Position(reached, frozenset(seen)))
            return
        self._reader = InvalidationReader()
        with self.manifest.changing():
            self.manifest.note(**facts)
            self._enqueue_everything()

    def _enqueue_everything(self) -> None:
        pending = [Due(*row) for row in Invalidation.objects.pending().values_list("tag", "due")]
        self._postpone(pending)
        self.manifest.note(whole="1", day=timezone.localdate().isoformat())
        self.manifest.enqueue({*self.manifest.addresses(), *discovery.everything()})
        self._note_position()

    def _note_position(self) -> None:
        position = self._reader.position
        told = json.dumps([position.reached, *sorted(position.seen)])
        self.manifest.note(position=told, read=str(time.time()), witness=release.witness())

    def _postpone(self, dues: list[Due]) -> None:
        self.manifest.postpone((due.moment.timestamp(), due.tag) for due in dues if due.moment is not None)

    def read(self, volatile: bool = True) -> bool:
        """Enqueue what has been invalidated, has become due or expired. Whether anything waits."""
        now, before = timezone.now(), self._reader.position
        try:
            fresh = self._reader.unread()
            if not (fresh or volatile or self._is_due(now)):
                return False
            with self.manifest.changing():
                self._enqueue(fresh, now)
        except BaseException:
            self._reader = InvalidationReader(before)
            raise
        return self.manifest.count_waiting() > 0

    def _enqueue(self, fresh: list[Due], now: datetime) -> None:
        today = timezone.localdate(now)
        self._postpone(fresh)
        tags = {due.tag for due in fresh if due.moment is None} | self.manifest.take_due(now.timestamp())
        tags |= set(discovery.expired(self._day, today))
        if EVERYTHING in tags:
            self._enqueue_everything()
        found = self.manifest.addresses({*tags, VOLATILE} | ({EVERYTHING} if tags else set()))
        self.manifest.enqueue({*found, *discovery.tagged(tags)})
        self.manifest.note(day=today.isoformat())
        self._note_position()

    @property
    def _day(self) -> date:
        return date.fromisoformat(self.manifest.fact("day"))

    def _is_due(self, now: datetime) -> bool:
        return self.manifest.next_due() <= now.timestamp() or self._day < timezone.localdate(now)

    def work(self, watching: bool = False) -> Summary:
        """Press what waits, until nothing does or `stopped` is set; watching, also what is invalidated meanwhile."""
        summary = Summary()
        while not self.stopped.is_set():
            if watching:
                self.read(volatile=False)
            batch = self.manifest.next_batch(BATCH, summary.failed)
            if not batch:
                self._finish(summary)
                break
            self._press(batch, summary)
        return summary

    def _press(self, batch: list[str], summary: Summary) -> None:
        written: list[Written] = []
        until, waiting = time.monotonic() + BATCH_SECONDS, self.manifest.count_waiting()
        for address in batch:
            if self.stopped.is_set() or time.monotonic() > until:
                break
            try:
                sheet = self.renderer.render(address)
            except FailedError:
                summary.failed.add(address)
                continue
            known = self.manifest.known(address)
            same = sheet.digest == known.digest
            future = None if same else self._writers.submit(self.target.write, sheet, known.files)
            written.append((sheet, known.files, future))
            self.progress(summary.rendered + len(written), waiting - len(written))
        # On disk before the manifest says so.
        self.target.settle({name for _, former, made in written if made for name in (*former, *made.result())})
        with self.manifest.changing():
            for sheet, former, made in written:
                self._keep(sheet, former, made.result() if made else None, summary)

    def _keep(self, sheet: Sheet, former: tuple[str, ...], files: dict[str, int] | None, summary: Summary) -> None:
        self.manifest.keep(sheet, files)
        self.manifest.enqueue(self.manifest.unknown(sheet.links))
        self.manifest.done(sheet.address)
        summary.rendered += 1
        if files is not None:
            summary.changed += 1
            summary.files += len(files)
            summary.bytes += sum(files.values())
            summary.removed += len(set(former) - set(files))

    def _finish(self, summary: Summary) -> None:
        """Write the redirects; after a whole press, remove the files that no address has."""
        for name, text in redirects(self.manifest.redirects()).items():
            if self.target.read(name) != text:
                self.target.write(Sheet(f"/{name}", 200, {name: text}), ())
        if self.manifest.fact("whole"):
            left = set(self.target.names()) - set(self.manifest.files())
            self.target.remove(left)
            self.target.settle(left)
            summary.removed += len(left)
            with self.manifest.changing():
                self.manifest.note(whole="")


@contextmanager
def _quiet() -> Iterator[None]:
    """Log server errors only: that a withdrawn page is gone is no news."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
