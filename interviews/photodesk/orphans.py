"""Note files before a row names them; remove those that a killed process or a failed commit left without one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice

from django.db import Error, transaction
from django.db.models import Model, Q
from django.utils import timezone

from interviews.models import PendingFile, Photo, Rendition

from . import storage
from .locks import alone, writing
from .storage import Kind, StorageError

log = logging.getLogger(__name__)

# Cached pages may still name a crop that was replaced.
KEPT = timedelta(days=1)
# Files deleted under one lock, while nobody can upload.
CHUNK = 50
LISTED = 500
NAMED_BY: dict[Kind, tuple[type[Model], str]] = {
    Kind.ORIGINALS: (Photo, "original"),
    Kind.CONSENTS: (Photo, "consent_file"),
    Kind.RENDITIONS: (Rendition, "name"),
}


def outdated() -> Q:
    """Condition for crops that no page names any more."""
    return Q(superseded_at__lt=timezone.now() - KEPT)


@contextmanager
def new_files(kind: Kind, names: Iterable[str]) -> Iterator[Callable[[], None]]:
    """Write files of these names in the block, then commit the rows that name them.

    Call what it gives in that transaction. Without that, or if the block raises, the files are removed, unless a row
    names them all the same; if the process dies, `sweep` removes them.
    """
    names, recorded = list(names), False

    def record() -> None:
        nonlocal recorded
        forget(kind, names)
        recorded = True

    try:
        with writing():
            note(kind, names)
            yield record
    except StorageError:
        # A write without an answer may still arrive, after what would be removed now: that is left for `sweep`.
        raise
    except BaseException:
        clean_up(kind, names)
        raise
    if not recorded:
        clean_up(kind, names)


def note(kind: Kind, names: Iterable[str]) -> None:
    """Note files that perhaps no row names: soon, or after the caller's transaction."""
    rows = [PendingFile(kind=kind, name=name) for name in names if name]
    PendingFile.objects.bulk_create(rows, ignore_conflicts=True)


def forget(kind: Kind, names: Iterable[str]) -> None:
    PendingFile.objects.filter(kind=kind, name__in=list(names)).delete()


def clean_up(kind: Kind, names: Iterable[str]) -> None:
    """Remove those of the noted files that no row names. A failure is logged, and `sweep` tries again."""
    try:
        _remove_unnamed(kind, names)
    except (OSError, Error) as error:
        log.warning("%s: files without a row are left for make_renditions: %s", kind, error)


def sweep() -> int:
    """Remove crops replaced over a day ago, noted files without a row, and partial ones. Returns their number.

    Lists no other files. Raises OSError if one can't be removed.
    """
    _note_outdated()
    removed = 0
    for kind in Kind:
        noted = PendingFile.objects.filter(kind=kind).values_list("name", flat=True)
        removed += _remove_unnamed(kind, list(noted))
        with alone():
            removed += _files(kind).remove_partial()
    return removed


def sweep_unnoted() -> int:
    """Remove all files without a row and return their number. Lists every file, so it takes long."""
    removed = 0
    for kind in Kind:
        listed = _files(kind).names()
        while chunk := list(islice(listed, LISTED)):
            removed += _remove_unnamed(kind, set(chunk) - named(kind, chunk))
    return removed


def _note_outdated() -> None:
    rows = Rendition.objects.filter(outdated())
    while names := list(rows.values_list("name", flat=True)[:LISTED]):
        with transaction.atomic():
            note(Kind.RENDITIONS, names)
            rows.filter(name__in=names).delete()


def _remove_unnamed(kind: Kind, names: Iterable[str]) -> int:
    """Remove those of the files that no row names, and the notes; return the number of files. Raises OSError."""
    removed, left = 0, filter(None, names)
    while chunk := list(islice(left, CHUNK)):
        with alone():
            unnamed = set(chunk) - named(kind, chunk)
            for name in unnamed:
                _files(kind).delete(name)
            forget(kind, chunk)
            removed += len(unnamed)
    return removed


def _files(kind: Kind) -> storage.Files:
    return storage.files(kind, storage.place())


def named(kind: Kind, names: Iterable[str]) -> set[str]:
    table, field = NAMED_BY[kind]
    return set(table._default_manager.filter(**{f"{field}__in": list(names)}).values_list(field, flat=True))
