"""Features in the IPTC's formats."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from interviews.models import Edition, Withdrawal
from interviews.models.review import stored_document
from interviews.photodesk import pictures_of
from interviews.public.api.answering import as_json
from interviews.public.exchange import NewsItem
from interviews.public.kept import depending, kept, keys
from interviews.public.xml import xml

from .decorators import dated
from .error_pages import absent


@require_safe
@kept()
def ninjs(request: HttpRequest, feature_id: int) -> HttpResponse:
    """One query, one more for photos."""
    return _answered(request, feature_id, lambda item: as_json(item.ninjs()))


@require_safe
@kept()
def newsml(request: HttpRequest, feature_id: int) -> HttpResponse:
    """One query, one more for photos."""
    return _answered(request, feature_id, lambda item: xml("public/newsml.xml", item.newsml()))


def _answered(request: HttpRequest, feature_id: int, write: Callable[[NewsItem], HttpResponse]) -> HttpResponse:
    own = f"feature:{feature_id}"
    seen = list(Edition.objects.seen().with_text().filter(feature=feature_id).order_by("number"))
    edition = next((each for each in seen if each.text), None)
    if edition is None:
        return depending(absent(request, Withdrawal.objects.filter(feature=feature_id)), own)
    document = stored_document(edition.text or "")
    before = [each for each in seen if each.number <= edition.number]
    response = write(NewsItem(edition, before, document, pictures_of(document)))
    return depending(dated(response, edition), own, *keys("photo", (each.id for each in document.pictures)))
