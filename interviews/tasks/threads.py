"""Worker threads of a server process."""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import close_old_connections, connections

from interviews.models.task import DELIVERY_KINDS, PHOTO_KINDS, TaskKind

from .running import Ending, run_next

log = logging.getLogger(__name__)

# Idle workers look that often for what other processes have queued, and for retries.
POLL_SECONDS = 3.0
LEVELS = {Ending.FAILED: logging.WARNING, Ending.GIVEN_UP: logging.ERROR}

_bell = threading.Condition()
_rings = 0
_finishing = threading.Event()


class _Pool:
    """Threads for some kinds of tasks, as many as a setting says, so that other kinds need not wait for them."""

    def __init__(self, setting: str, kinds: tuple[TaskKind, ...]) -> None:
        self._setting, self._kinds = setting, kinds
        self._threads: list[threading.Thread] = []
        self._starting = threading.Lock()

    @property
    def size(self) -> int:
        return int(getattr(settings, self._setting))

    def start(self) -> None:
        if sum(thread.is_alive() for thread in self._threads) >= self.size:
            return
        with self._starting:
            alive = [thread for thread in self._threads if thread.is_alive()]  # threads do not survive a fork
            self._threads[:] = alive
            for _ in range(self.size - len(alive)):
                thread = threading.Thread(target=_work, args=[self._kinds], name="tasks", daemon=True)
                self._threads.append(thread)
                thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()
        self._threads.clear()


_photos = _Pool("PHOTO_THREADS", PHOTO_KINDS)
_deliveries = _Pool("DELIVERY_THREADS", DELIVERY_KINDS)


def start() -> None:
    """Start this process's threads, unless they are running."""
    _photos.start()
    _deliveries.start()


def wake() -> None:
    """Tell this process's threads that something was queued. Other processes find it by polling.

    A command starts threads for photos only: it would end amid a delivery, which would then be made twice.
    """
    if _photos.size:
        _photos.start()
    _ring()


def finish() -> None:
    """Let the threads do everything due, and end them. For commands, which would exit before."""
    _finishing.set()
    _ring()
    _photos.join()
    _deliveries.join()
    _finishing.clear()


def _ring() -> None:
    global _rings
    with _bell:
        _rings += 1
        _bell.notify_all()


def _wait_for_ring_after(heard: int) -> None:
    with _bell:
        _bell.wait_for(lambda: _rings != heard, POLL_SECONDS)


def _work(kinds: tuple[TaskKind, ...]) -> None:
    while True:
        heard = _rings
        if _worked(kinds):
            continue
        if _finishing.is_set():
            return
        _wait_for_ring_after(heard)


def _worked(kinds: tuple[TaskKind, ...]) -> bool:
    """Attempt one task; False if there was none, or the database can't be asked."""
    close_old_connections()
    try:
        outcome = run_next(kinds)
        if outcome and (level := LEVELS.get(outcome.ending)):
            log.log(level, "%s", outcome)
        return outcome is not None
    except Exception as error:
        log.warning("no task could be done: %s", error)
        return False
    finally:
        connections.close_all()
