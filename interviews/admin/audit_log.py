from datetime import date

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.core.validators import MinValueValidator
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property

from interviews.models import LedgerEntry, LedgerHead
from interviews.reports import audit_export

from .exports import csv_response
from .read_only import ReadOnlyAdmin

DAY = forms.DateInput(attrs={"type": "date"})
DAY_ERROR = {"invalid": "日期写作 2025-03-12。"}
EARLIEST = [MinValueValidator(date(1900, 1, 1), "日期太早了。")]


class VerbFilter(admin.SimpleListFilter):
    title = "动作"
    parameter_name = "verb"

    def lookups(self, request, model_admin):
        return list(audit_export.VERBS.items())

    def queryset(self, request, queryset):
        return queryset.filter(verb=self.value()) if self.value() else queryset


class ExportForm(forms.Form):
    since = forms.DateField(label="从", required=False, widget=DAY, error_messages=DAY_ERROR, validators=EARLIEST)
    until = forms.DateField(
        label="到", required=False, widget=DAY, error_messages=DAY_ERROR, validators=EARLIEST, help_text="当天也在内。"
    )
    verb = forms.ChoiceField(label="动作", required=False, choices=[("", "全部"), *audit_export.VERBS.items()])
    feature = forms.IntegerField(label="专题编号", required=False, min_value=1, max_value=2**63 - 1)
    person = forms.CharField(
        label="经手人", required=False, max_length=150, help_text="账号或姓名，须写全；已删除的账号也查得到。"
    )

    def clean(self):
        data = super().clean()
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", "结束日期早于开始日期。")
        return data


class WholeChain(Paginator):
    """Count the whole chain by its head: it has no gaps."""

    @cached_property
    def count(self):
        if self.object_list.query.where:
            return super().count
        return LedgerHead.objects.filter(pk=1).values_list("sequence", flat=True).first() or 0


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    """The audit log, read-only."""

    list_display = ["sequence", "verb_name", "feature_id", "actor", "created_at"]
    list_filter = [VerbFilter, "created_at"]
    list_select_related = ["actor"]
    search_fields = ["=feature_id", "actor__username"]
    ordering = ["-sequence"]
    paginator = WholeChain
    show_full_result_count = False
    change_list_template = "admin/interviews/ledgerentry/change_list.html"

    @admin.display(description="动作", ordering="verb")
    def verb_name(self, entry):
        return audit_export.VERBS.get(entry.verb, entry.verb)

    def get_urls(self):
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="interviews_ledgerentry_export"), *super().get_urls()]

    def export_view(self, request):
        """The export form, or with `?export=`, the file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ExportForm(request.GET if "export" in request.GET else None)
        if form.is_valid():
            rows = audit_export.table(audit_export.entries(**form.cleaned_data))
            return csv_response(rows, f"发布记录-{timezone.localtime():%Y%m%d-%H%M}")
        context = {
            **self.admin_site.each_context(request),
            "title": "导出发布记录",
            "opts": self.opts,
            "form": form,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/interviews/ledgerentry/export.html", context)
