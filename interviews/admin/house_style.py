"""编务 › 用语表、职务表: edit rows, export CSV, import it after a preview of the changes."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from interviews.errors import RefusedError
from interviews.house_style.list_import import LARGEST, LISTS, import_list, lines_in, plan
from interviews.models import Official, Term
from interviews.pagetext import UnreadablePageError, read_bytes

from .exports import csv_response, fused

SHOWN = 200


class ListForm(forms.Form):
    file = forms.FileField(label="CSV 文件", required=False, allow_empty_file=True)
    text = forms.CharField(
        label="或者从表格里复制、粘贴",
        required=False,
        strip=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": "第一行是表头"}),
    )
    seal = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean(self):
        """Set `lines`, the cells with the export's escaping undone."""
        data = super().clean()
        if data.get("file"):
            try:
                data["text"] = read_bytes(data["file"].read())
            except UnreadablePageError as error:
                self.add_error("file", str(error))
        if self.errors:
            return data
        if not (data.get("text") or "").strip():
            self.add_error("file", "请选一个 CSV 文件，或者把表格粘贴进来。")
            return data
        try:
            data["lines"] = [[fused(cell) for cell in line] for line in lines_in(data["text"])]
        except RefusedError as refusal:
            self.add_error(None, refusal.reasons)
        return data


class HouseListAdmin(admin.ModelAdmin):
    kind = ""
    change_list_template = "admin/interviews/houselist/change_list.html"
    list_per_page = 100

    def get_urls(self):
        view, name = self.admin_site.admin_view, f"interviews_{self.kind}"
        return [
            path("import/", view(self.import_view), name=f"{name}_import"),
            path("export/", view(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        context = {"may_import": LISTS[self.kind].may_import(request.user)}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def export_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = [row.as_value() for row in self.model.objects.all()]
        name = f"{self.opts.verbose_name}-{timezone.localdate():%Y%m%d}"
        return csv_response(LISTS[self.kind].written.table(rows), name)

    def import_view(self, request):
        """Upload a file, preview its changes, then apply them if the digest of the preview still matches."""
        if not LISTS[self.kind].may_import(request.user):
            raise PermissionDenied
        form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
        planned, lost = None, []
        if form.is_valid():
            lines, seal = form.cleaned_data["lines"], form.cleaned_data["seal"]
            if seal:
                try:
                    return self._imported(request, lines, seal)
                except RefusedError as refusal:
                    lost = refusal.reasons
            planned = plan(self.kind, lines)
        return TemplateResponse(
            request, "admin/interviews/houselist/import.html", self._context(request, form, planned, lost)
        )

    def _imported(self, request, lines, seal):
        done = import_list(kind=self.kind, actor=request.user, lines=lines, seen=seal)
        messages.success(
            request, f"已导入：新增 {len(done.new)} 行，改动 {len(done.changed)} 行，{done.same} 行没有变。"
        )
        return HttpResponseRedirect(reverse(f"admin:interviews_{self.kind}_changelist"))

    def _context(self, request, form, planned, lost):
        return {
            **self.admin_site.each_context(request),
            "title": f"导入{self.opts.verbose_name}",
            "opts": self.opts,
            "form": form,
            "plan": planned,
            "lost": [] if planned and planned.faults else lost,
            "columns": LISTS[self.kind].written.columns,
            "text": form.cleaned_data["text"] if planned else "",
            "shown": SHOWN,
            "media": self.media,
        }


class ValidFilter(admin.SimpleListFilter):
    title = "有效期"
    parameter_name = "valid"
    column = "expires"
    names = ("有效", "已过期")

    def lookups(self, request, model_admin):
        return list(zip(("yes", "no"), self.names, strict=True))

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "yes":
                return queryset.filter(Q(**{self.column: None}) | Q(**{f"{self.column}__gte": today}))
            case "no":
                return queryset.filter(**{f"{self.column}__lt": today})
        return queryset


class InOfficeFilter(ValidFilter):
    title = "在任"
    parameter_name = "in_office"
    column = "until"
    names = ("在任", "已离任")


@admin.register(Term)
class TermAdmin(HouseListAdmin):
    kind = "term"
    list_display = ["word", "kind", "severity", "replacement", "reason", "owner", "expires"]
    list_filter = ["kind", "severity", ValidFilter, "owner"]
    search_fields = ["word", "replacement", "reason", "source"]
    search_help_text = "按词语、改法、理由或出处查找"
    fieldsets = [
        (None, {"fields": ["word", "kind", "severity", "replacement"]}),
        ("为什么", {"fields": ["reason", "source", "owner", "expires"]}),
        ("不提示的地方", {"fields": ["skip_quotations", "skip_titles", "unless"]}),
    ]


@admin.register(Official)
class OfficialAdmin(HouseListAdmin):
    kind = "official"
    list_display = ["post", "name", "since", "until", "source"]
    list_display_links = ["post", "name"]
    list_filter = [InOfficeFilter]
    search_fields = ["name", "post"]
    search_help_text = "按姓名或职务查找"
    fields = ["post", "name", "since", "until", "source"]
