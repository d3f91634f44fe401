from __future__ import annotations

from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from interviews.models import Edition, EditionKind, PublishedFeature
from interviews.public.kept import kept
from interviews.public.listing import listing

CORRECTIONS_ON_A_PAGE = 20


@require_safe
@kept("lists", parameters=["page"])
def correction_list(request: HttpRequest) -> HttpResponse:
    """Every correction of public pages, newest first. Two queries."""
    page = PublishedFeature.objects.public().filter(feature_id=OuterRef("feature_id"))
    public = Edition.objects.public().filter(feature=OuterRef("feature"))
    rows = Edition.objects.seen().filter(Exists(public), kind=EditionKind.CORRECTION)
    rows = rows.annotate(headline=Subquery(page.values("headline")[:1]))
    shown = listing(request, rows.order_by("-published_from", "-pk"), CORRECTIONS_ON_A_PAGE)
    return render(request, "public/corrections.html", {"listing": shown})
