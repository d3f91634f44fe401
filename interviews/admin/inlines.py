"""Topic ▸ Interview ▸ Credit inside the feature's form, and the page's own credits and captions."""

from django import forms
from django.db import models
from nested_admin import NestedStackedInline, NestedTabularInline

from ..models import Contributor, Credit, Interview, Placement, Topic
from ..models.fields import MarkupField
from .widgets import StatementEditor

# Rows are put in order by dragging; nobody types the number.
ORDER = {models.PositiveSmallIntegerField: {"widget": forms.HiddenInput}}


class PartOfFeature:
    """Whoever may edit the feature may edit its parts: the feature's own form has asked already."""

    formfield_overrides = ORDER

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "contributor":
            # The account tells namesakes apart.
            kwargs["queryset"] = Contributor.objects.select_related("user")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return True

    def has_change_permission(self, request, obj=None):
        return True

    def has_delete_permission(self, request, obj=None):
        return True


class CreditInline(PartOfFeature, NestedTabularInline):
    """The byline of one statement."""

    model = Credit
    fk_name = "interview"
    fields = ["role", "contributor", "position"]
    autocomplete_fields = ["contributor"]
    sortable_field_name = "position"
    extra = 0
    verbose_name_plural = "署名（本篇记者）"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("role", "contributor__user")


class InterviewForm(forms.ModelForm):
    def clean(self):
        data = super().clean()
        speaker = data.get("speaker")
        # A statement without printed organisation and title takes today's: editors rarely type them twice.
        if speaker and not data.get("organisation") and not data.get("job_title"):
            data["organisation"], data["job_title"] = speaker.organisation, speaker.job_title
        return data


class InterviewInline(PartOfFeature, NestedStackedInline):
    model = Interview
    form = InterviewForm
    fields = [("speaker", "organisation", "job_title"), "body", "position"]
    autocomplete_fields = ["speaker"]
    formfield_overrides = {**ORDER, MarkupField: {"widget": StatementEditor}}
    sortable_field_name = "position"
    inlines = [CreditInline]
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("speaker")


class TopicInline(PartOfFeature, NestedStackedInline):
    model = Topic
    fields = ["title", "position"]
    sortable_field_name = "position"
    inlines = [InterviewInline]
    extra = 0


class PageCreditInline(PartOfFeature, NestedTabularInline):
    model = Credit
    fk_name = "feature"
    fields = ["role", "contributor", "position"]
    autocomplete_fields = ["contributor"]
    sortable_field_name = "position"
    extra = 0
    verbose_name = "本版署名"
    verbose_name_plural = "本版署名（策划、统筹、摄影等）"

    def get_queryset(self, request):
        return super().get_queryset(request).filter(interview=None).select_related("role", "contributor__user")


class PlacementInline(PartOfFeature, NestedTabularInline):
    model = Placement
    fields = ["caption", "credit_line", "position"]
    sortable_field_name = "position"
    extra = 0
    verbose_name_plural = "图片说明（见报）"
    formfield_overrides = {**ORDER, models.CharField: {"widget": forms.TextInput(attrs={"size": 60})}}
