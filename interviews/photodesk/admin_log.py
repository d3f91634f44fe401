"""Who did what with a photo: what the admin shows as its history."""

from __future__ import annotations

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import User

from interviews.models import Photo

__all__ = ["ADDITION", "CHANGE", "DELETION", "record"]


def record(actor: User | None, photo: Photo, act: str, flag: int = CHANGE) -> None:
    """In the transaction of the act. The command line may have no user: what it takes is not logged."""
    if actor is not None:
        LogEntry.objects.log_actions(actor.pk, [photo], flag, change_message=act)
