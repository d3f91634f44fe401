from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ...models import Edition, PublishedFeature, PublishedTopic
from ...photodesk import pictures_of
from ...publishing.reading import page_date, subject_labels

FURTHER_FEATURES = 6
FURTHER_TOPICS = 8


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """The newest feature as its page presents it, then what came before: eight queries, and one for its portraits."""
    newest, *further = PublishedFeature.objects.public().for_cards()[: FURTHER_FEATURES + 1] or [None]
    context = {"further": further}
    if newest:
        edition = Edition.objects.for_reading().get(pk=newest.pk)
        document = edition.revision.read()
        topics = PublishedTopic.objects.public().exclude(edition=edition).newest_first().for_cards()
        context |= {
            "document": document,
            "edition": edition,
            "date": page_date(document, edition),
            "subjects": subject_labels(document),
            "topics": topics[:FURTHER_TOPICS],
            "pictures": pictures_of(document),
        }
    return render(request, "public/front.html", context)
