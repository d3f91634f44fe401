"""The editing window, and the JSON routes it calls.

The page is built in the browser from the document's JSON (static/editor/) and posted back in the same shape.
"""

from __future__ import annotations

import json
import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from interviews import editing, house_style, people, photodesk, publishing, workflow
from interviews.document import forms
from interviews.drafting import freeze
from interviews.errors import RefusedError
from interviews.models import CreditRole, Feature, Stage, Subject, WorkingCopy
from interviews.models.display_name import display_name
from interviews.workflow.permissions import may_edit, may_view

from . import params
from .photos import upload
from .review_screen import ReviewScreen
from .scores import in_words
from .widgets import StatementEditor


def editor_view(model_admin, request, feature=None):
    """Show the feature as its rows are or, with `?copy=`, as one of the user's own windows left it."""
    copy = _own_copy(request, feature)
    latest = workflow.latest_revision(feature) if feature else None
    base = copy.base if copy else latest.number if latest else 0
    content = forms.shape(parsed(copy.content)) if copy else freeze(feature).to_data() if feature else forms.shape({})
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(feature) if feature else "新建专题",
        "opts": model_admin.opts,
        "feature": feature,
        "standing": workflow.standing(feature) if feature else None,
        "latest": latest,
        "signed": workflow.current_sign_offs(latest) if latest and feature.stage == Stage.REVIEW else [],
        "copies": [] if copy or not feature else editing.unsaved_copies(feature, request.user),
        "returned": workflow.last_return(feature) if feature else None,
        "remarks": _open_remarks(request.user, feature) if feature else [],
        **_sharing(request.user, feature),
        "roles": CreditRole.objects.all(),
        "subjects": Subject.objects.all(),
        "statement_editor": StatementEditor(),
        "state": {
            "page": content,
            "base": base,
            # A new window id even when taking over a copy: the first window may sleep in a hidden tab and come back.
            "window": secrets.token_hex(12),
            "adopts": copy.pk if copy else None,
            "user": request.user.pk,
            "unsaved": bool(copy),
            "urls": _urls(feature),
            "photos": upload.desk(feature),
        },
        "types": upload.TYPES,
    }
    return TemplateResponse(request, "admin/interviews/feature/editor.html", context)


def _urls(feature):
    names = ["keep", "save", "submit", "proof", "review", "history", "change", "portraits"] if feature else []
    urls = {name: reverse(f"admin:interviews_feature_{name}", args=[feature.pk]) for name in names}
    fixed = {
        "create": reverse("admin:interviews_feature_create"),
        "read": reverse("admin:interviews_feature_read"),
        "people": reverse("admin:interviews_feature_people"),
        "pick": reverse("admin:interviews_photo_pick"),
        "picture": reverse("admin:interviews_photo_picture", args=[0, 320]),
        "login": f"{reverse('admin:login')}?next={reverse('admin:jsi18n')}",
    }
    return fixed | urls


def _open_remarks(user, feature):
    return [remark for remark in ReviewScreen(user, feature).remarks()["remarks"] if not remark.comment.resolved_at]


def _sharing(user, feature):
    """Co-writers and candidates; empty if the user may not change them."""
    if feature is None or not editing.may_share(user, feature):
        return {}
    shared = set(feature.shared_with.values_list("pk", flat=True))
    return {"shared": shared, "colleagues": editing.writers().exclude(pk=feature.owner_id)}


def _own_copy(request, feature):
    key = params.key(request.GET.get("copy"))
    if not feature or key is None:
        return None
    return feature.working_copies.unsaved().filter(pk=key, user=request.user).first()


def parsed(text):
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return {}


# --- JSON routes -----------------------------------------------------------------------------------------------------


def _sent(request):
    data = parsed(request.body)
    data = data if isinstance(data, dict) else {}
    window, base = data.get("window"), data.get("base")
    if not isinstance(window, str) or not 0 < len(window) <= 40 or not window.isascii():
        raise RefusedError("请求不完整，请重新打开这个页面。")
    if not isinstance(base, int) or not 0 <= base < 2**31:
        raise RefusedError("请求不完整，请重新打开这个页面。")
    return data, window, base


@require_POST
def create_view(request):
    """Create the feature of a window that began without one, once there is something to save."""
    feature = editing.create(actor=request.user)
    return JsonResponse({"urls": _urls(feature), "base": 0})


@require_POST
def keep_view(request, pk):
    """Autosave and heartbeat: store the window's content, report who else is here and whether somebody saved."""
    feature = get_object_or_404(Feature, pk=pk)
    data, window, base = _sent(request)
    content = data.get("content")
    # None: unchanged. False: everything typed was undone.
    text = None if content is None else json.dumps(forms.shape(content), ensure_ascii=False) if content else ""
    copy = editing.keep(feature=feature, actor=request.user, window=window, base=base, content=text)
    if text:
        _let_go(request, feature, data)
    latest = workflow.latest_revision(feature)
    return JsonResponse(
        {
            "copy": copy.pk,
            "at": f"{timezone.localtime():%H:%M:%S}",
            "user": request.user.pk,
            "name": display_name(request.user),
            "may_edit": may_edit(request.user, feature),
            "others": [
                {"name": display_name(copy.user), "since": _clock(copy.opened_at), "typing": bool(copy.content)}
                for copy in editing.others_present(feature, request.user)
            ],
            "latest": _described(latest, request.user) if latest else None,
        }
    )


