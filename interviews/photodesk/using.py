from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import Feature, Interview, Photo, Placement, PublishedPhoto, Speaker


def with_use(photos: QuerySet[Photo]) -> QuerySet[Photo]:
    """Each with `.used`: whether anything uses it, or showed it once. The same places as `uses` looks at."""
    here = OuterRef("pk")
    places = [
        PublishedPhoto.objects.filter(photo=here),
        Feature.objects.filter(cover=here),
        Interview.objects.filter(portrait=here),
        Placement.objects.filter(photo=here),
        Speaker.objects.filter(portrait=here),
    ]
    used = Q()
    for rows in places:
        used |= Q(Exists(rows))
    return photos.annotate(used=used)
