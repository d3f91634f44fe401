from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from interviews.document import FeatureDocument
from interviews.models import Edition, PublishedFeature, PublishedTopic, Subject
from interviews.models.prepared import Prepared
from interviews.photodesk import pictures_of
from interviews.public import structured_data
from interviews.public.cards import TopicKey, feature_cards, topic_cards
from interviews.public.kept import depending, kept, keys
from interviews.public.memory import remembered
from interviews.public.readable import readable
from interviews.publishing.page_meta import page_date, subject_labels

FURTHER_FEATURES = 6
FURTHER_TOPICS = 8


@Prepared
def _newest(at: datetime) -> QuerySet[PublishedFeature, int]:
    return PublishedFeature.objects.public(at).values_list("pk", flat=True)[: FURTHER_FEATURES + 1]


@Prepared
def _edition(key: int) -> QuerySet[Edition]:
    return Edition.objects.for_reading().filter(pk=key)


@Prepared
def _topics(newest: int, at: datetime) -> QuerySet[PublishedTopic, TopicKey]:
    """The newest topics of earlier pages."""
    rows = PublishedTopic.objects.public(at).exclude(edition=newest).newest_first()
    return rows.values_list("edition_id", "topic_id")[:FURTHER_TOPICS]


def _newest_readable(pages: list[int]) -> tuple[Edition | None, FeatureDocument | None]:
    for key in pages:
        edition = _edition(key=key)[0]
        if document := readable(edition.revision):
            return edition, document
    return None, None


@require_safe
@kept("lists", "subjects")
def front_page(request: HttpRequest) -> HttpResponse:
    """The newest feature in full, then earlier ones.

    Three queries, one more for portraits; seven for what isn't remembered.
    """
    pages = _newest(at=timezone.now())
    context: dict[str, object] = {"document": None, "pictures": {}, "topics": ()}
    edition, document = _newest_readable(pages)
    context["further"] = feature_cards(request, [page for page in pages if edition is None or page != edition.pk])
    if edition and document:
        newest = edition.pk
        context |= {
            "document": document,
            "edition": edition,
            "date": page_date(document, edition),
            "subjects": subject_labels(document, remembered(request, "subjects", Subject.objects.colours)),
            "topics": topic_cards(request, _topics(newest=newest, at=timezone.now())),
            "pictures": pictures_of(document),
        }
    name, url = settings.SITE_NAME, structured_data.absolute("front")
    website = {"@type": "WebSite", "name": name, "url": url, "publisher": structured_data.publisher()}
    context["og"] = structured_data.OpenGraph("website", name, f"{name}：听各界人士谈生态，读城市的青山绿水。", url)
    context["structured"] = structured_data.script(website)
    shown = [picture.id for picture in document.pictures] if document else []
    return depending(render(request, "public/front.html", context), *keys("photo", shown))
