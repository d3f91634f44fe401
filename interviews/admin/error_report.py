"""编务 › 差错统计: findings by person and rule."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from interviews.models import Contributor, Occasion, ProofCheck, ProofPassage
from interviews.proofreading import LIMIT, RULES
from interviews.reports.error_report import REST, ReportParams, lines_of_pages, report, table

from .exports import csv_response
from .read_only import ReadOnlyAdmin
from .workload import MonthField

PAGES = 50


class ReportForm(forms.Form):
    first = MonthField(label="从")
    last = MonthField(label="到")
    occasion = forms.ChoiceField(label="时机", choices=Occasion.choices)
    person = forms.ModelChoiceField(
        label="姓名", required=False, queryset=Contributor.objects.none(), empty_label="全部"
    )
    rule = forms.ChoiceField(
        label="规则", required=False, choices=[("", "全部"), *((rule.name, rule.title) for rule in RULES.values())]
    )

    def __init__(self, data):
        """Default to this month's published pages."""
        data = data.copy()
        data["last"] = data.get("last") or f"{timezone.localdate():%Y-%m}"
        data["first"] = data.get("first") or data["last"]
        data["occasion"] = data.get("occasion") or Occasion.PUBLISHED.value
        super().__init__(data)
        signed = ProofPassage.people.through.objects.values("contributor")
        people = Contributor.objects.living().select_related("user")
        self.fields["person"].queryset = people.filter(Q(pk__in=signed) | Q(aliases__in=signed)).distinct()

    def clean(self):
        data = super().clean()
        if data.get("first") and data.get("last") and data["first"] > data["last"]:
            self.add_error("last", "结束月份早于开始月份。")
        return data

    def asked(self):
        data = self.cleaned_data
        person = data["person"].pk if data["person"] else None
        return ReportParams(data["first"], data["last"], data["occasion"], person, data["rule"])


@admin.register(ProofCheck)
class ProofCheckAdmin(ReadOnlyAdmin):
    """The error report, read-only."""

    def has_delete_permission(self, request, obj=None):
        """Allow cascades: there is no screen to delete counts, and they must not block deleting a draft."""
        return obj is not None

    def get_urls(self):
        return [path("", self.admin_site.admin_view(self.changelist_view), name="interviews_proofcheck_changelist")]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ReportForm(request.GET)
        asked = form.asked() if form.is_valid() else None
        if asked and request.GET.get("format") == "csv":
            return csv_response(table(asked, _address), f"差错统计-{asked.first:%Y%m}-{asked.last:%Y%m}")
        context = {
            **self.admin_site.each_context(request),
            "title": "差错统计",
            "opts": self.opts,
            "form": form,
            "limit": LIMIT,
            "rest": REST,
            "address": _parameters(request, "page", "format"),
            "by_person": _parameters(request, "page", "format", "person"),
            "by_rule": _parameters(request, "page", "format", "rule"),
            "media": self.media,
            **(self._found(request, asked) if asked else {}),
        }
        return TemplateResponse(request, "admin/interviews/proofcheck/list.html", context)

    def _found(self, request, asked):
        page = Paginator(asked.checks().select_related("feature"), PAGES).get_page(request.GET.get("page"))
        return {"report": report(asked), "page": page, "lines": lines_of_pages(asked, list(page.object_list))}


def _parameters(request, *without):
    """The report's query parameters, for links that change one of them."""
    parameters = request.GET.copy()
    for name in without:
        parameters.pop(name, None)
    return f"{encoded}&" if (encoded := parameters.urlencode()) else ""


def _address(feature):
    return settings.SITE_URL + reverse("admin:interviews_feature_review", args=[feature])
