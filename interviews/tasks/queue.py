"""Put work into the queue."""

from __future__ import annotations

from django.db import transaction

from interviews.models import Task, TaskKind

from . import threads


def enqueue(kind: TaskKind, subject: int) -> None:
    """Want work to be done, in the caller's transaction; begin it right after the commit.

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
    """Take work off the queue: nobody wants it any more, or it has been done. Call under the subject's lock."""
    Task.objects.filter(kind=kind, subject=subject).delete()
