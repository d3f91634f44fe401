"""Remove orphan files: those a killed process or a failed commit left behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Model, Q
from django.utils import timezone

from interviews.models import Photo, Rendition

from . import storage

# Cached pages may still name a crop that was replaced.
KEPT = timedelta(days=1)
CHUNK = 500


def outdated() -> Q:
    """Condition for crops that no page names any more."""
    return Q(superseded_at__lt=timezone.now() - KEPT)


def sweep() -> int:
    """Remove files without a row, and crops replaced over a day ago. Returns the number of files."""
    Rendition.objects.filter(outdated()).delete()
    removed = 0
    for folder, table, field in _folders():
        known = set(table._default_manager.values_list(field, flat=True))
        # Collect candidates without the lock; few are left to check again under it.
        suspects = [name for name in folder.names() if name not in known]
        with storage.alone():
            removed += folder.empty_incoming()
            for start in range(0, len(suspects), CHUNK):
                removed += _remove(folder, table, field, suspects[start : start + CHUNK])
    return removed


def remove_if_unused(
    originals: Iterable[str] = (), consents: Iterable[str] = (), renditions: Iterable[str] = ()
) -> None:
    """Remove those of the files that no row names."""
    with storage.alone():
        _remove(storage.originals(), Photo, "original", list(originals))
        _remove(storage.consents(), Photo, "consent_file", list(filter(None, consents)))
        _remove(storage.public_files(), Rendition, "name", list(renditions))


def _folders() -> Iterator[tuple[storage.Folder, type[Model], str]]:
    yield storage.originals(), Photo, "original"
    yield storage.consents(), Photo, "consent_file"
    yield storage.public_files(), Rendition, "name"


def _remove(folder: storage.Folder, table: type[Model], field: str, names: list[str]) -> int:
    """Delete files without a row. Call only under `storage.alone`."""
    named = set(table._default_manager.filter(**{f"{field}__in": names}).values_list(field, flat=True))
    unnamed = set(names) - named
    for name in unnamed:
        folder.delete(name)
    return len(unnamed)