def _let_go(request, feature, data):
    """Drop the copy this window took over, once its content is stored under the window's own id."""
    adopted = data.get("adopts")
    if isinstance(adopted, int) and 0 < adopted < 2**63:
        feature.working_copies.filter(pk=adopted, user=request.user).exclude(window=data["window"]).delete()


def _described(revision, user):
    return {
        "number": revision.number,
        "author": display_name(revision.author, "命令行"),
        "own": revision.author_id == user.pk,
        "window": revision.window,
        "at": _clock(revision.created_at),
    }


def _clock(moment):
    return f"{timezone.localtime(moment):%H:%M}"


@require_POST
def save_view(request, pk):
    feature = get_object_or_404(Feature, pk=pk)
    data, window, base = _sent(request)
    document, shaped = forms.read(data.get("content")), forms.shape(data.get("content"))
    document = photodesk.with_newest_files(document)
    try:
        # One transaction, so that nobody saves between writing and reading back.
        with transaction.atomic():
            revision = editing.save(feature=feature, actor=request.user, document=document, base=base, window=window)
            latest, frozen = workflow.latest_revision(feature), freeze(feature)
    except editing.OutdatedError:
        # Store it first: the merge screen reads it from there, and it cannot get lost on the way.
        text = json.dumps(shaped, ensure_ascii=False)
        copy = editing.keep(feature=feature, actor=request.user, window=window, base=base, content=text)
        _let_go(request, feature, data)
        url = reverse("admin:interviews_feature_merge", args=[feature.pk, copy.pk])
        return JsonResponse({"reasons": [], "url": url}, status=409)
    _let_go(request, feature, data)
    return JsonResponse(
        {
            "base": latest.number,
            "changed": revision is not None,
            "at": _clock(timezone.now()),
            "ids": [[topic.id, [interview.id for interview in topic.interviews]] for topic in frozen.topics],
        }
    )


@require_POST
def submit_view(request, pk):
    feature = get_object_or_404(Feature, pk=pk)
    publishing.submit(feature=feature, actor=request.user)
    messages.success(request, "已送审。")
    return JsonResponse({"url": reverse("admin:interviews_feature_review", args=[feature.pk])})


@require_POST
def share_view(request, pk):
    feature = get_object_or_404(Feature, pk=pk)
    users = editing.writers().filter(pk__in=params.keys(request.POST.getlist("user")))
    editing.share(feature=feature, actor=request.user, users=users)
    return JsonResponse({"shared": list(feature.shared_with.values_list("pk", flat=True))})


@require_safe
def people_view(request):
    """Suggest people for a partial name; organisations tell namesakes apart."""
    kind, query = request.GET.get("kind"), request.GET.get("q", "").strip()[:50]
    if kind not in people.PEOPLE or not request.user.has_perm(f"interviews.view_{kind}"):
        raise PermissionDenied
    return JsonResponse({"people": people.people_named(kind, query, request.user)})


@require_POST
def read_view(request, pk=None):
    """Proofread the window's content, saved or not. Overlong lines are truncated."""
    feature = get_object_or_404(Feature, pk=pk) if pk else None
    if feature and not may_view(request.user, feature):
        raise RefusedError("你不能查看这个专题。")
    data = parsed(request.body)
    document = forms.read_as_far_as_possible(data.get("content") if isinstance(data, dict) else None)
    found = house_style.checked(document, feature)
    score = in_words(house_style.score_of(document, found))
    return JsonResponse({"findings": [_found(each) for each in found], "score": score})


def _found(each):
    finding, dismissal = each.finding, each.dismissal
    return {
        **{name: getattr(finding, name) for name in ("path", "start", "end", "excerpt", "suggestion", "message")},
        **{name: getattr(finding, name) for name in ("severity", "rule", "source", "key")},
        "title": each.title,
        "place": each.place,
        "dismissed": f"{display_name(dismissal.user, '命令行')}：{dismissal.reason}" if dismissal else "",
    }


@require_POST
def dismiss_view(request, pk):
    """Dismiss a finding with a reason, or reinstate it without one."""
    feature = get_object_or_404(Feature, pk=pk)
    data = parsed(request.body)
    key, rule, excerpt, reason = (_word(data, name) for name in ("key", "rule", "excerpt", "reason"))
    if isinstance(data, dict) and data.get("reinstate") is True:
        house_style.reinstate(feature=feature, actor=request.user, key=key)
    else:
        house_style.dismiss(feature=feature, actor=request.user, key=key, rule=rule, excerpt=excerpt, reason=reason)
    return JsonResponse({})


def _word(data, name):
    value = data.get(name) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


@require_POST
def discard_view(request, pk, copy):
    copy = get_object_or_404(WorkingCopy, pk=copy, feature=pk, user=request.user)
    editing.discard(copy=copy, actor=request.user)
    messages.info(request, "没有保存的改动已放弃。")
    return HttpResponseRedirect(reverse("admin:interviews_feature_change", args=[pk]))
