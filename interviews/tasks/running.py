"""Do queued work: claim a task, call its kind's handler, and note how it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from django.db import models, transaction
from django.utils import timezone

from interviews.models import Task, TaskKind
from interviews.models.task import DELAYS

from .claims import claimed

log = logging.getLogger(__name__)

KILLED = "每次都没做完，进程就断了。"
# More than there can be workers, each of which has claimed one.
MOST_CLAIMED = 200


class Progress(NamedTuple):
    """A part of the work was done: when to go on (None: nothing is left), and what failed."""

    next_at: datetime | None
    error: str = ""
    given_up: bool = False


# Does the work for a subject's id: True if all is done, False if the subject changed meanwhile, so that it has to be
# done again.
Handler = Callable[[int], bool | Progress]
_handlers: dict[str, Handler] = {}


class TaskError(Exception):
    """A task failed, for a reason in a Chinese sentence."""


class Ending(Enum):
    DONE = "做好了。"
    GOING_ON = "还有要做的。"
    CHANGED = "做的时候又有改动，要重做。"
    FAILED = "还会再试。"
    GIVEN_UP = "试过几次，不再试了。"


class Outcome(NamedTuple):
    """How an attempt ended, and why it failed if it did."""

    task: Task
    ending: Ending
    error: str = ""

    def __str__(self) -> str:
        return f"{self.task}：{self.error}{self.ending.value}"


def handles(kind: TaskKind) -> Callable[[Handler], Handler]:
    """Register the function that does a kind of work. It raises TaskError if it fails."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def run_next(kinds: Iterable[TaskKind] = TaskKind) -> Outcome | None:
    """Attempt the first task of these kinds that is due and that nobody is doing. None if there is no such task."""
    for task_id in Task.objects.due(kinds).values_list("pk", flat=True)[:MOST_CLAIMED]:
        with claimed(task_id) as mine:
            if mine and (task := _begun(task_id)):
                return Outcome(task, Ending.GIVEN_UP, KILLED) if task.is_given_up else _attempt(task)
    return None


def _begun(task_id: int) -> Task | None:
    """Count an attempt before it begins, because it may kill the process. None if the task is no longer due."""
    with transaction.atomic():
        task = Task.objects.due().select_for_update().filter(pk=task_id).first()
        if task is None:
            return None
        if task.attempts < len(DELAYS):
            task.not_before = timezone.now() + DELAYS[task.attempts]
            task.attempts += 1
        else:
            task.not_before, task.error = None, KILLED
        task.save(update_fields=["attempts", "not_before", "error"])
        return task


def _attempt(task: Task) -> Outcome:
    try:
        finished = _handlers[task.kind](task.subject)
    except TaskError as error:
        return _failed(task, str(error))
    except Exception as error:
        log.exception("%s %s failed", task.kind, task.subject)
        return _failed(task, f"程序出错（{type(error).__name__}）。")
    if finished is False:
        _unless_requested_again(task).update(attempts=0, not_before=timezone.now(), error="")
        return Outcome(task, Ending.CHANGED)
    progress = Progress(None) if finished is True else finished
    if progress.next_at:
        _unless_requested_again(task).update(attempts=0, not_before=progress.next_at, error=progress.error)
    else:
        _unless_requested_again(task).delete()
    return Outcome(task, _ending(progress), progress.error)


def _ending(progress: Progress) -> Ending:
    if progress.error:
        return Ending.GIVEN_UP if progress.given_up else Ending.FAILED
    return Ending.GOING_ON if progress.next_at else Ending.DONE


def _failed(task: Task, error: str) -> Outcome:
    left = DELAYS[task.attempts :]
    task.not_before = timezone.now() + left[0] if left else None
    _unless_requested_again(task).update(not_before=task.not_before, error=error)
    return Outcome(task, Ending.FAILED if left else Ending.GIVEN_UP, error)


def _unless_requested_again(task: Task) -> models.QuerySet[Task]:
    return Task.objects.filter(pk=task.pk, token=task.token)
