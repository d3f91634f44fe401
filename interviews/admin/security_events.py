"""The security log, read-only: who signed in, changed accounts, exported or downloaded something."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from interviews.accounts.browsers import browser_in_words
from interviews.models import SecurityEvent, SecurityEventKind
from interviews.models.display_name import display_name
from interviews.reports import event_export

from .audit_log import DAY, DAY_ERROR, EARLIEST
from .exports import csv_response, named
from .read_only import ReadOnlyAdmin


class ExportForm(forms.Form):
    since = forms.DateField(label="从", required=False, widget=DAY, error_messages=DAY_ERROR, validators=EARLIEST)
    until = forms.DateField(
        label="到", required=False, widget=DAY, error_messages=DAY_ERROR, validators=EARLIEST, help_text="当天也在内。"
    )
    kind = forms.ChoiceField(label="事件", required=False, choices=[("", "全部"), *SecurityEventKind.choices])
    person = forms.CharField(
        label="账号", required=False, max_length=150, help_text="经手的，或者被改动的账号，须写全。"
    )

    def clean(self):
        data = super().clean()
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", "结束日期早于开始日期。")
        return data


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "time", "kind", "account", "subject", "address", "browser_name", "facts"]
    list_display_links = None
    list_filter = ["kind", "created_at"]
    list_select_related = ["actor"]
    search_fields = ["=actor_name", "=subject", "=address"]
    search_help_text = "账号、对象或网络地址，须写全。"
    ordering = ["-sequence"]
    show_full_result_count = False
    change_list_template = "admin/interviews/securityevent/change_list.html"

    @admin.display(description="时间（北京）", ordering="created_at")
    def time(self, event):
        return event_export.beijing_time(event.created_at)[:19].replace("T", " ")

    @admin.display(description="经手人", ordering="actor_name")
    def account(self, event):
        name = display_name(event.actor)
        return f"{name}（{event.actor_name}）" if name not in ("", event.actor_name) else event.actor_name

    @admin.display(description="浏览器")
    def browser_name(self, event):
        return browser_in_words(event.browser)

    @admin.display(description="详情")
    def facts(self, event):
        return event_export.details_in_words(event)

    def get_urls(self):
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="interviews_securityevent_export"), *super().get_urls()]

    def export_view(self, request):
        """The export form, or with `?export=csv` or `json`, the file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ExportForm(request.GET if "export" in request.GET else None)
        if form.is_valid():
            name = f"安全记录-{timezone.localtime():%Y%m%d-%H%M}"
            rows = event_export.events(**form.cleaned_data)
            if request.GET["export"] != "json":
                return csv_response(event_export.table(rows), name)
            response = StreamingHttpResponse(event_export.json_lines(rows), content_type="application/jsonl")
            return named(response, f"{name}.jsonl")
        context = {
            **self.admin_site.each_context(request),
            "title": "导出安全记录",
            "opts": self.opts,
            "form": form,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/interviews/securityevent/export.html", context)
