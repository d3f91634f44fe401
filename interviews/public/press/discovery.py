"""Which addresses there are: those that the data have. Lists, their filters and pages are found by following links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from interviews.drafting.aliases import aliases
from interviews.models import (
    Contributor,
    Edition,
    Photo,
    PublishedPhoto,
    PublishedTopic,
    Rendition,
    Speaker,
)
from interviews.photodesk.orphans import outdated
from interviews.public.addresses import address
from interviews.public.views import sitemaps

from .errors import PressError
from .rendering import OWN

STANDING = (*sitemaps.STANDING, "features-feed", "topics-feed", "sitemap-index", "news-sitemap", "robots")
# Static files that only the newsroom needs.
OF_NEWSROOM = ("admin", "ckeditor", "editor", "newsroom")
Keys = set[int] | None


def everything() -> Iterator[str]:
    yield from OWN
    yield from static_files()
    yield from map(address, STANDING)
    if settings.INDEXNOW_KEY:
        yield address("indexnow-key", settings.INDEXNOW_KEY)
    for addresses in _OF_TAG.values():
        yield from addresses(None)


def tagged(tags: Iterable[str]) -> Iterator[str]:
    """The addresses of the rows that tags name. Some may not exist: a press finds out."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for tag in tags:
        kind, _, key = tag.partition(":")
        if kind in _OF_TAG:
            found[kind].add(int(key))
    for kind, keys in found.items():
        yield from _OF_TAG[kind](keys)


def static_files() -> Iterator[str]:
    """Addresses of the readers' static files. Raises PressError if there are none."""
    root = Path(settings.STATIC_ROOT)
    files = [path.relative_to(root) for path in root.rglob("*") if path.is_file()] if root.is_dir() else []
    if not files:
        raise PressError(f"{root} 里没有静态文件：请先运行 manage.py collectstatic。")
    for file in files:
        if file.parts[0] not in OF_NEWSROOM and len(file.parts) > 1 and file.suffix not in {".br", ".gz"}:
            yield f"/static/{file.as_posix()}"


def expired(since: date, today: date) -> Iterator[str]:
    """The tags of photos whose term has ended since a day."""
    rows = Photo.objects.filter(expires_on__gte=since, expires_on__lt=today).values_list("pk", "photographer")
    for key, photographer in rows:
        yield from (f"photo:{key}", "photos")
        if photographer:
            yield f"contributor:{photographer}"


def _features(keys: Keys) -> Iterator[str]:
    for key in _some(Edition.objects.seen().order_by(), "feature_id", keys):
        yield from (address(name, key) for name in ("feature", "feature-json", "ninjs", "newsml", "history"))
    topics = PublishedTopic.objects.once_public().order_by()
    topics = topics if keys is None else topics.filter(edition__feature__in=keys)
    for key in topics.values_list("topic_id", flat=True).distinct():
        yield address("topic", key)


def _people(name: str, table: type[Speaker] | type[Contributor], *public: str) -> Callable[[Keys], Iterator[str]]:
    """The people on pages, and those merged into them."""

    def found(keys: Keys) -> Iterator[str]:
        shown = Q(*((f"{rows}__isnull", False) for rows in public), _connector=Q.OR)
        merged = {old for old, kept in aliases()[name].items() if keys is None or kept in keys or old in keys}
        for key in {*_some(table.objects.filter(shown).order_by(), "pk", keys), *merged}:
            yield address(name, key)

    return found


def _photos(keys: Keys) -> Iterator[str]:
    for key in _some(PublishedPhoto.objects.once_public().order_by(), "photo_id", keys):
        yield address("photo", key)
    files = Rendition.objects.exclude(outdated()).filter(photo__published__isnull=False).order_by()
    for name in _some(files, "name", keys, by="photo_id"):
        yield address("media", *name.split("/"))


def _some(rows: QuerySet[Any, Any], column: str, keys: Keys, by: str = "") -> Iterator[Any]:
    rows = rows if keys is None else rows.filter(**{f"{by or column}__in": keys})
    return rows.values_list(column, flat=True).distinct().iterator()


_OF_TAG: dict[str, Callable[[Keys], Iterator[str]]] = {
    "feature": _features,
    "speaker": _people("speaker", Speaker, "published_interviews"),
    "contributor": _people("contributor", Contributor, "published_credits", "photos__published"),
    "photo": _photos,
}
