from __future__ import annotations

from django.db.models import Q

from interviews.models import Photo


def versions(photo: Photo) -> list[int]:
    """All files of one picture, older and newer, by id. Rights are the picture's, not a file's."""
    keys = {photo.pk}
    while more := _beside(keys) - keys:
        keys |= more
    return sorted(keys)


def _beside(keys: set[int]) -> set[int]:
    """Those that these were replaced by, or have replaced."""
    found = Photo.objects.filter(Q(replaced_by__in=keys) | Q(replaces__in=keys))
    return set(found.order_by().values_list("pk", flat=True))
