"""Worker threads of a server process."""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import close_old_connections, connections

from .running import Ending, run_next

log = logging.getLogger(__name__)

# Idle workers look that often for what other processes have queued, and for retries.
POLL_SECONDS = 3.0
LEVELS = {Ending.FAILED: logging.WARNING, Ending.GIVEN_UP: logging.ERROR}

_threads: list[threading.Thread] = []
_starting = threading.Lock()
_bell = threading.Condition()
_rings = 0
_finishing = threading.Event()


def start() -> None:
    """Start this process's threads, unless they are running."""
    if sum(thread.is_alive() for thread in _threads) >= settings.PHOTO_THREADS:
        return
    with _starting:
        alive = [thread for thread in _threads if thread.is_alive()]  # threads do not survive a fork
        _threads[:] = alive
        for _ in range(settings.PHOTO_THREADS - len(alive)):
            thread = threading.Thread(target=_work, name="tasks", daemon=True)
            _threads.append(thread)
            thread.start()


def wake() -> None:
    """Tell this process's threads that something was queued. Other processes find it by polling."""
    if settings.PHOTO_THREADS:
        start()
        _ring()


def finish() -> None:
    """Let the threads do everything due, and end them. For commands, which would exit before."""
    _finishing.set()
    _ring()
    for thread in _threads:
        thread.join()
    _threads.clear()
    _finishing.clear()


def _ring() -> None:
    global _rings
    with _bell:
        _rings += 1
        _bell.notify_all()


def _wait_for_ring_after(heard: int) -> None:
    with _bell:
        _bell.wait_for(lambda: _rings != heard, POLL_SECONDS)


def _work() -> None:
    while True:
        heard = _rings
        if _worked():
            continue
        if _finishing.is_set():
            return
        _wait_for_ring_after(heard)


def _worked() -> bool:
    """Attempt one task; False if there was none, or the database can't be asked."""
    close_old_connections()
    try:
        outcome = run_next()
        if outcome and (level := LEVELS.get(outcome.ending)):
            log.log(level, "%s", outcome)
        return outcome is not None
    except Exception as error:
        log.warning("no task could be done: %s", error)
        return False
    finally:
        connections.close_all()
