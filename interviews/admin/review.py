"""The review screen: the page as readers will see it, changes, sign-offs, and verbs."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from interviews import workflow
from interviews.errors import RefusedError, StaleError
from interviews.models import Feature, Subject
from interviews.photodesk import pictures_of
from interviews.publishing.page_meta import description, page_date, subject_labels
from interviews.workflow.permissions import may_view

from .review_screen import ReviewScreen
from .verbs import REMARKS, VerbForm, carry_out


def review_view(model_admin, request, pk):
    feature = _feature(request, pk)
    if request.method == "POST":
        return _acted(model_admin, request, feature)
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    desk = ReviewScreen(request.user, feature, view=request.GET.get("view", ""), since=request.GET.get("since", ""))
    return _screen(model_admin, request, desk)


def _feature(request, pk):
    feature = get_object_or_404(Feature.objects.select_related("owner"), pk=pk)
    if not may_view(request.user, feature):
        raise PermissionDenied
    return feature


def _acted(model_admin, request, feature):
    """Carry out the requested verb. A refusal is shown, and what was typed stays in its box."""
    form = VerbForm(request.POST)
    problems, said, stale = [], "", None
    if form.is_valid():
        try:
            said = carry_out(request.user, feature, form.cleaned_data)
        except RefusedError as refusal:
            problems, stale = refusal.reasons, refusal.number if isinstance(refusal, StaleError) else None
    else:
        problems = [error for errors in form.errors.values() for error in errors]
    feature = _feature(request, feature.pk)
    if request.headers.get("X-Requested-With") == "fetch" and request.POST.get("verb") in REMARKS:
        return _remarks(request, feature, problems, said)
    if not problems:
        messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:interviews_feature_review", args=[feature.pk]))
    for problem in problems:
        messages.error(request, problem)
    view = {"view": "changes", "since": str(stale)} if stale is not None else {}
    return _screen(model_admin, request, ReviewScreen(request.user, feature, **view))


def _screen(model_admin, request, desk):
    context = {
        **model_admin.admin_site.each_context(request),
        **desk.context(),
        "title": str(desk.feature),
        "opts": model_admin.opts,
        "typed": request.POST,
        "media": model_admin.media,
    }
    context["lost"] = _lost(request.POST, context)
    return TemplateResponse(request, "admin/interviews/feature/review.html", context)


def _lost(typed, context):
    """Text typed for a verb whose box is no longer on the screen; shown, so that nobody types it twice."""
    shown = {
        "sign": context["may_sign"] or context["may_send_back"],
        "send_back": context["may_sign"] or context["may_send_back"],
        "publish": context["may_publish"] or context["may_reschedule"],
        "withdraw": context["may_withdraw"],
        "comment": context["revision"] is not None,
    }
    if shown.get(typed.get("verb")):
        return ""
    return "\n".join(filter(None, (typed.get(name, "").strip() for name in ("text", "wrong", "right"))))


def _remarks(request, feature, problems, said):
    """The list of comments alone, for the script that saves without leaving the screen."""
    context = {
        **ReviewScreen(request.user, feature).remarks(),
        "problems": problems,
        "said": said,
        "typed": request.POST if problems else {},
    }
    status = 422 if problems else 200
    return TemplateResponse(request, "admin/interviews/partials/remarks.html", context, status=status)


def preview_view(model_admin, request, pk):
    """The latest revision in the public template."""
    feature = _feature(request, pk)
    revision = workflow.latest_revision(feature)
    if revision is None:
        raise Http404("还没有存过修订。")
    document = revision.read()
    context = {
        "document": document,
        "edition": None,
        "corrections": None,
        "neighbours": None,
        "others": (),
        "banner": None,
        "description": description(document),
        "date": page_date(document, None),
        "subjects": subject_labels(document, Subject.objects.colours()),
        "pictures": pictures_of(document),
    }
    return TemplateResponse(request, "public/feature.html", context)
