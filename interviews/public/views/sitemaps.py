"""Sitemaps (sitemaps.org 0.9): an index, its sections, and Google's news extension."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, Max, Min, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from interviews.models import (
    Edition,
    PublishedCredit,
    PublishedFeature,
    PublishedInterview,
    PublishedPhoto,
    PublishedTopic,
)
from interviews.models.photo import usable
from interviews.models.published import PublishedQuerySet
from interviews.public.kept import kept
from interviews.public.structured_data import absolute
from interviews.public.xml import xml

# The protocol allows 50,000 URLs a file.
ADDRESSES_IN_A_FILE = 20_000
NEWS_DAYS = 2
MOST_NEWS = 1_000


# Static pages, always listed.
STANDING = ("front", "features", "topics", "speakers", "photos", "corrections")


Rows = QuerySet[Any, tuple[int, datetime]]


class Address(NamedTuple):
    url: str
    changed: datetime | None = None


def _lasting(rows: PublishedQuerySet[Any], key: str) -> Rows:
    """Each key once, with its last publication."""
    dated: Rows = rows.order_by().values_list(key).annotate(changed=Max("edition__published_from")).order_by(key)
    return dated


SECTIONS: dict[str, tuple[str, Callable[[], Rows]]] = {
    "features": ("feature", lambda: _lasting(PublishedFeature.objects.public(), "feature_id")),
    "topics": ("topic", lambda: _lasting(PublishedTopic.objects.public(), "topic_id")),
    "speakers": ("speaker", lambda: _lasting(PublishedInterview.objects.public(), "speaker_id")),
    "contributors": ("contributor", lambda: _lasting(PublishedCredit.objects.public(), "contributor_id")),
    "photos": (
        "photo",
        lambda: _lasting(PublishedPhoto.objects.public().filter(usable(prefix="photo__")), "photo_id"),
    ),
}


@require_safe
@kept("lists", "photos")
def index(request: HttpRequest) -> HttpResponse:
    """The sitemap index. One query a section."""
    files = [absolute("sitemap", "pages", 1)]
    for name, (_, rows) in SECTIONS.items():
        for number in range(1, -(-rows().count() // ADDRESSES_IN_A_FILE) + 1):
            files.append(absolute("sitemap", name, number))
    return xml("public/sitemap_index.xml", {"files": files})


@require_safe
@kept("lists", "photos")
def section(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """A sitemap section. One query."""
    if (name, number) == ("pages", 1):
        addresses = [Address(absolute(view)) for view in STANDING]
        return xml("public/sitemap.xml", {"addresses": addresses})
    if name not in SECTIONS or number > 10_000:
        raise Http404
    view, rows = SECTIONS[name]
    start = (number - 1) * ADDRESSES_IN_A_FILE
    found = rows()[start : start + ADDRESSES_IN_A_FILE]
    addresses = [Address(absolute(view, key), at) for key, at in found]
    if not addresses:
        raise Http404
    return xml("public/sitemap.xml", {"addresses": addresses})


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Pages first published in the last two days. One query."""
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    earlier = Min("feature__editions__published_from", filter=~_never_seen("feature__editions__"))
    fresh = Edition.objects.public().annotate(first=earlier).filter(first__gte=since)
    rows = fresh.order_by("-first", "-pk").values_list("feature_id", "first", "page__headline")[:MOST_NEWS]
    entries = [
        {"url": absolute("feature", key), "published": first, "title": headline} for key, first, headline in rows
    ]
    return xml("public/news_sitemap.xml", {"entries": entries, "name": settings.SITE_NAME})


def _never_seen(prefix: str) -> Q:
    return Q(**{f"{prefix}published_until": F(f"{prefix}published_from")})
