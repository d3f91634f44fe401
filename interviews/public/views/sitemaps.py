"""Sitemaps (sitemaps.org 0.9): an index, its sections, and Google's news extension."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from interviews.models import (
    Contributor,
    Edition,
    ListedPhoto,
    ListedSpeaker,
    PublishedCredit,
    PublishedFeature,
    PublishedInterview,
    PublishedTopic,
    Speaker,
)
from interviews.models.loose_scan import ranges
from interviews.models.photo import usable
from interviews.models.published import PublishedQuerySet
from interviews.public.kept import kept
from interviews.public.params import LARGEST_KEY
from interviews.public.replica import from_replica
from interviews.public.structured_data import absolute
from interviews.public.xml import xml

# A file has the pages with these many keys, so that none is counted or skipped to find it. The protocol allows 50,000
# URLs a file; a small one is answered at once.
ADDRESSES_IN_A_FILE = 500
NEWS_DAYS = 2
MOST_NEWS = 1_000


# Static pages, always listed.
STANDING = ("front", "features", "topics", "speakers", "photos", "corrections")


Rows = QuerySet[Any, tuple[int, datetime]]


class Address(NamedTuple):
    url: str
    changed: datetime | None = None


@dataclass(frozen=True)
class Section:
    """A kind of page: its view, its public rows, and by keys from `start` to `end` the pages with their last change."""

    view: str
    key: str
    rows: Callable[[], QuerySet[Any]]
    changes: Callable[[int, int], Rows] | None = None

    def changed(self, start: int, end: int) -> Rows:
        if self.changes:
            return self.changes(start, end)
        within = {f"{self.key}__gte": start, f"{self.key}__lte": end}
        found: Rows = self.rows().filter(**within).order_by(self.key).values_list(self.key, "published_from")
        return found


def _people(
    people: type[Speaker] | type[Contributor], rows: type[PublishedInterview] | type[PublishedCredit], name: str
) -> Callable[[int, int], Rows]:
    """People with their last publication: an index entry for each."""

    def changes(start: int, end: int) -> Rows:
        public: PublishedQuerySet[Any] = rows._default_manager.all()
        last = public.public().filter(**{name: OuterRef("pk")}).order_by("-published_from")
        found = people._default_manager.filter(pk__range=(start, end)).order_by("pk")
        changed: Rows = found.annotate(changed=Subquery(last.values("published_from")[:1])).values_list("pk", "changed")
        return changed.exclude(changed=None)

    return changes


SECTIONS: dict[str, Section] = {
    "features": Section("feature", "feature_id", lambda: PublishedFeature.objects.public()),
    "topics": Section("topic", "topic_id", lambda: PublishedTopic.objects.public()),
    "speakers": Section(
        "speaker",
        "speaker_id",
        lambda: ListedSpeaker.objects.now(),
        _people(Speaker, PublishedInterview, "speaker"),
    ),
    "contributors": Section(
        "contributor",
        "contributor_id",
        lambda: PublishedCredit.objects.public(),
        _people(Contributor, PublishedCredit, "contributor"),
    ),
    "photos": Section("photo", "photo_id", lambda: ListedPhoto.objects.now().filter(usable(prefix="photo__"))),
}


@require_safe
@kept("lists", "photos")
def index(request: HttpRequest) -> HttpResponse:
    """The sitemap index. One query a section, which reads an index entry for each file."""
    files = [absolute("sitemap", "pages", 1)]
    for name, each in SECTIONS.items():
        for number in ranges(each.rows(), each.key, ADDRESSES_IN_A_FILE):
            files.append(absolute("sitemap", name, number))
    return xml("public/sitemap_index.xml", {"files": files})


@require_safe
@kept("lists", "photos")
def section(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """A file of a sitemap section. One query, which reads the rows of its keys."""
    if (name, number) == ("pages", 1):
        addresses = [Address(absolute(view)) for view in STANDING]
        return xml("public/sitemap.xml", {"addresses": addresses})
    if name not in SECTIONS or number > LARGEST_KEY // ADDRESSES_IN_A_FILE:
        raise Http404
    each, end = SECTIONS[name], number * ADDRESSES_IN_A_FILE
    found = each.changed(end - ADDRESSES_IN_A_FILE + 1, end)
    addresses = [Address(absolute(each.view, key), at) for key, at in found]
    if not addresses:
        raise Http404
    return xml("public/sitemap.xml", {"addresses": addresses})


@require_safe
@from_replica
def news(request: HttpRequest) -> HttpResponse:
    """Pages first published in the last two days. One query."""
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    earlier = Min("feature__editions__published_from", filter=~_never_seen("feature__editions__"))
    # What was first published since then was published since then: an index finds it.
    fresh = Edition.objects.public().filter(published_from__gte=since).annotate(first=earlier).filter(first__gte=since)
    rows = fresh.order_by("-first", "-pk").values_list("feature_id", "first", "page__headline")[:MOST_NEWS]
    entries = [
        {"url": absolute("feature", key), "published": first, "title": headline} for key, first, headline in rows
    ]
    return xml("public/news_sitemap.xml", {"entries": entries, "name": settings.SITE_NAME})


def _never_seen(prefix: str) -> Q:
    return Q(**{f"{prefix}published_until": F(f"{prefix}published_from")})
