"""Bringing in a printed page: paste it or choose a file, correct what was read, confirm once."""

from __future__ import annotations

import json

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from .. import publishing
from ..models import Intake
from ..pagetext import Label, UnreadablePage, read_bytes
from .reading import LABELS, outline, source_lines


class PlaceForm(forms.Form):
    """Where the page was printed."""

    issue_date = forms.DateField(label="见报日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    page_number = forms.IntegerField(label="版次", required=False, min_value=1, max_value=9999)


class ImportForm(PlaceForm):
    text = forms.CharField(
        label="版面文字",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "placeholder": "把版面文字整版粘贴到这里"}),
    )
    file = forms.FileField(label="或者选一个文件", required=False, allow_empty_file=True)
    field_order = ["text", "file", "issue_date", "page_number"]

    def clean(self):
        data = super().clean()
        if "file" in self.errors:
            return data
        name = "file" if data.get("file") else "text"
        typed = (data.get("text") or "").encode("utf-8", "replace")
        if name == "text" and not typed.strip():
            self.add_error("text", "请粘贴版面文字，或者选一个文件。")
            return data
        try:
            data["source"] = read_bytes(data["file"].read() if name == "file" else typed)
        except UnreadablePage as error:
            self.add_error(name, str(error))
        return data


def import_view(model_admin, request):
    _may_import(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            intake = publishing.open_intake(
                actor=request.user,
                text=data["source"],
                file_name=data["file"].name if data["file"] else "",
                issue_date=data["issue_date"],
                page_number=data["page_number"],
            )
            return HttpResponseRedirect(reverse("admin:interviews_feature_intake", args=[intake.pk]))
        except publishing.Refused as refusal:
            form.add_error("file" if data["file"] else "text", refusal.reasons)
    context = {
        **_context(model_admin, request),
        "title": "导入版面",
        "form": form,
        "intakes": request.user.intakes.defer("file"),
    }
    return TemplateResponse(request, "admin/interviews/feature/import.html", context)


def intake_view(model_admin, request, pk):
    """The source at the left, what was read in it at the right; confirming writes it all."""
    _may_import(request)
    intake = request.user.intakes.filter(pk=pk).first()
    if intake is None:
        messages.warning(request, "这次导入已经完成或放弃了。")
        return HttpResponseRedirect(reverse("admin:interviews_feature_import"))
    initial = {"issue_date": intake.issue_date, "page_number": intake.page_number}
    form = PlaceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _confirmed(request, intake, form.cleaned_data)
        except publishing.Refused as refusal:
            form.add_error(None, refusal.reasons)
    context = {
        **_context(model_admin, request),
        "title": "核对版面",
        "form": form,
        "again": publishing.imported_before(intake.text),
        **_read(request, intake),
    }
    return TemplateResponse(request, "admin/interviews/feature/intake.html", context)


def _confirmed(request, intake, place):
    reading = publishing.read_intake(intake)
    people = {}
    for entry in publishing.cast_list(reading.document):
        choice = request.POST.get(_field(entry.mention), "")
        if choice.isascii() and choice.isdigit() and len(choice) < 19:
            people[entry.mention] = int(choice)
    feature = publishing.confirm_intake(
        intake=intake,
        actor=request.user,
        seen=request.POST.get("seen", ""),
        people=people,
        issue_date=place["issue_date"],
        page_number=place["page_number"],
    )
    balance, created = reading.balance, feature.people.created
    messages.success(
        request,
        f"已入稿：{len(reading.document.topics)} 个话题；原文 {balance.source} 字，入稿 {balance.placed} 字，"
        f"未入稿 {balance.unplaced} 字。" + (f"新建：{'、'.join(created)}。" if created else ""),
    )
    return HttpResponseRedirect(reverse("admin:interviews_feature_change", args=[feature.pk]))


@require_POST
def label_view(request, pk):
    """What lines are, said or taken back; answers the page as it is read now."""
    _may_import(request)
    intake = get_object_or_404(Intake, pk=pk, user=request.user)
    labels = _labels(request.body)
    if labels is None:
        return JsonResponse({"reason": "请求不完整，请重新打开这个页面。"}, status=400)
    try:
        publishing.label_lines(intake=intake, actor=request.user, labels=labels)
    except publishing.Refused as refusal:
        return JsonResponse({"reason": str(refusal)}, status=409)
    intake.refresh_from_db()
    return TemplateResponse(request, "admin/interviews/feature/intake_reading.html", _read(request, intake))


def _labels(body):
    """{line: label or None}, or None where the request says something else."""
    try:
        sent = json.loads(body)
        return {int(line): Label(label) if label else None for line, label in sent.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


@require_POST
def discard_view(request, pk):
    _may_import(request)
    publishing.discard_intake(intake=get_object_or_404(Intake, pk=pk, user=request.user), actor=request.user)
    messages.info(request, "这次导入已放弃，没有写入任何内容。")
    return HttpResponseRedirect(reverse("admin:interviews_feature_import"))


def _read(request, intake):
    reading = publishing.read_intake(intake)
    said = publishing.labels_of(intake.labels)
    lines = source_lines(reading, said)
    return {
        "intake": intake,
        "reading": reading,
        "seen": reading.document.digest,
        "lines": lines,
        "groups": outline(reading),
        "left_over": [line for line in lines if line.left_over],
        "unsure": sum(line.unsure for line in lines),
        "general": [note for note in reading.notes if not note.line or note.kind == "wrapping"],
        "people": [(entry, _field(entry.mention)) for entry in publishing.cast_list(reading.document)],
        "labels": [(label.value, name) for label, name in LABELS.items()],
    }


def _field(mention):
    return ":".join(("person", mention.kind, mention.name, mention.organisation, mention.job_title))


def _may_import(request):
    if not request.user.has_perm("interviews.import_feature"):
        raise PermissionDenied


def _context(model_admin, request):
    return {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
