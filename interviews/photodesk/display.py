"""Photos for templates: from rows of renditions to the data of a `<picture>`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from interviews.document import FeatureDocument
from interviews.imaging import SPECS, crop_box
from interviews.models import Photo
from interviews.models.photo import usable_on
from interviews.models.prepared import PreparedStatement, any_of

TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}


@dataclass(frozen=True)
class Crop:
    """A crop of a photo. Until its renditions exist, `src` is empty and the photo's colour takes its place."""

    width: int
    height: int
    colour: str
    src: str = ""
    srcset: str = ""
    # Type and srcset of each format except JPEG, the smallest format first.
    sources: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Picture:
    id: int
    width: int
    height: int
    colour: str
    suffix: str = ""
    # By crop and format: width, height, name.
    files: dict[tuple[str, str], list[tuple[int, int, str]]] = field(default_factory=dict)

    def crop(self, spec: str) -> Crop:
        jpegs = sorted(self.files.get((spec, "jpeg"), []))
        if not jpegs:
            left, top, right, bottom = crop_box(self.width, self.height, SPECS[spec])
            return Crop(right - left, bottom - top, self.colour)
        width, height, name = jpegs[-1]
        sources = [
            (kind, self._srcset(files))
            for format, kind in TYPES.items()
            if format != "jpeg" and (files := sorted(self.files.get((spec, format), [])))
        ]
        return Crop(width, height, self.colour, self._url(name), self._srcset(jpegs), sources)

    def _srcset(self, files: list[tuple[int, int, str]]) -> str:
        return ", ".join(f"{self._url(name)} {width}w" for width, _, name in files)

    def _url(self, name: str) -> str:
        return f"{reverse('public:front')}media/{name}{self.suffix}"


Pictures = dict[int, Picture]


def pictures_of(document: FeatureDocument, token: str = "") -> Pictures:
    """Load the page's photos that may be shown, by id. One query, none for a page without pictures.

    `token` is the preview's: under it photos need not be public.
    """
    return pictures({picture.id for picture in document.pictures if picture.id}, f"?preview={token}" if token else "")


def pictures(keys: Iterable[int], suffix: str = "") -> Pictures:
    keys = sorted(set(keys))
    if not keys:
        return {}
    found: Pictures = {}
    for key, width, height, colour, spec, kind, across, down, name in _files(keys=keys, today=timezone.localdate()):
        picture = found.setdefault(key, Picture(key, width, height, colour, suffix))
        if name:
            picture.files.setdefault((spec, kind), []).append((across, down, name))
    return found


@PreparedStatement
def _files(keys: list[int], today: date) -> QuerySet[Photo, tuple[Any, ...]]:
    fresh = Q(renditions__superseded_at=None)
    rows = Photo.objects.filter(usable_on(today), fresh, pk__in=any_of(keys)).order_by("pk")
    columns = ("spec", "format", "width", "height", "name")
    return rows.values_list("pk", "width", "height", "colour", *(F(f"renditions__{name}") for name in columns))
