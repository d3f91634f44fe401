"""Expiry and availability of photos."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from interviews.models import Photo


def soon(days: int = 30) -> Q:
    """Condition for photos that expire within `days` days, today included, and are usable until then."""
    today = timezone.localdate()
    return Q(expires_on__gte=today, expires_on__lte=today + timedelta(days=days), withdrawn_at=None)


def hindrances(photo: Photo) -> list[str]:
    """Return why new pages may not use the photo, as Chinese phrases; empty if they may."""
    words = {
        "已撤下": photo.withdrawn_at is not None,
        "使用期限已过": photo.is_expired,
        "已换成新的一张": photo.replaced_by_id is not None,
    }
    return [word for word, holds in words.items() if holds]
