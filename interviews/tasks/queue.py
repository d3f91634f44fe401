"""Put work into the queue."""

from __future__ import annotations

from django.db import transaction

from interviews.models import Task, TaskKind

from . import threads


def enqueue(kind: TaskKind, subject: int) -> None:
    """Queue work in the caller's transaction; a worker begins right after the commit.

    A task that is queued already starts over: attempts before this request, or running now, don't count.
    """
    Task.objects.bulk_create(
        [Task(kind=kind, subject=subject)],
        update_conflicts=True,
        unique_fields=["kind", "subject"],
        update_fields=["token", "attempts", "not_before", "error"],
    )
    transaction.on_commit(lambda: threads.wake())


def forget(kind: TaskKind, subject: int) -> None:
    """Remove a task from the queue. Call under the subject's lock."""
    Task.objects.filter(kind=kind, subject=subject).delete()
