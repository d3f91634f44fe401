"""How long photos may be used."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from ..models import Photo


def expiring(*, days: int = 30) -> QuerySet[Photo]:
    """Photos whose term ends today or within so many days more, soonest first: neither withdrawn nor over already. Of a
    picture with several files the newest, for they have one term."""
    today = timezone.localdate()
    found = Photo.objects.current().usable().filter(expires_on__lte=today + timedelta(days=days))
    return found.order_by("expires_on", "pk")
