"""The revisions of a feature: list, compare, restore."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from interviews import editing, workflow
from interviews.diff.document import compare
from interviews.document import FeatureDocument, digest_of
from interviews.errors import RefusedError
from interviews.models import Feature
from interviews.models.display_name import display_name
from interviews.workflow.permissions import may_edit, may_view

from . import params

REVISIONS_ON_A_PAGE = 20
EMPTY = FeatureDocument(headline="", topics=())


def _feature(request, pk):
    feature = get_object_or_404(Feature, pk=pk)
    if not may_view(request.user, feature):
        raise PermissionDenied
    return feature


def history_view(model_admin, request, pk):
    feature = _feature(request, pk)
    revisions = feature.revisions.select_related("author", "restored").prefetch_related(
        "sign_offs__signer", "sign_offs__step", "editions"
    )
    page = Paginator(revisions.order_by("-number"), REVISIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    # The oldest on this page is compared with the revision before it.
    before = feature.revisions.filter(number__lt=shown[-1].number).order_by("-number").first() if shown else None
    documents = [FeatureDocument.from_json(each.document) for each in [*shown, *([before] if before else [])]]
    documents.append(EMPTY)
    rows = [
        (revision, display_name(revision.author, "命令行"), _summary(documents[place + 1], documents[place]))
        for place, revision in enumerate(shown)
    ]
    context = _context(model_admin, request, feature) | {
        "title": "修订历史",
        "rows": rows,
        "page": page,
        "latest": shown[0].number if page.number == 1 and shown else None,
        "copies": editing.unsaved_copies(feature, request.user),
    }
    return TemplateResponse(request, "admin/interviews/feature/history.html", context)


def _summary(old, new):
    """Summarise a comparison: the parts changed, and the characters added and removed."""
    changes = compare(old, new)
    spans = [span for change in changes for passage in change.passages for span in passage.spans]
    inserted = sum(len(span.text) for span in spans if span.kind == "inserted")
    deleted = sum(len(span.text) for span in spans if span.kind == "deleted")
    return {"labels": [change.label for change in changes], "inserted": inserted, "deleted": deleted}


def compare_view(model_admin, request, pk):
    """Compare two revisions by number; by default the latest with the one before."""
    feature = _feature(request, pk)
    numbers = list(feature.revisions.order_by("-number").values_list("number", flat=True))
    new = _chosen(request.GET.get("new"), numbers, numbers[0] if numbers else None)
    earlier = [number for number in numbers if new and number < new]
    old = _chosen(request.GET.get("old"), numbers, earlier[0] if earlier else None)
    held = {each.number: each for each in feature.revisions.filter(number__in=[old or 0, new or 0])}
    documents = [held[number].read() if number in held else EMPTY for number in (old, new)]
    context = _context(model_admin, request, feature) | {
        "title": "比较两稿",
        "numbers": numbers,
        "old": held.get(old),
        "new": held.get(new),
        "changes": compare(*documents),
    }
    return TemplateResponse(request, "admin/interviews/feature/compare.html", context)


def printed_view(model_admin, request, pk):
    """Compare the printed page with the latest revision.

    Parses the source again to show whether every letter of it is accounted for.
    """
    feature = _feature(request, pk)
    if not feature.source_text:
        raise Http404
    reading = editing.read_source(feature)
    first, last = feature.revisions.order_by("number").first(), workflow.latest_revision(feature)
    old, new = (revision.read() if revision else EMPTY for revision in (first, last))
    context = _context(model_admin, request, feature) | {
        "title": "与版面原文对照",
        "whole": digest_of(feature.source_text) == feature.source_digest,
        "reading": reading,
        "last": last,
        "changes": compare(old, new),
        "summary": _summary(old, new),
    }
    return TemplateResponse(request, "admin/interviews/feature/printed.html", context)


def _chosen(text, numbers, default):
    chosen = params.key(text)
    return chosen if chosen in numbers else default


@require_POST
def restore_view(request, pk):
    feature = _feature(request, pk)
    revision = feature.revisions.filter(number=params.key(request.POST.get("number"))).first()
    history = HttpResponseRedirect(reverse("admin:interviews_feature_history", args=[pk]))
    if revision is None:
        messages.error(request, "没有这一稿。")
        return history
    try:
        made = editing.restore(feature=feature, actor=request.user, revision=revision)
    except RefusedError as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
        return history
    created = timezone.localtime(revision.created_at)
    messages.success(request, f"第 {revision.number} 稿（{created:%m-%d %H:%M}）已恢复为第 {made.number} 稿。")
    return history


def _context(model_admin, request, feature):
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "feature": feature,
        "may_edit": may_edit(request.user, feature),
    }
