from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from ..pagetext import UnreadablePage, parse, read_bytes
from ..publishing import Refused, house_grammar, import_page


class ImportForm(forms.Form):
    text = forms.CharField(
        label="版面文字",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 20, "placeholder": "把版面文字整版粘贴到这里"}),
    )
    file = forms.FileField(label="或者选一个 .txt 文件", required=False, allow_empty_file=True)
    issue_date = forms.DateField(label="见报日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    page_number = forms.IntegerField(label="版次", required=False, min_value=1, max_value=9999)

    def clean(self):
        data = super().clean()
        if "file" in self.errors:
            return data
        if data.get("file"):
            try:
                data["text"] = read_bytes(data["file"].read())
            except UnreadablePage as error:
                self.add_error("file", str(error))
                return data
        if not (data.get("text") or "").strip():
            self.add_error("text", "请粘贴版面文字，或者选一个文件。")
            return data
        data["reading"] = parse(data["text"], house_grammar())
        if not data["reading"].document.topics:
            self.add_error("text", "没有读出话题：请检查原文里有没有“话题：”一类的标记。")
        return data


def import_view(model_admin, request):
    """Paste a page or choose a file; the draft opens with what was guessed and what was left over."""
    if not request.user.has_perm("interviews.import_feature"):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _imported(request, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reasons)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "导入版面",
        "opts": model_admin.opts,
        "form": form,
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/interviews/feature/import.html", context)


def _imported(request, data):
    reading = data["reading"]
    feature = import_page(
        reading=reading,
        source_text=data["text"],
        actor=request.user,
        issue_date=data["issue_date"],
        page_number=data["page_number"],
    )
    balance = reading.balance
    messages.success(
        request,
        f"读出 {len(reading.document.topics)} 个话题。原文 {balance.source} 字，入稿 {balance.placed} 字，"
        f"未入稿 {balance.unplaced} 字。",
    )
    for text in reading.unplaced:
        messages.warning(request, f"未入稿：{text}")
    if feature.people.created:
        messages.info(request, f"新建：{'；'.join(feature.people.created)}")
    if feature.people.matched:
        messages.info(request, f"已有：{'；'.join(feature.people.matched)}")
    for note in reading.notes:
        messages.info(request, f"请核对：{note}")
    return HttpResponseRedirect(reverse("admin:interviews_feature_change", args=[feature.pk]))
