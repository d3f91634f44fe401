"""Files without rows: what a killed process or a failed commit left behind."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from .. import storage
from ..models import Photo, Rendition

# Pages that were fetched before a crop was replaced name it still.
KEPT = timedelta(days=1)
CHUNK = 500


def sweep() -> int:
    """Remove every file that no row names, and crops that were replaced a day ago. Returns how many files."""
    Rendition.objects.filter(superseded_at__lt=timezone.now() - KEPT).delete()
    removed = 0
    for folder, rows in _folders():
        known = set(rows)
        # Without holding anybody up: few are left to be looked at again.
        suspects = [name for name in folder.names() if name not in known]
        with storage.alone():
            removed += folder.empty_incoming()
            for start in range(0, len(suspects), CHUNK):
                chunk = suspects[start : start + CHUNK]
                named = set(_named(rows, chunk))
                for name in set(chunk) - named:
                    folder.delete(name)
                    removed += 1
    return removed


def remove_if_unused(*originals: str) -> None:
    """These originals, where no row names them."""
    with storage.alone():
        named = set(Photo.objects.filter(original__in=originals).values_list("original", flat=True))
        for name in set(originals) - named:
            storage.originals().delete(name)


def _folders():
    """Each folder, and the names that its rows give."""
    photos = Photo.objects.order_by()
    yield storage.originals(), photos.values_list("original", flat=True)
    yield storage.consents(), photos.exclude(consent_file="").values_list("consent_file", flat=True)
    yield storage.public_files(), Rendition.objects.order_by().values_list("name", flat=True)


def _named(rows, names):
    (field,) = rows.query.values_select
    return rows.filter(**{f"{field}__in": names})
