from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ...models import PublishedTopic, Withdrawal
from ...photodesk import pictures_of
from ...publishing.reading import page_date, subject_labels
from ..listing import chosen_subject, listing, subject_choices
from ..notices import corrections, seen_at
from .asked import at_a_moment
from .errors import absent

TOPICS_ON_A_PAGE = 24


@require_safe
@at_a_moment
def topic(request: HttpRequest, topic_id: int, at: datetime | None) -> HttpResponse:
    """One topic of a page, cut from the edition's document: three queries, and one for its portraits."""
    rows = PublishedTopic.objects.filter(topic_id=topic_id)
    row = rows.public(at).select_related("edition__revision").first()
    if row is None:
        features = rows.once_public().values("edition__feature")
        return absent(request, Withdrawal.objects.filter(feature__in=features), at)
    document = row.edition.revision.read()
    places = {topic.id: place for place, topic in enumerate(document.topics)}
    place = places[topic_id]
    context = {
        "document": document,
        "edition": row.edition,
        "date": page_date(document, row.edition),
        "subjects": subject_labels(document),
        "topic": document.topics[place],
        "number": place + 1,
        "pictures": pictures_of(document),
        "previous": document.topics[place - 1] if place else None,
        "next": document.topics[place + 1] if place + 1 < len(document.topics) else None,
        "corrections": corrections(row.edition, document, at),
        "banner": seen_at(at, row.edition) if at else None,
    }
    return render(request, "public/topic.html", context)


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    subject = chosen_subject(request)
    rows = PublishedTopic.objects.public().newest_first()
    if subject:
        rows = rows.filter(edition__page__subjects=subject)
    shown = listing(request, rows.for_cards(), TOPICS_ON_A_PAGE, subject=subject)
    return render(request, "public/topics.html", {"listing": shown, "subjects": subject_choices(shown.address)})
