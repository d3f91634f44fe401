"""Log changes of photos for the admin's history."""

from __future__ import annotations

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import User

from interviews.models import Photo

__all__ = ["ADDITION", "CHANGE", "DELETION", "record"]


def record(actor: User | None, photo: Photo, act: str, flag: int = CHANGE) -> None:
    """Log an action, in its transaction. Actions of the command line, which may have no user, are not logged."""
    if actor is not None:
        LogEntry.objects.log_actions(actor.pk, [photo], flag, change_message=act)
