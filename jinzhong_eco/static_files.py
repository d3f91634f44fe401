"""Static files: what is never published, and where the manifest is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

PRIVATE = ["tests", "preview.html", "tmpFrameset.html", "ciframe.html"]


class PublishedFiles(AppDirectoriesFinder):
    """The apps' files without CKEditor's tests and the pages of plugins we do not load (decision 3)."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        return super().list([*(ignore_patterns or ()), *PRIVATE])


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Compressed files with hashed names, listed in DATA_DIR because everything in STATIC_ROOT is public."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, manifest_storage=FileSystemStorage(location=settings.DATA_DIR), **kwargs)
