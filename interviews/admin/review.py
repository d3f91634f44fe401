"""One screen for a reviewer: the page as readers will see it, who has signed, and the verbs open to this person."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from .. import publishing
from ..models import Feature, Stage
from ..publishing.permissions import may_edit, may_send_back, may_submit, may_view, objections_to_signing


class VerbForm(forms.Form):
    verb = forms.ChoiceField(choices=[(verb, verb) for verb in ("submit", "sign", "send_back", "publish", "withdraw")])
    revision = forms.IntegerField()
    text = forms.CharField(required=False)
    at = forms.DateTimeField(required=False, error_messages={"invalid": "发布时间写作 2025-03-12 08:00。"})


def review_view(model_admin, request, pk):
    feature = _feature(request, pk)
    if request.method == "POST":
        form = VerbForm(request.POST)
        if form.is_valid():
            if _carried_out(request, feature, form.cleaned_data):
                return HttpResponseRedirect(reverse("admin:interviews_feature_review", args=[pk]))
        else:
            messages.error(request, "".join(error for errors in form.errors.values() for error in errors))
    elif request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    feature.refresh_from_db()
    context = {
        **model_admin.admin_site.each_context(request),
        **_state(request.user, feature),
        "title": str(feature),
        "opts": model_admin.opts,
        "feature": feature,
        "typed": request.POST,
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/interviews/feature/review.html", context)


def _feature(request, pk):
    feature = get_object_or_404(Feature.objects.select_related("owner"), pk=pk)
    if not may_view(request.user, feature):
        raise PermissionDenied
    return feature


def _carried_out(request, feature, data):
    """Carry out the verb that was asked for. A refusal is shown, and what was typed stays in its box."""
    try:
        message = _carry_out(request.user, feature, data)
    except publishing.Refused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
        return False
    messages.success(request, message)
    return True


def _carry_out(user, feature, data):
    latest = publishing.latest_revision(feature)
    # What is signed must be what was read: a colleague may have saved since this screen was opened.
    if data["verb"] in {"sign", "publish"} and latest and latest.number != data["revision"]:
        raise publishing.Refused("这个专题刚刚又有修改，请看过新的一稿再签发。")
    match data["verb"]:
        case "submit":
            publishing.submit(feature=feature, actor=user)
            return "已送审。"
        case "sign":
            return f"{publishing.sign(feature=feature, actor=user, comment=data['text']).step}已签发。"
        case "send_back":
            publishing.send_back(feature=feature, actor=user, comment=data["text"])
            return "已退回。"
        case "publish":
            edition = publishing.publish(feature=feature, actor=user, at=data["at"], note=data["text"])
            start = timezone.localtime(edition.published_from)
            return f"第 {edition.number} 版自 {start:%Y-%m-%d %H:%M} 起公开（北京时间）。"
    publishing.withdraw(feature=feature, actor=user, reason=data["text"])
    return "已撤下。"


def _state(user, feature):
    revision = publishing.latest_revision(feature)
    signed = {sign_off.step_id: sign_off for sign_off in publishing.current_sign_offs(revision)} if revision else {}
    step = publishing.next_step(revision) if revision else None
    in_review = feature.stage == Stage.REVIEW
    published = publishing.open_editions(feature).order_by("published_from")
    standing = publishing.standing(feature)
    nothing_new = standing in {"live", "scheduled"}
    return {
        "standing": standing,
        "revision": revision,
        "steps": [(each, signed.get(each.pk)) for each in publishing.review_steps()],
        "next_step": step,
        "blockers": publishing.blockers(feature),
        "objections": objections_to_signing(user, revision, step) if in_review and step else [],
        "open_editions": published,
        "revisions": feature.revisions.select_related("author").order_by("-number")[:20],
        "returned": publishing.last_return(feature),
        "may_edit": may_edit(user, feature),
        "may_submit": not in_review and not nothing_new and may_submit(user, feature) and may_edit(user, feature),
        "may_sign": in_review and step is not None,
        "may_send_back": in_review and may_send_back(user, step),
        "may_publish": in_review and step is None and user.has_perm("interviews.publish_feature"),
        "may_reschedule": standing == "scheduled" and user.has_perm("interviews.publish_feature"),
        "may_withdraw": published and user.has_perm("interviews.withdraw_feature"),
    }


def preview_view(model_admin, request, pk):
    """The latest revision on the public template."""
    feature = _feature(request, pk)
    revision = publishing.latest_revision(feature)
    if revision is None:
        raise Http404("还没有存过修订。")
    context = {"document": revision.read(), "edition": None}
    return TemplateResponse(request, "public/feature.html", context)
