"""Where the photo desk's files are: in the bucket or the folder that MEDIA_STORAGE names."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from django.conf import settings

from interviews.storage import Bucket, Files, Folder, Location, StorageError

Place = Path | Location


class Kind(StrEnum):
    """A kind of file, and its folder's name."""

    ORIGINALS = "originals"
    CONSENTS = "consents"
    RENDITIONS = "renditions"


def place() -> Place:
    return settings.MEDIA_BUCKET or Path(settings.MEDIA_ROOT)


def files(kind: Kind, place: Place) -> Files:
    return Folder(place / kind) if isinstance(place, Path) else Bucket(place, kind)


def originals() -> Files:
    return files(Kind.ORIGINALS, place())


def consents() -> Files:
    return files(Kind.CONSENTS, place())


def public_files() -> Files:
    return files(Kind.RENDITIONS, place())


__all__ = ["Files", "Kind", "Place", "StorageError", "consents", "files", "originals", "place", "public_files"]
