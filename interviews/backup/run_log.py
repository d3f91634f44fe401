"""How the last backup, check and restore went: for the operators' page, metrics, and the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import Error
from django.utils import timezone

from interviews.accounts.events import record_event
from interviews.models import BackupRun, Observation, SecurityEventKind

log = logging.getLogger(__name__)
LENGTH = 500
EVENTS = {
    BackupRun.Action.BACKUP: SecurityEventKind.BACKED_UP,
    BackupRun.Action.RESTORE: SecurityEventKind.RESTORED,
}


@dataclass
class Run:
    action: BackupRun.Action
    place: str
    # Set when it succeeded, in words.
    summary: str = ""


@contextmanager
def noted(action: BackupRun.Action, place: str) -> Iterator[Run]:
    """Note how the block ends: that it raised, and with which sentence, or its summary."""
    run, started = Run(action, place), timezone.now()
    error = ""
    try:
        yield run
    except BaseException as failure:
        error = str(failure) or type(failure).__name__
        raise
    finally:
        now = timezone.now()
        values = {"place": place[:LENGTH], "started_at": started, "finished_at": now, "error": error[:LENGTH]}
        if not error:
            values |= {"succeeded_at": now, "summary": run.summary[:LENGTH]}
        _write(action, values)


def _write(action: BackupRun.Action, values: dict[str, object]) -> None:
    try:
        BackupRun.objects.update_or_create(action=action, defaults=values)
        if action == BackupRun.Action.BACKUP:
            Observation.note("backup", well=not values["error"], sentence=str(values["error"]))
        if action in EVENTS:
            record_event(EVENTS[action], subject=str(values["place"]), error=values["error"])
    except Error as error:  # the database may be what failed
        log.warning("%s: could not be noted: %s", action, error)
