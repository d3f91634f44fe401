"""配照片: match dropped portraits with a feature's speakers."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from interviews import editing, photodesk, workflow
from interviews.document.edit import map_interviews
from interviews.drafting import freeze
from interviews.errors import RefusedError
from interviews.models import Feature, Interview, Photo
from interviews.photodesk.defaults import credited
from interviews.photodesk.prefill import interviews_of
from interviews.workflow.permissions import may_edit, may_view

from . import lookups
from .photographers import Photographers
from .upload import TYPES, desk

KEEP = "keep"
FORMER = "上次见报的肖像"


@dataclass(frozen=True)
class Pair:
    """An interview with the photo proposed or chosen for it, and the reason."""

    interview: Interview
    photo: Photo | None
    reason: str

    @property
    def name(self):
        return f"portrait-{self.interview.pk}"


def portraits_view(model_admin, request, pk):
    """Upload, check the pairs, confirm. The URL names the photos, so the screen can be reopened."""
    feature = get_object_or_404(Feature, pk=pk)
    if not may_view(request.user, feature):
        raise PermissionDenied
    if not may_edit(request.user, feature):
        messages.warning(request, "这个专题现在不能修改，不能配照片。")
        return HttpResponseRedirect(reverse("admin:interviews_feature_review", args=[pk]))
    sent = request.POST if request.method == "POST" else request.GET
    found = [(photo, photodesk.hindrances(photo)) for photo in lookups.photos(sent.getlist("photo"))]
    uploaded = [photo for photo, reasons in found if not reasons]
    former = photodesk.former_portraits(interviews_of(feature))
    photos = list(dict.fromkeys([*uploaded, *former.values()]))
    names, refusals = Photographers(), []
    pairs = chosen(feature, photos, request.POST) if "confirm" in request.POST else proposed(feature, uploaded, former)
    if "confirm" in request.POST:
        try:
            _confirmed(request, feature, pairs, uploaded, names)
            return HttpResponseRedirect(reverse("admin:interviews_feature_change", args=[pk]))
        except RefusedError as refusal:
            refusals = refusal.reasons
    latest, photographer = workflow.latest_revision(feature), photodesk.photographer_of(feature)
    used = {pair.photo.pk for pair in pairs if pair.photo}
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "配照片",
        "opts": model_admin.opts,
        "feature": feature,
        "photos": photos,
        "uploaded": uploaded,
        "pairs": pairs,
        "barred": [(photo, "，".join(reasons)) for photo, reasons in found if reasons],
        "left": [photo for photo in uploaded if photo.pk not in used],
        "base": latest.number if latest else 0,
        "refusals": refusals,
        "photographer": request.POST.get("photographer", names.label_of(photographer)),
        "photographers": names.labels,
        "desk": desk(feature),
        "types": TYPES,
    }
    return TemplateResponse(request, "admin/interviews/photo/portraits.html", context)


def proposed(feature, photos, former):
    """Propose portraits.

    Uses the photo desk's matching; a speaker under two topics gets one portrait; a speaker without a new one keeps the
    one published before.
    """
    found = {match.interview.pk: (match.photo, match.reason) for match in photodesk.match_portraits(feature, photos)}
    interviews = interviews_of(feature)
    by_speaker = {each.speaker_id: found[each.pk][0] for each in interviews if each.pk in found and each.speaker_id}
    pairs = []
    for each in interviews:
        photo, reason = found.get(each.pk, (None, ""))
        if photo is None and not each.portrait_id and each.speaker_id in by_speaker:
            photo, reason = by_speaker[each.speaker_id], "同一个人"
        elif photo is None and not each.portrait_id and each.speaker_id in former:
            photo, reason = former[each.speaker_id], FORMER
        pairs.append(Pair(each, photo, reason))
    return pairs


def chosen(feature, photos, data):
    by_key = {photo.pk: photo for photo in photos}
    return [
        Pair(each, by_key.get(lookups.key(data.get(f"portrait-{each.pk}", KEEP))), "")
        for each in interviews_of(feature)
    ]


def _confirmed(request, feature, pairs, uploaded, names):
    """Write the pairs into the page, as a revision of its own. Raises RefusedError."""
    given = {pair.interview.pk: pair for pair in pairs if pair.photo}
    if not given:
        raise RefusedError("还没有给谁配照片。")
    base = lookups.key(request.POST.get("base")) or 0
    latest = workflow.latest_revision(feature)
    if latest and latest.number != base:
        raise RefusedError(f"你打开以后，这个专题又有人存过第 {latest.number} 稿。请核对下面的人名，再确认一次。")
    try:
        photographer = names.named(request.POST.get("photographer", "").replace("\x00", "").strip())
    except ValidationError as error:
        raise RefusedError(*error.messages) from error
    for pair in given.values():
        # A former portrait was not taken by this page's photographer.
        _describe(request.user, pair, photographer if pair.photo in uploaded else None)
    fresh = {photo.pk: photo for photo in lookups.photos(str(pair.photo.pk) for pair in given.values())}
    document = freeze(feature)
    document = map_interviews(document, lambda each: _with_portrait(each, given, fresh))
    editing.save(feature=feature, actor=request.user, document=document, base=base)
    messages.success(request, f"已给 {len(given)} 位受访者配好照片。")


def _with_portrait(interview, given, fresh):
    pair = given.get(interview.id)
    if pair is None or pair.photo.pk not in fresh:
        return interview
    speaker = interview.speaker
    portrait = photodesk.as_portrait(
        fresh[pair.photo.pk], name=speaker.name, post=f"{speaker.organisation}{speaker.job_title}"
    )
    return interview.model_copy(update={"portrait": portrait})


def _describe(user, pair, photographer):
    """Record who is in the photo, and its photographer if unset. A colleague's photo is not changed."""
    photo, changes = pair.photo, {}
    if photographer and not photo.photographer_id and not photo.credit_line:
        changes |= {"photographer": photographer, "credit_line": credited(photographer)}
    if pair.interview.speaker_id and photodesk.may_edit(user, photo):
        changes["people"] = {*photo.people.values_list("pk", flat=True), pair.interview.speaker_id}
    if changes and photodesk.may_edit(user, photo):
        photodesk.describe(photo=photo, actor=user, changes=changes)
