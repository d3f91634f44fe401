"""The merge screen: two people's versions of a feature side by side."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from interviews import diff, editing, workflow
from interviews.document import forms
from interviews.errors import RefusedError
from interviews.models import Feature, Revision, WorkingCopy
from interviews.models.display_name import display_name
from interviews.workflow.permissions import may_edit

from .editor import parsed


def merge_view(model_admin, request, pk, copy):
    """Show both versions passage by passage, and save the choices as a new revision."""
    feature = get_object_or_404(Feature, pk=pk)
    copy = get_object_or_404(WorkingCopy.objects.unsaved(), pk=copy, feature=feature, user=request.user)
    if not may_edit(request.user, feature):
        raise PermissionDenied
    latest = workflow.latest_revision(feature)
    if latest is None:
        return HttpResponseRedirect(f"{reverse('admin:interviews_feature_change', args=[pk])}?copy={copy.pk}")
    base = Revision.objects.filter(feature=feature, number=copy.base).first()
    try:
        mine = forms.read(parsed(copy.content))
    except forms.FormError as faulty:
        messages.error(request, "".join(fault.message for fault in faulty.faults))
        return HttpResponseRedirect(f"{reverse('admin:interviews_feature_change', args=[pk])}?copy={copy.pk}")
    versions = (base.read() if base else None, latest.read(), mine)
    choices = diff.choices(*versions)
    answers = {choice.key: request.POST.get(choice.key) for choice in choices}
    if request.method == "POST" and request.POST.get("latest") == str(latest.number):
        missing = list(diff.undecided(choices, answers))
        if not missing and _merged(request, feature, copy, latest, diff.merge(*versions, answers)):
            return HttpResponseRedirect(reverse("admin:interviews_feature_change", args=[pk]))
        if missing:
            messages.error(request, f"还有 {len(missing)} 处两边都改过，请选一种。")
    elif request.method == "POST":
        messages.error(request, f"{display_name(latest.author, '命令行')}刚又存了第 {latest.number} 稿，请再看一遍。")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "两边都有改动",
        "opts": model_admin.opts,
        "feature": feature,
        "latest": latest,
        "author": display_name(latest.author, "命令行"),
        "copy": copy,
        "groups": _grouped(choices, answers),
        "asked": sum(choice.proposed is None for choice in choices),
    }
    return TemplateResponse(request, "admin/interviews/feature/merge.html", context)


def _grouped(choices, answers):
    groups = {}
    for choice in choices:
        chosen = answers.get(choice.key) or choice.proposed
        spans = diff.spans(choice)
        groups.setdefault(choice.group, []).append((choice, chosen, spans))
    return groups.items()


def _merged(request, feature, copy, latest, document):
    try:
        # Two titles joined may exceed the length limit.
        document = forms.read(document.to_data())
        revision = editing.save(
            feature=feature, actor=request.user, document=document, base=latest.number, window=copy.window
        )
    except forms.FormError as faulty:
        for fault in faulty.faults:
            messages.error(request, fault.message)
        return False
    except RefusedError as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
        return False
    messages.success(request, f"两边的改动已合为第 {revision.number} 稿。" if revision else "选定的与现有一稿相同。")
    return True
