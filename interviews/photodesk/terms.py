"""How long photos may be used."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from ..models import Photo


def soon(days: int = 30) -> Q:
    """The condition of a term that ends today or within so many days more, of a photo that may be used till then."""
    today = timezone.localdate()
    return Q(expires_on__gte=today, expires_on__lte=today + timedelta(days=days), withdrawn_at=None)


def expiring(*, days: int = 30) -> QuerySet[Photo]:
    """Photos whose term ends today or within so many days more, soonest first: neither withdrawn nor over already. Of a
    picture with several files the newest, for they have one term."""
    return Photo.objects.current().filter(soon(days)).order_by("expires_on", "pk")
