"""Likely duplicates, the merge screen for two records of a person, and the list of merges with undo."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from interviews import people
from interviews.errors import RefusedError
from interviews.models import Credit, Interview, Merge, PersonKind
from interviews.models.display_name import display_name
from interviews.people.duplicates import duplicates_of, likely_duplicates, newest_features, warnings, with_use
from interviews.people.merging import may_merge

from .read_only import ReadOnlyAdmin

PAIRS_ON_A_PAGE = 50
# A relation for each kind of person, for the autocomplete widget.
PICKERS = {"speaker": Interview._meta.get_field("speaker"), "contributor": Credit._meta.get_field("contributor")}


class OtherForm(forms.Form):
    """Choose the record to merge with."""

    other = forms.ModelChoiceField(
        label="另一条记录", queryset=None, error_messages={"invalid_choice": "没有这条记录，或者已经并入别人。"}
    )

    def __init__(self, data, *, kind, person, site):
        super().__init__(data)
        self.fields["other"].queryset = with_use(kind).exclude(pk=person.pk)
        self.fields["other"].widget = AutocompleteSelect(PICKERS[kind], site, choices=self.fields["other"].choices)


class MergeForm(forms.Form):
    """Choose which record stays, and confirm."""

    keep = forms.TypedChoiceField(
        coerce=int,
        error_messages={"required": "请选定保留哪一条。", "invalid_choice": "保留的只能是这两条之一。"},
    )
    sure = forms.BooleanField(error_messages={"required": "请核对后勾选“确认是同一个人”。"})

    def __init__(self, data, *, keys):
        super().__init__(data, initial={"keep": keys[0]})
        self.fields["keep"].choices = [(key, key) for key in keys]


def duplicates_view(model_admin, request, kind):
    _refuse_unless_allowed(request, kind)
    page = Paginator(likely_duplicates(kind), PAIRS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {**_context(model_admin, request, kind, "可能重复的记录"), "page": page}
    return TemplateResponse(request, "admin/interviews/person/duplicates.html", context)


def merge_view(model_admin, request, kind, pk):
    """Choose the other record, then compare both and confirm. GET changes nothing."""
    _refuse_unless_allowed(request, kind)
    person = get_object_or_404(with_use(kind), pk=pk)
    data = request.POST if request.method == "POST" else request.GET
    chosen = OtherForm(data if "other" in data else None, kind=kind, person=person, site=model_admin.admin_site)
    context = {
        **_context(model_admin, request, kind, f"合并{PersonKind(kind).label}"),
        "person": person,
        "form": chosen,
    }
    context["media"] += chosen.media
    if not chosen.is_valid():
        # Clear it: the widget looks its value up in the database and fails on an invalid key.
        context["errors"] = chosen.errors.get("other")
        context["form"] = OtherForm(None, kind=kind, person=person, site=model_admin.admin_site)
        context["duplicates"] = [
            (pair.second if pair.first.pk == person.pk else pair.first, pair.reason)
            for pair in duplicates_of(person, kind)
        ]
        return TemplateResponse(request, "admin/interviews/person/choose.html", context)
    other = chosen.cleaned_data["other"]
    pair = sorted((person, other), key=lambda each: (-each.used, each.pk))
    form = MergeForm(request.POST if request.method == "POST" else None, keys=[each.pk for each in pair])
    if request.method == "POST" and form.is_valid():
        try:
            return _merged(model_admin, request, kind, pair, form.cleaned_data["keep"])
        except RefusedError as refusal:
            form.add_error(None, refusal.reasons)
    context |= {
        "form": form,
        "other": other,
        "kept": str(form["keep"].value()),
        "pair": [(each, newest_features(each)) for each in pair],
        "warnings": warnings(*pair),
    }
    return TemplateResponse(request, "admin/interviews/person/merge.html", context)


def _merged(model_admin, request, kind, pair, keep):
    kept, merged = pair if pair[0].pk == keep else reversed(pair)
    merge = people.merge(kept=kept, merged=merged, actor=request.user)
    undo = reverse("admin:interviews_merge_undo", args=[merge.pk])
    messages.success(request, format_html('{} 已并入 {}。<a href="{}">撤销</a>', merge.merged_label, kept, undo))
    return HttpResponseRedirect(reverse(f"admin:interviews_{kind}_change", args=[kept.pk]))


def _refuse_unless_allowed(request, kind):
    if not may_merge(request.user, kind):
        raise PermissionDenied


def _context(model_admin, request, kind, title):
    return {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "kind": kind,
        "list_url": reverse(f"admin:interviews_{kind}_changelist"),
        "duplicates_url": reverse(f"admin:interviews_{kind}_duplicates"),
        "media": model_admin.media,
    }


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    """Merges, each with its undo."""

    list_display = ["merged_label", "kept_label", "kind", "moved_count", "actor", "created_at", "undo_link"]
    list_display_links = None
    list_filter = ["kind", "created_at"]
    list_select_related = ["actor", "undo__actor"]
    search_fields = ["merged_label", "kept_label"]

    @admin.display(description="移动")
    def moved_count(self, merge):
        return f"{merge.moved_count} 处"

    @admin.display(description="撤销")
    def undo_link(self, merge):
        if hasattr(merge, "undo"):
            who = display_name(merge.undo.actor, "已删除的账号")
            return f"{who}已撤销"
        return format_html('<a href="{}">撤销</a>', reverse("admin:interviews_merge_undo", args=[merge.pk]))

    def has_view_permission(self, request, obj=None):
        return request.user.is_active and request.user.has_perm("interviews.merge_people")

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def get_urls(self):
        undo = self.admin_site.admin_view(self.undo_view)
        return [path("<int:pk>/undo/", undo, name="interviews_merge_undo"), *super().get_urls()]

    def undo_view(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        merge = get_object_or_404(Merge.objects.select_related("actor", "undo"), pk=pk)
        _refuse_unless_allowed(request, merge.kind)
        if request.method == "POST":
            try:
                people.undo_merge(merge=merge, actor=request.user)
            except RefusedError as refusal:
                messages.error(request, "".join(refusal.reasons))
            else:
                messages.success(request, f"已撤销：{merge.merged_label}和{merge.kept_label}又是两条记录。")
            return HttpResponseRedirect(reverse("admin:interviews_merge_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": "撤销合并",
            "opts": self.opts,
            "merge": merge,
            "undone": hasattr(merge, "undo"),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/interviews/merge/undo.html", context)
