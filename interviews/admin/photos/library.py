from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.db.models import Q
from django.urls import path
from django.utils import timezone

from interviews import photodesk
from interviews.admin import params
from interviews.admin.json_api import json_view
from interviews.models import Contributor, Photo

from . import describing, detail, files, picking, upload


class Choice(admin.SimpleListFilter):
    """A filter with fixed choices, each with its condition."""

    @property
    def conditions(self):
        raise NotImplementedError

    def lookups(self, request, model_admin):
        return [(value, label) for value, label, _ in self.conditions]

    def queryset(self, request, queryset):
        for value, _, condition in self.conditions:
            if value == self.value():
                return queryset.filter(condition)
        return queryset


class MissingFilter(Choice):
    title = "还缺"
    parameter_name = "missing"
    conditions = (
        ("caption", "图片说明", Q(caption="")),
        ("alt", "替代文字", Q(alt_text="")),
        ("credit", "署名", Q(credit_line="", photographer=None)),
    )


class StateFilter(Choice):
    title = "状态"
    parameter_name = "state"

    @property
    def conditions(self):
        today = timezone.localdate()
        return (
            ("unused", "没有用过", Q(used=False)),
            ("used", "用过", Q(used=True)),
            ("soon", "30 天内到期", photodesk.soon()),
            ("expired", "已到期", Q(expires_on__lt=today)),
            ("withdrawn", "已撤下", Q(withdrawn_at__isnull=False)),
        )


class PhotographerFilter(admin.SimpleListFilter):
    title = "摄影者"
    parameter_name = "photographer"

    def lookups(self, request, model_admin):
        """Photographers with photos here."""
        rows = Contributor.objects.filter(photos__isnull=False).select_related("user").distinct()
        return [(str(row.pk), str(row)) for row in rows.order_by("name_sort", "pk")[:100]]

    def queryset(self, request, queryset):
        return queryset.filter(photographer=self.value()) if self.value() in dict(self.lookup_choices) else queryset


@admin.register(Photo)
class PhotoAdmin(admin.ModelAdmin):
    """The photo library. Every change is one of the photo desk's verbs."""

    list_display = ["__str__"]
    list_filter = [MissingFilter, StateFilter, PhotographerFilter, "subjects"]
    search_fields = ["caption", "headline", "alt_text", "keywords", "credit_line", "place", "file_name"]
    search_help_text = "按说明、画面中的人、摄影者、地点、关键词或文件名查找"
    list_per_page = 60
    show_full_result_count = False
    change_list_template = "admin/interviews/photo/library.html"

    def get_queryset(self, request):
        return photodesk.with_use(super().get_queryset(request).current().select_related("photographer"))

    def get_object(self, request, object_id, from_field=None):
        """Replaced files are not listed, but their history can be read."""
        return Photo.objects.filter(pk=params.key(object_id)).first()

    def get_search_results(self, request, queryset, search_term):
        """Find photos with every word in their own fields, or in the name of a person or their photographer."""
        for word in search_term.split():
            shown = Photo.people.through.objects.filter(speaker__name__icontains=word).values("photo")
            taken = Contributor.objects.filter(name__icontains=word).values("pk")
            found = Q(pk__in=shown) | Q(photographer__in=taken)
            for name in self.search_fields:
                found |= Q(**{f"{name}__icontains": word})
            queryset = queryset.filter(found)
        return queryset, False

    def get_ordering(self, request):
        """Sort by expiry under that filter."""
        soon = request.GET.get(StateFilter.parameter_name) == "soon"
        return ["expires_on", "pk"] if soon else super().get_ordering(request)

    def get_actions(self, request):
        """No bulk actions: many photos are changed on the describe screen."""
        return {}

    def changelist_view(self, request, extra_context=None):
        user = request.user
        context = {
            "title": "图片库",
            "may_upload": photodesk.may_upload(user),
            "may_describe": describing.may_describe(user),
        }
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def has_add_permission(self, request):
        """Photos are added on the upload screen; the admin's own form has no file."""
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request) if obj is None else photodesk.may_edit(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request) if obj is None else photodesk.may_delete(request.user, obj)

    # Screens -----------------------------------------------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return detail.detail_view(self, request, object_id)

    def delete_view(self, request, object_id, extra_context=None):
        return detail.delete_view(self, request, object_id)

    def get_urls(self):
        view, answer, name = self.admin_site.admin_view, partial(json_view, self.admin_site), "interviews_photo"
        return [
            path("intake/", view(self.upload_view), name=f"{name}_intake"),
            path("take/", answer(upload.take_view), name=f"{name}_take"),
            path("known/", answer(upload.known_view), name=f"{name}_known"),
            path("prefer/", answer(upload.prefer_view), name=f"{name}_prefer"),
            path("describe/", view(self.describe_view), name=f"{name}_describe"),
            path("describe/save/", answer(describing.save_view), name=f"{name}_save"),
            path("pick/", answer(picking.pick_view), name=f"{name}_pick"),
            path("<int:pk>/picture/<int:edge>/", view(files.picture_view, cacheable=True), name=f"{name}_picture"),
            path("<int:pk>/original/", view(files.original_view), name=f"{name}_original"),
            path("<int:pk>/consent/", view(files.consent_view), name=f"{name}_consent"),
            *super().get_urls(),
        ]

    def upload_view(self, request):
        return upload.upload_view(self, request)

    def describe_view(self, request):
        return describing.describe_view(self, request)
