"""How long photos may be used."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from interviews.models import Photo


def soon(days: int = 30) -> Q:
    """The condition of a term that ends today or within so many days more, of a photo that may be used till then."""
    today = timezone.localdate()
    return Q(expires_on__gte=today, expires_on__lte=today + timedelta(days=days), withdrawn_at=None)


def hindrances(photo: Photo) -> list[str]:
    """What keeps it from new pages, in words; nothing where they may show it."""
    words = {
        "已撤下": photo.withdrawn_at is not None,
        "使用期限已过": photo.is_expired,
        "已换成新的一张": photo.replaced_by_id is not None,
    }
    return [word for word, holds in words.items() if holds]
