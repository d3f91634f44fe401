"""Atom feeds (RFC 4287) with the full text of the newest features and topics."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import require_safe
from markupsafe import Markup

from interviews.document import FeatureDocument, Topic
from interviews.models import Edition, EditionKind, PublishedFeature, PublishedTopic
from interviews.models.prepared import Prepared
from interviews.public.cards import TopicKey
from interviews.public.kept import kept
from interviews.public.memory import remembered_rows
from interviews.public.readable import readable
from interviews.public.structured_data import absolute
from interviews.public.xml import xml
from interviews.publishing.page_meta import description

ENTRIES = 30
# `updated` of an empty feed: Atom requires one.
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class Entry(NamedTuple):
    updated: datetime
    text: Markup


@Prepared
def _newest_features(at: datetime) -> QuerySet[PublishedFeature, int]:
    pages = PublishedFeature.objects.public(at).order_by("-published_from", "-edition_id")
    return pages.values_list("pk", flat=True)[:ENTRIES]


@Prepared
def _newest_topics(at: datetime) -> QuerySet[PublishedTopic, TopicKey]:
    topics = PublishedTopic.objects.public(at).order_by("-published_from", "-edition_id", "position")
    return topics.values_list("edition_id", "topic_id")[:ENTRIES]


@require_safe
@kept("lists")
def features(request: HttpRequest) -> HttpResponse:
    """Feed of the newest features. One query, and three for the entries that aren't remembered."""
    entries = remembered_rows(request, "feature entries", _newest_features(at=timezone.now()), _features, ["lists"])
    return _feed("features", "专题", entries)


@require_safe
@kept("lists")
def topics(request: HttpRequest) -> HttpResponse:
    """Feed of the newest topics. One query, and three for the entries that aren't remembered."""
    entries = remembered_rows(request, "topic entries", _newest_topics(at=timezone.now()), _topics, ["lists"])
    return _feed("topics", "话题", entries)


def _feed(name: str, label: str, entries: list[Entry]) -> HttpResponse:
    context = {
        "id": absolute(f"{name}-feed"),
        "title": f"{settings.SITE_NAME} · {label}",
        "author": settings.PUBLISHER or settings.SITE_NAME,
        "page": absolute(name),
        "hub": settings.WEBSUB_HUB,
        "icon": f"{settings.SITE_URL}/static/img/seal.svg",
        "updated": max((entry.updated for entry in entries), default=NEVER),
        "entries": [entry.text for entry in entries],
    }
    response = xml("public/feed.xml", context, "application/atom+xml")
    if settings.WEBSUB_HUB:  # WebSub, section 4: subscribers look at the headers first
        response["Link"] = f'<{iri_to_uri(settings.WEBSUB_HUB)}>; rel="hub", <{context["id"]}>; rel="self"'
    return response


def _entry(**entry: Any) -> Entry:
    return Entry(entry["updated"], Markup(render_to_string("public/feed_entry.xml", {"entry": entry})))  # noqa: S704 (our own template escapes)


def _features(editions: list[int]) -> dict[int, Entry]:
    rows = list(Edition.objects.for_reading().filter(pk__in=editions))
    keys = [edition.feature_id for edition in rows]
    first, corrected = _first_published(keys), _corrections(keys)
    return {
        edition.pk: _entry(**_feature(edition, document, first), corrections=corrected.get(edition.feature_id, []))
        for edition in rows
        if (document := readable(edition.revision))
    }


def _topics(topics: list[TopicKey]) -> dict[TopicKey, Entry]:
    found = PublishedTopic.objects.filter(edition__in={edition for edition, _ in topics})
    rows = [row for row in found.select_related("edition__revision") if row.pk in topics]
    keys = [row.feature_id for row in rows]
    first, corrected = _first_published(keys), _corrections(keys)
    return {
        row.pk: _entry(**_topic(row, document, first), corrections=_concerning(row, corrected))
        for row in rows
        if (document := readable(row.edition.revision))
    }


def _feature(edition: Edition, document: FeatureDocument, first: dict[int, datetime]) -> dict[str, Any]:
    return {
        "url": absolute("feature", edition.feature_id),
        "title": document.headline,
        "updated": edition.published_from,
        "published": first[edition.feature_id],
        "authors": _authors(document.topics, document),
        "subjects": [subject.name for subject in document.subjects],
        "summary": description(document),
        "lead": document.lead,
        "topics": document.topics,
        "reprint": document.reprint,
        "headings": True,
    }


def _topic(row: PublishedTopic, document: FeatureDocument, first: dict[int, datetime]) -> dict[str, Any]:
    topic = next(topic for topic in document.topics if topic.id == row.topic_id)
    return {
        "url": absolute("topic", row.topic_id),
        "title": topic.title,
        "updated": row.edition.published_from,
        "published": first[row.edition.feature_id],
        "authors": _authors((topic,), document),
        "subjects": [subject.name for subject in document.subjects],
        "summary": document.headline,
        "lead": (),
        "topics": (topic,),
        "reprint": document.reprint,
        "headings": False,
    }


def _corrections(features: list[int]) -> dict[int, list[Edition]]:
    """Corrections by feature, oldest first. One query."""
    found: dict[int, list[Edition]] = {}
    seen = Edition.objects.seen().filter(feature__in=features, kind=EditionKind.CORRECTION)
    for edition in seen.order_by("feature", "number"):
        found.setdefault(edition.feature_id, []).append(edition)
    return found


def _concerning(row: PublishedTopic, corrected: dict[int, list[Edition]]) -> list[Edition]:
    return [each for each in corrected.get(row.edition.feature_id, []) if each.topic_id in (None, row.topic_id)]


def _authors(topics: tuple[Topic, ...], document: FeatureDocument) -> list[str]:
    """Reporters by byline, each once; or else a reprint's author."""
    credits = (credit for topic in topics for interview in topic.interviews for credit in interview.credits)
    names = list(dict.fromkeys(person.name for credit in credits for person in credit.contributors))
    return names or [document.reprint.author] if document.reprint else names


def _first_published(features: list[int]) -> dict[int, datetime]:
    """First publication by feature. One query."""
    seen = Edition.objects.seen().filter(feature__in=features).order_by()
    return dict(seen.values_list("feature").annotate(first=Min("published_from")))
