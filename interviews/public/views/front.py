from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from interviews.models import Edition, PublishedFeature, PublishedTopic, Subject
from interviews.photodesk import pictures_of
from interviews.public import structured_data
from interviews.public.kept import depending, kept, keys
from interviews.public.memory import remembered
from interviews.publishing.page_meta import page_date, subject_labels

FURTHER_FEATURES = 6
FURTHER_TOPICS = 8


@require_safe
@kept("lists", "subjects")
def front_page(request: HttpRequest) -> HttpResponse:
    """The newest feature in full, then earlier ones. Eight queries, one more for portraits."""
    newest, *further = PublishedFeature.objects.public().for_cards()[: FURTHER_FEATURES + 1] or [None]
    context: dict[str, object] = {"document": None, "pictures": {}, "topics": (), "further": further}
    if newest:
        edition = Edition.objects.for_reading().get(pk=newest.pk)
        document = edition.revision.read()
        topics = PublishedTopic.objects.public().exclude(edition=edition).newest_first().for_cards()
        context |= {
            "document": document,
            "edition": edition,
            "date": page_date(document, edition),
            "subjects": subject_labels(document, remembered(request, "subjects", Subject.objects.colours)),
            "topics": topics[:FURTHER_TOPICS],
            "pictures": pictures_of(document),
        }
    name, url = settings.SITE_NAME, structured_data.absolute("front")
    website = {"@type": "WebSite", "name": name, "url": url, "publisher": structured_data.publisher()}
    context["og"] = structured_data.OpenGraph("website", name, f"{name}：听各界人士谈生态，读城市的青山绿水。", url)
    context["structured"] = structured_data.script(website)
    shown = [picture.id for picture in document.pictures] if newest else []
    return depending(render(request, "public/front.html", context), *keys("photo", shown))
