"""Static files: what is never published, where the manifest is kept, and how they are served during an upgrade."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.storage import FileSystemStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

HASHED = re.compile(r"/[\w./-]+\.[0-9a-f]{12}\.\w+", re.ASCII)
PRIVATE = ["tests", "preview.html", "tmpFrameset.html", "ciframe.html"]


class PublishedFiles(AppDirectoriesFinder):
    """The apps' files without CKEditor's tests and the pages of plugins we do not load (decision 3)."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        return super().list([*(ignore_patterns or ()), *PRIVATE])


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Compressed files with hashed names, listed in DATA_DIR because everything in STATIC_ROOT is public."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, manifest_storage=FileSystemStorage(location=settings.DATA_DIR), **kwargs)


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Also serve files collected since this process started.

    During an upgrade, pages of the new workers name files that the old ones, still listening, did not find at start.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.autorefresh:
            self.directories.append((str(settings.STATIC_ROOT) + "/", self.static_prefix))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path not in self.files and HASHED.fullmatch(path) and (file := self.find_file(path)) is not None:
            response: HttpResponseBase = self.serve(file, request)
        else:
            response = super().__call__(request)
        return response
