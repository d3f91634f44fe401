from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ...models import PublishedTopic, Withdrawal
from ...photodesk import pictures_of
from ...publishing.reading import page_date, subject_labels
from .. import structured
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
    places = {each.id: place for place, each in enumerate(document.topics)}
    place = places[topic_id]
    shown = document.topics[place]
    url = structured.absolute("topic", topic_id)
    feature = structured.absolute("feature", row.edition.feature_id)
    steps = [("专题", structured.absolute("features")), (document.headline, feature), (shown.title, url)]
    article = structured.topic_article(row.edition, document, shown)
    context = {
        "document": document,
        "edition": row.edition,
        "date": page_date(document, row.edition),
        "subjects": subject_labels(document),
        "topic": shown,
        "number": place + 1,
        "pictures": pictures_of(document),
        "previous": document.topics[place - 1] if place else None,
        "next": document.topics[place + 1] if place + 1 < len(document.topics) else None,
        "corrections": corrections(row.edition, document, at),
        "banner": seen_at(at, row.edition) if at else None,
        "og": None if at else structured.OpenGraph("article", shown.title, document.headline, url),
        "structured": "" if at else structured.script(article, structured.breadcrumbs(*steps)),
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
