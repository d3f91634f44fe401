"""Import a printed page: paste or upload it, correct how it was read, confirm."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import PurePosixPath

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from interviews import editing, people, photodesk
from interviews.errors import RefusedError
from interviews.models import ImportedPicture, ImportSession
from interviews.pagetext import Label, UnreadablePageError, imprint
from interviews.pagetext.files import SIZE_LIMIT, read_file

from . import params
from .import_preview import LABELS, outline, source_lines


class PlaceForm(forms.Form):
    """The issue, page and page name of the printed page."""

    issue_date = forms.DateField(label="见报日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    page_number = forms.IntegerField(label="版次", required=False, min_value=1, max_value=9999)


class ImportForm(PlaceForm):
    text = forms.CharField(
        label="版面文字",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "placeholder": "把版面文字整版粘贴到这里"}),
    )
    file = forms.FileField(
        label="或者选一个文件",
        required=False,
        allow_empty_file=True,
        help_text="文字（.txt）、PDF 或 Word（.docx），也可以把文件拖到上面的框里。PDF 按版面位置读，图也会取出来。",
        widget=forms.FileInput(attrs={"accept": ".txt,.pdf,.docx"}),
    )
    field_order = ["text", "file", "issue_date", "page_number"]

    def clean(self):
        data = super().clean()
        if "file" in self.errors:
            return data
        file = data.get("file")
        typed = (data.get("text") or "").encode("utf-8", "replace")
        if not file and not typed.strip():
            self.add_error("text", "请粘贴版面文字，或者选一个文件。")
            return data
        try:
            data["source"] = read_file(_bytes_of(file) if file else typed)
        except UnreadablePageError as error:
            self.add_error("file" if file else "text", str(error))
        return data


def _bytes_of(file):
    """Read an upload, never more of it than a page may have."""
    if file.size > SIZE_LIMIT:
        raise UnreadablePageError(f"文件有 {file.size / 1e6:.1f} MB，超过了 {SIZE_LIMIT / 1e6:g} MB 的上限。")
    return file.read()


def import_view(model_admin, request):
    _may_import(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            session = editing.open_import(
                actor=request.user,
                source=data["source"],
                file_name=data["file"].name if data["file"] else "",
                issue_date=data["issue_date"],
                page_number=data["page_number"],
            )
            return HttpResponseRedirect(reverse("admin:interviews_feature_intake", args=[session.pk]))
        except RefusedError as refusal:
            form.add_error("file" if data["file"] else "text", refusal.reasons)
    context = {
        **_context(model_admin, request),
        "title": "导入版面",
        "form": form,
        "sessions": request.user.import_sessions.all(),
    }
    return TemplateResponse(request, "admin/interviews/feature/import.html", context)


def session_view(model_admin, request, pk):
    """The import preview: source left, structure right. Confirming writes everything."""
    _may_import(request)
    session = request.user.import_sessions.filter(pk=pk).first()
    if session is None:
        messages.warning(request, "这次导入已经完成或放弃了。")
        return HttpResponseRedirect(reverse("admin:interviews_feature_import"))
    read = _read(session, request.POST)
    printed = imprint(read["reading"].unplaced)
    initial = {"issue_date": session.issue_date or printed.date, "page_number": session.page_number or printed.page}
    form = PlaceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _confirmed(request, session, form.cleaned_data, read)
        except RefusedError as refusal:
            form.add_error(None, refusal.reasons)
    context = {
        **_context(model_admin, request),
        "title": "核对版面",
        "form": form,
        "again": editing.imported_before(session.text),
        **read,
    }
    return TemplateResponse(request, "admin/interviews/feature/import_session.html", context)


def _confirmed(request, session, place, read):
    reading, seen = read["reading"], request.POST.get("seen", "")
    # Check first, so that a refused import adds no pictures to the library.
    ready = seen == read["seen"] and reading.document.topics
    with _to_the_library(request, session if ready else None) as (pictures, new):
        feature = editing.confirm_import(
            session=session,
            actor=request.user,
            seen=seen,
            people={entry.mention: chosen for entry, _, chosen in read["people"] if chosen is not None},
            pictures=pictures,
            issue_date=place["issue_date"],
            page_number=place["page_number"],
        )
    for photo in new:
        photodesk.credit_by_page(photo=photo, feature=feature, actor=request.user)
    balance, created = reading.balance, feature.people.created
    messages.success(
        request,
        f"已入稿：{len(reading.document.topics)} 个话题；原文 {balance.source} 字，入稿 {balance.placed} 字，"
        f"未入稿 {balance.unplaced} 字。" + (f"新建：{'、'.join(created)}。" if created else ""),
    )
    return HttpResponseRedirect(reverse("admin:interviews_feature_change", args=[feature.pk]))


@contextmanager
def _to_the_library(request, session):
    """Take the ticked pictures into the library, with their captions.

    Returns (caption, photo) pairs and the photos that are new. Done first, so that no page is written without its
    pictures; a failure removes them again.
    """
    photos, new = [], []
    ticked = params.keys(request.POST.getlist("picture"))
    try:
        for picture in session.pictures.filter(pk__in=ticked) if session else ():
            suffix = "png" if picture.media_type == "image/png" else "jpg"
            name = f"{PurePosixPath(session.file_name).stem or '版面'} 图{picture.position + 1}.{suffix}"
            taken = photodesk.intake(file=BytesIO(picture.data), actor=request.user, name=name)
            if taken.photo is None:
                raise RefusedError(f"图 {picture.position + 1}：{taken.refusal}可以先去掉它前面的勾。")
            photos.append((picture.caption, taken.photo))
            if taken.created:
                new.append(taken.photo)
                if picture.caption and not taken.photo.caption:
                    photodesk.describe(photo=taken.photo, actor=request.user, changes={"caption": picture.caption})
        yield photos, new
    except Exception:
        for photo in new:
            with suppress(RefusedError):  # already in use
                photodesk.delete(photo=photo, actor=request.user)
        raise


def picture_view(request, pk):
    """A picture of the user's own import session, as the file contains it."""
    _may_import(request)
    picture = get_object_or_404(ImportedPicture, pk=pk, session__user=request.user)
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(picture.data), content_type=picture.media_type, headers=headers)


