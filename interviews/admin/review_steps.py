"""Review steps: rename, add, reorder, retire. Used steps are never deleted."""

from django import forms
from django.contrib import admin
from django.db.models import Max

from interviews.models import Comment, ReviewStep, SignOff


def is_used(step):
    return SignOff.objects.filter(step=step).exists() or Comment.objects.filter(step=step).exists()


def is_last(step):
    """Whether it is the last active step. Without any, everything would count as signed."""
    return step.active and not ReviewStep.objects.filter(active=True).exclude(pk=step.pk).exists()


class StepForm(forms.ModelForm):
    def clean_active(self):
        active = self.cleaned_data["active"]
        others = ReviewStep.objects.filter(active=True).exclude(pk=self.instance.pk)
        if not active and not others.exists():
            raise forms.ValidationError("至少要有一个启用的审稿环节。")
        return active


@admin.register(ReviewStep)
class ReviewStepAdmin(admin.ModelAdmin):
    form = StepForm
    list_display = ["name", "position", "group", "active"]
    list_display_links = ["name"]
    list_editable = ["position"]
    list_select_related = ["group"]
    ordering = ["-active", "position", "pk"]
    fields = ["name", "group", "position", "active"]

    def get_changeform_initial_data(self, request):
        last = ReviewStep.objects.aggregate(last=Max("position"))["last"]
        return {"position": (last or 0) + 1, **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not (is_used(obj) or is_last(obj)))

    def get_actions(self, request):
        """No bulk deletion: each step must be checked for use."""
        return {}
