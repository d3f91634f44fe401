from __future__ import annotations

from datetime import date as Date
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from interviews.document import FeatureDocument
from interviews.models import (
    CountedList,
    CreditRole,
    Edition,
    PublishedFeature,
    PublishedTopic,
    Subject,
    Withdrawal,
)
from interviews.photodesk import pictures_of
from interviews.public import structured_data
from interviews.public.cards import listed_subjects, months_of, topic_cards
from interviews.public.corrections import corrections, seen_at
from interviews.public.issues import months
from interviews.public.kept import depending, kept, keys
from interviews.public.listing import chosen_subject, listing, named, subject_choices
from interviews.public.memory import remembered
from interviews.publishing.page_meta import page_date, subject_labels, topic_description

from .decorators import accepts_at, dated
from .error_pages import absent
from .features import share_address

TOPICS_ON_A_PAGE = 24
AKIN = 3


@require_safe
@kept("subjects", "roles")
@accepts_at
def topic(request: HttpRequest, topic_id: int, at: datetime | None) -> HttpResponse:
    """One topic of a page, cut from the edition's document.

    Four queries, one for its portraits, and four for topics of the same subject on other pages.
    """
    rows = PublishedTopic.objects.filter(topic_id=topic_id)
    row = rows.public(at).select_related("edition__revision").first()
    if row is None:
        features = rows.once_public().values("edition__feature")
        return depending(absent(request, Withdrawal.objects.filter(feature__in=features), at), "lists")
    document = row.edition.revision.read()
    places = {each.id: place for place, each in enumerate(document.topics)}
    place = places[topic_id]
    shown = document.topics[place]
    url = structured_data.absolute("topic", topic_id)
    feature = structured_data.absolute("feature", row.edition.feature_id)
    steps = [("专题", structured_data.absolute("features")), (document.headline, feature), (shown.title, url)]
    seen = Edition.objects.seen(at).filter(feature=row.edition.feature_id).order_by("number")
    pictures, noticed = pictures_of(document), corrections(row.edition, document, seen)
    context: dict[str, Any] = {
        "document": document,
        "edition": row.edition,
        "date": page_date(document, row.edition),
        "subjects": subject_labels(document, remembered(request, "subjects", Subject.objects.colours)),
        "topic": shown,
        "number": place + 1,
        "description": topic_description(shown),
        "pictures": pictures,
        "previous": document.topics[place - 1] if place else None,
        "next": document.topics[place + 1] if place + 1 < len(document.topics) else None,
        "corrections": noticed,
        "banner": seen_at(at, row.edition) if at else None,
        "akin": _akin(document, row.edition),
    }
    if at is None:
        article = structured_data.topic_article(
            row.edition, document, shown, noticed, pictures, remembered(request, "roles", CreditRole.objects.kinds)
        )
        context["structured"] = structured_data.script(article, structured_data.breadcrumbs(*steps))
        drawn = share_address(row.edition, document)
        context["og"] = structured_data.card(
            shown.title, context["description"], url, photo=document.cover, pictures=pictures, drawn=drawn
        )
    akin = _akin_tags(context["akin"], context["date"]) if document.subjects else []
    tags = [*akin, *keys("photo", (each.id for each in document.pictures))]
    response = dated(render(request, "public/topic.html", context), row.edition)
    return depending(response, f"feature:{row.edition.feature_id}", *tags)


def _akin_tags(topics: list[PublishedTopic], date: Date) -> list[str]:
    """What would change the topics: their pages, and any page between them and this one."""
    dates = [topic.edition.page.date for topic in topics]
    first = min(dates) if len({topic.edition_id for topic in topics}) == AKIN and max(dates) <= date else None
    return keys("feature", (topic.edition.feature_id for topic in topics)) + months(first, date)


def _akin(document: FeatureDocument, edition: Edition) -> list[PublishedTopic]:
    """Topics of the latest earlier pages that share a subject, from different pages first; else of the next ones.

    Not of the newest pages, which would change this one whenever one is published.
    """
    subjects = [subject.id for subject in document.subjects if subject.id]
    if not subjects:
        return []
    shared = PublishedFeature.subjects.through.objects.filter(publishedfeature=OuterRef("pk"), subject__in=subjects)
    others = PublishedFeature.objects.public().exclude(feature_id=edition.feature_id).filter(Exists(shared))
    date = page_date(document, edition)
    earlier, later = others.filter(date__lte=date), others.filter(date__gt=date).order_by("date", "feature_id")
    near = Q(pk__in=earlier.values("pk")[:AKIN]) | Q(pk__in=later.values("pk")[:AKIN])
    dates = dict(PublishedFeature.objects.filter(near).values_list("pk", "date"))
    keys = sorted(dates, key=lambda key: (dates[key] > date, abs(dates[key] - date)))[:AKIN]
    topics = list(PublishedTopic.objects.filter(edition__in=keys).newest_first().for_cards()) if keys else []
    first_of_each = list({row.edition_id: row for row in reversed(topics)}.values())[::-1]
    return [*first_of_each, *(row for row in topics if row not in first_of_each)][:AKIN]


@require_safe
@kept("lists", "subjects", parameters=["subject", "page"])
def topic_list(request: HttpRequest) -> HttpResponse:
    """Topics by subject.

    One query for the page's rows, of at most a few months; five more for what isn't remembered.
    """
    subject = chosen_subject(request)
    rows: Any = PublishedTopic.objects.public().newest_first().values_list("edition_id", "topic_id")
    if subject:
        rows = rows.filter(edition__page__subjects=subject)
    months, load = months_of(request, CountedList.TOPICS, subject or 0), partial(topic_cards, request)
    shown = listing(request, rows, TOPICS_ON_A_PAGE, months, load, subject=subject)
    subjects = subject_choices(shown.address, listed_subjects(request))
    return render(request, "public/topics.html", {"listing": shown, "subjects": subjects, "named": named(subjects)})
