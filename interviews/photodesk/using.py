from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from interviews.models import Feature, Interview, Photo, Placement, PublishedPhoto, Speaker

from .newest import newest


def with_use(photos: QuerySet[Photo]) -> QuerySet[Photo]:
    """Each with `.used`: whether anything uses it or a file that it has replaced, or showed one of them once. The same
    places as `uses` looks at.

    Asks the database at once for the files that were replaced and are used: they are few, but no join follows them."""
    older = Photo.objects.exclude(replaced_by=None).filter(_used()).order_by()
    successors = set(newest(set(older.values_list("pk", flat=True))).values())
    return photos.annotate(used=_used() | Q(pk__in=successors))


def _used() -> Q:
    here = OuterRef("pk")
    places = [
        PublishedPhoto.objects.not_called_off().filter(photo=here),
        Feature.objects.filter(cover=here),
        Interview.objects.filter(portrait=here),
        Placement.objects.filter(photo=here),
        Speaker.objects.filter(portrait=here),
    ]
    used = Q()
    for rows in places:
        used |= Q(Exists(rows))
    return used
