"""A photo's own screen: details, focal point, rights, uses, and actions."""

from __future__ import annotations

from functools import partial

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property

from interviews import document, photodesk, publishing
from interviews.errors import RefusedError
from interviews.models import Photo, Speaker
from interviews.models.display_name import display_name
from interviews.photodesk import uses
from interviews.photodesk.defaults import credited

from . import lookups
from .cards import LineInput, crops
from .photographers import Photographers

MINUTE = "%Y-%m-%dT%H:%M"
FOCAL = ("focal_x", "focal_y")


class PhotoForm(forms.ModelForm):
    """A photo's details. Each field posts its initial value too, so that only fields changed here are written."""

    photographer = LineInput(
        label="摄影者",
        required=False,
        max_length=document.NAME_LENGTH * 4,
        widget=forms.TextInput(attrs={"list": "photographers", "autocomplete": "off"}),
    )
    taken_at = forms.DateTimeField(
        label="拍摄时间",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
    )

    class Meta:
        model = Photo
        fields = [
            "caption",
            "alt_text",
            "people",
            "photographer",
            "credit_line",
            "taken_at",
            "place",
            "headline",
            "keywords",
            "subjects",
            "focal_x",
            "focal_y",
            "source",
            "copyright",
            "terms",
            "expires_on",
            "consent_note",
        ]
        widgets = {
            "caption": forms.Textarea(attrs={"rows": 3}),
            "terms": forms.Textarea(attrs={"rows": 2}),
            "consent_note": forms.Textarea(attrs={"rows": 2}),
            "subjects": forms.CheckboxSelectMultiple,
            "expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "focal_x": forms.NumberInput(attrs={"min": 0, "max": 1, "step": "any"}),
            "focal_y": forms.NumberInput(attrs={"min": 0, "max": 1, "step": "any"}),
        }

    def __init__(self, *args, admin_site, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.names = Photographers()
        self.initial["photographer"] = self.names.label_of(self.instance.photographer)
        self.fields["people"].widget = AutocompleteSelectMultiple(Photo._meta.get_field("people"), admin_site)
        # Keep people whose record was merged: only an editor removes somebody from a picture.
        shown = [person.pk for person in self.instance.people.all()]
        self.fields["people"].queryset = Speaker.objects.living() | Speaker.objects.filter(pk__in=shown)
        for field in self.fields.values():
            field.show_hidden_initial = True
        # Truncate to the minute, or the seconds the screen does not show would count as a change.
        self.fields["taken_at"].hidden_widget = partial(forms.DateTimeInput, {"type": "hidden"}, MINUTE)

    def clean_photographer(self):
        text = self.cleaned_data["photographer"]
        return self.names.named(text) if "photographer" in self.changed_data else self.instance.photographer

    def groups(self):
        """The fields as grouped on the screen."""
        return [
            ("内容", self._fields("caption", "alt_text", "people", "place", "taken_at", "headline", "keywords")),
            ("署名与领域", self._fields("photographer", "credit_line", "subjects")),
            ("权利", self._fields("source", "copyright", "terms", "expires_on", "consent_note")),
        ]

    def _fields(self, *names):
        return [self[name] for name in names]

    @cached_property
    def changes(self):
        data = self.cleaned_data
        changes = {name: data[name] for name in self.changed_data if name not in FOCAL}
        if changes.get("photographer") and not data["credit_line"]:
            changes["credit_line"] = credited(changes["photographer"])
        return changes

    def describe(self, actor):
        """Write the changes; return whether there were any. Raises RefusedError."""
        if self.changes:
            photodesk.describe(photo=self.instance, actor=actor, changes=self.changes)
        moved = set(FOCAL) & set(self.changed_data)
        if moved:
            x, y = (self.cleaned_data[name] for name in FOCAL)
            photodesk.set_focal(photo=self.instance, actor=actor, x=x, y=y)
        return bool(self.changes or moved)


def detail_view(model_admin, request, object_id):
    photo = _found(request, object_id)
    if photo is None:
        return model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, object_id)
    may_edit = photodesk.may_edit(request.user, photo) and not photo.replaced_by_id
    verb = request.POST.get("verb", "") if request.method == "POST" else ""
    data = request.POST if verb == "describe" else None
    form = PhotoForm(data, instance=photo, admin_site=model_admin.admin_site) if may_edit else None
    refusals = []
    try:
        if verb == "describe" and form is None:
            raise RefusedError("你不能修改这张照片的资料。")
        if verb in VERBS and (form is None or verb != "describe" or form.is_valid()):
            return HttpResponseRedirect(VERBS[verb](request, photo, form))
    except RefusedError as refusal:
        refusals = refusal.reasons
        photo.refresh_from_db()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(photo),
        "opts": model_admin.opts,
        "photo": photo,
        "form": form,
        "media": form.media if form else model_admin.media,
        "refusals": refusals,
        "reason": request.POST.get("reason", ""),
        "failure": photodesk.failure_of(photo),
        "uses": uses(photo),
        "uploader": display_name(photo.uploaded_by, "命令行"),
        "withdrawer": display_name(photo.withdrawn_by, "命令行"),
        "replaces": Photo.objects.filter(replaced_by=photo).first(),
        "may_delete": photodesk.may_delete(request.user, photo),
        "may_withdraw": photodesk.may_withdraw(request.user),
        "photographers": form.names.labels if form else {},
        "crops": crops(),
    }
    return TemplateResponse(request, "admin/interviews/photo/detail.html", context)


