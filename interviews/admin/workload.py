"""编务 › 工作量: published work by role, person and month."""

import re
from datetime import date

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from interviews.models import Contributor, PublishedCredit, Workload
from interviews.models.loose_scan import distinct
from interviews.reports.workload import Tally, may_see_everybody, tallies, workload

from .exports import csv_response, xlsx_response
from .read_only import ReadOnlyAdmin
from .workbook import workbook

ITEMS_ON_A_PAGE, PEOPLE_ON_A_PAGE = 100, 20
HEADINGS = ["月份", "姓名", "部门", "角色", "篇目", "专题编号", "专题", "话题", "受访者", "首次发布（北京）", "状态"]
HEADINGS += ["计数", "权重", "加权", "网址"]


class MonthField(forms.Field):
    """A month of this century, as its first day."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2025-03"})

    def to_python(self, value):
        match = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", (value or "").strip())
        if not match:
            raise forms.ValidationError("月份写作 2025-03。")
        return date(int(match[1]), int(match[2]), 1)


class WorkloadForm(forms.Form):
    first = MonthField(label="从")
    last = MonthField(label="到")
    person = forms.ModelChoiceField(
        label="姓名", required=False, queryset=Contributor.objects.none(), empty_label="全部"
    )
    role = forms.ChoiceField(label="角色", required=False)

    def __init__(self, data, *, everybody):
        super().__init__(self._with_months(data))
        credits = PublishedCredit.objects.all()
        roles = distinct(credits, "role")
        self.fields["role"].choices = [("", "全部"), *((role, role) for role in roles)]
        if everybody:
            credited = distinct(credits, "contributor_id")
            self.fields["person"].queryset = Contributor.objects.filter(pk__in=credited).select_related("user")
        else:
            del self.fields["person"]

    @staticmethod
    def _with_months(data):
        """Default to the months from January until now."""
        data = data.copy()
        data["last"] = data.get("last") or f"{timezone.localdate():%Y-%m}"
        data["first"] = data.get("first") or f"{data['last'][:4]}-01"
        return data

    def clean(self):
        data = super().clean()
        if data.get("first") and data.get("last") and data["first"] > data["last"]:
            self.add_error("last", "结束月份早于开始月份。")
        return data


@admin.register(Workload)
class WorkloadAdmin(ReadOnlyAdmin):
    """Staff see their own workload; with the permission, everybody's."""

    def has_module_permission(self, request):
        return request.user.is_active and request.user.is_staff

    def has_view_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def get_urls(self):
        """Only the report: the rows behind it are contributors."""
        return [path("", self.admin_site.admin_view(self.changelist_view), name="interviews_workload_changelist")]

    def changelist_view(self, request, extra_context=None):
        everybody = may_see_everybody(request.user)
        form = WorkloadForm(request.GET, everybody=everybody)
        items = _items(request.user, form.cleaned_data) if form.is_valid() else []
        if form.is_valid() and request.GET.get("format") in {"csv", "xlsx"}:
            return _file(request.GET["format"], items, form.cleaned_data)
        chosen = form.is_valid() and (form.cleaned_data.get("person") or not everybody)
        context = {
            **self.admin_site.each_context(request),
            "title": "工作量",
            "opts": self.opts,
            "form": form,
            "everybody": everybody,
            "unknown": not everybody and not Contributor.objects.filter(user=request.user).exists(),
            "people": _page(request, tallies(items), PEOPLE_ON_A_PAGE),
            "total": Tally(items),
            "items": _page(request, items if chosen else [], ITEMS_ON_A_PAGE),
            "address": _address(request, "person"),
            "this": _address(request),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/interviews/workload/list.html", context)


def _page(request, rows, size):
    return Paginator(rows, size).get_page(request.GET.get("page"))


def _address(request, *changed):
    """The report's query parameters, for links that change some of them, and show its first page."""
    parameters = request.GET.copy()
    for name in ("format", "page", *changed):
        parameters.pop(name, None)
    return parameters.urlencode()


def _items(user, data):
    person = data.get("person")
    return workload(
        actor=user, first=data["first"], last=data["last"], person=person.pk if person else None, role=data["role"]
    )


def _file(kind, items, data):
    name = f"工作量-{data['first']:%Y%m}-{data['last']:%Y%m}"
    if kind == "xlsx":
        return xlsx_response(workbook(tallies(items), HEADINGS, map(_row, items)), name)
    total = Tally(items)
    blanks = [""] * (len(HEADINGS) - 5)
    return csv_response([HEADINGS, *map(_row, items), ["合计", *blanks, total.count, "", total.weighted, ""]], name)


def _row(item):
    address = reverse("public:topic", args=[item.topic_id]) if item.topic_id else None
    return [
        f"{item.month:%Y-%m}",
        item.person.name,
        item.person.department,
        item.role,
        "访谈" if item.topic_id else "全版",
        item.feature_id,
        item.headline,
        item.topic_title,
        item.speaker_name,
        f"{timezone.localtime(item.published_at):%Y-%m-%d %H:%M}",
        "已撤下" if item.withdrawn else "公开",
        item.counted,
        item.weight,
        item.weighted,
        settings.SITE_URL + (address or reverse("public:feature", args=[item.feature_id])),
    ]