@require_POST
def label_view(request, pk):
    """Set or clear labels of lines, and return the page as it is read now."""
    _may_import(request)
    session = get_object_or_404(ImportSession, pk=pk, user=request.user)
    labels = _labels(request.body)
    if labels is None:
        return JsonResponse({"reason": "请求不完整，请重新打开这个页面。"}, status=400)
    try:
        editing.label_lines(session=session, actor=request.user, labels=labels)
    except RefusedError as refusal:
        return JsonResponse({"reason": str(refusal)}, status=409)
    session.refresh_from_db()
    return TemplateResponse(request, "admin/interviews/feature/import_reading.html", _read(session))


def _labels(body):
    """Parse {line: label or None}; None if the request is invalid."""
    try:
        sent = json.loads(body)
        return {int(line): Label(label) if label else None for line, label in sent.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


@require_POST
def discard_view(request, pk):
    _may_import(request)
    editing.discard_import(session=get_object_or_404(ImportSession, pk=pk, user=request.user), actor=request.user)
    messages.info(request, "这次导入已放弃，没有写入任何内容。")
    return HttpResponseRedirect(reverse("admin:interviews_feature_import"))


def _read(session, chosen=None):
    """The page as it is read now. `chosen` are the submitted choices of people and pictures, kept after a refusal."""
    chosen = chosen or QueryDict()
    ticked = set(params.keys(chosen.getlist("picture"))) if chosen else None
    reading = editing.read_import(session)
    said = editing.labels_of(session.labels)
    lines = source_lines(reading, said, {int(line): reason for line, reason in session.reasons.items()})
    return {
        "session": session,
        "reading": reading,
        "seen": reading.document.digest,
        "lines": lines,
        "groups": outline(reading),
        "left_over": [line for line in lines if line.left_over],
        "unsure": sum(line.unsure for line in lines),
        "general": [note for note in reading.notes if not note.line or note.kind == "wrapping"],
        "people": [
            (entry, field := _field(entry.mention), params.key(chosen.get(field)))
            for entry in people.match_people(reading.document)
        ],
        "pictures": [(each, ticked is None or each.pk in ticked) for each in session.pictures.defer("data")],
        "labels": [(label.value, name) for label, name in LABELS.items()],
    }


def _field(mention):
    return ":".join(("person", mention.kind, mention.name, mention.organisation, mention.job_title))


def _may_import(request):
    if not request.user.has_perm("interviews.import_feature"):
        raise PermissionDenied


def _context(model_admin, request):
    return {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