def _found(request, object_id):
    if not photodesk.may_see(request.user):
        raise PermissionDenied
    rows = Photo.objects.select_related(
        "photographer__user", "uploaded_by", "withdrawn_by", "feature", "replaced_by"
    ).prefetch_related("people", "subjects")
    return rows.filter(pk=lookups.key(object_id)).first()


def _address(photo):
    return reverse("admin:interviews_photo_change", args=[photo.pk])


def _describe(request, photo, form):
    changed = form.describe(request.user)
    messages.success(request, "已保存。" if changed else "没有改动，不用保存。")
    return _address(photo)


def _replace(request, photo, form):
    done = photodesk.replace(photo=photo, file=_file(request), actor=request.user)
    messages.success(request, "已换成新的文件，说明、署名、焦点和权利都照旧；已公开的版面仍显示旧的一张。")
    for feature in done.features:
        try:
            publishing.record(feature=feature, actor=request.user)
        except RefusedError:
            messages.warning(request, f"《{feature}》里也已换好，由撰稿人下次保存时记入历史。")
    if done.left:
        names = "、".join(f"《{feature}》" for feature in done.left)
        messages.warning(request, f"{names}正在审稿，里面仍是旧的一张；谁再存一稿，就换成新的。")
    return _address(done.photo)


def _withdraw(request, photo, form):
    photodesk.withdraw(photo=photo, actor=request.user, reason=request.POST.get("reason", "").replace("\x00", ""))
    messages.success(request, "已撤下，读者已看不到这张照片。")
    return _address(photo)


def _reinstate(request, photo, form):
    photodesk.reinstate(photo=photo, actor=request.user)
    messages.success(request, "已恢复。")
    return _address(photo)


def _consent(request, photo, form):
    photodesk.attach_consent(photo=photo, file=_file(request), actor=request.user)
    messages.success(request, "授权书已存好。")
    return _address(photo)


def _file(request):
    file = request.FILES.get("file")
    if file is None:
        raise RefusedError("请先选一个文件。")
    return file


VERBS = {
    "describe": _describe,
    "replace": _replace,
    "withdraw": _withdraw,
    "reinstate": _reinstate,
    "consent": _consent,
}


def delete_view(model_admin, request, object_id):
    """Ask for confirmation; refuse with the list of uses."""
    photo = _found(request, object_id)
    if photo is None:
        return model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, object_id)
    if not photodesk.may_delete(request.user, photo):
        raise PermissionDenied
    refusals = []
    if request.method == "POST" and request.POST.get("sure"):
        try:
            photodesk.delete(photo=photo, actor=request.user)
            messages.success(request, f"已删除“{photo}”。")
            return HttpResponseRedirect(reverse("admin:interviews_photo_changelist"))
        except RefusedError as refusal:
            refusals = refusal.reasons
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "删除照片",
        "opts": model_admin.opts,
        "photo": photo,
        "refusals": refusals,
        "uses": uses(photo),
    }
    return TemplateResponse(request, "admin/interviews/photo/delete.html", context)
