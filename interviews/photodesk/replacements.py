"""Successive files of one picture."""

from __future__ import annotations

from django.db.models import Q

from interviews.document import FeatureDocument
from interviews.document.edit import map_pictures
from interviews.models import Photo


def versions(photo: Photo) -> list[int]:
    """Return the ids of all files of one picture, older and newer. Rights belong to the picture, not the file."""
    keys = {photo.pk}
    while more := _beside(keys) - keys:
        keys |= more
    return sorted(keys)


def _beside(keys: set[int]) -> set[int]:
    """Return the ids of direct predecessors and successors."""
    found = Photo.objects.filter(Q(replaced_by__in=keys) | Q(replaces__in=keys))
    return set(found.order_by().values_list("pk", flat=True))


def with_newest_files(document: FeatureDocument) -> FeatureDocument:
    """Replace each picture's id by that of its newest file.

    A window opened before a replacement still names the old file. One query for a page with pictures of which none was
    replaced.
    """
    newer = newest({picture.id for picture in document.pictures if picture.id})
    if not newer:
        return document

    return map_pictures(document, lambda each: each.model_copy(update={"id": newer.get(each.id or 0, each.id)}))


def newest(keys: set[int]) -> dict[int, int]:
    """Map each replaced id to its last successor."""
    found: dict[int, int] = {}
    asked = keys
    while asked:
        rows = Photo.objects.filter(pk__in=asked).exclude(replaced_by=None).order_by()
        step = {old: new for old, new in rows.values_list("pk", "replaced_by") if new is not None}
        found |= step
        asked = set(step.values()) - set(found)
    return {key: _last(found, key) for key in keys & set(found)}


def _last(found: dict[int, int], key: int) -> int:
    while key in found:
        key = found[key]
    return key
