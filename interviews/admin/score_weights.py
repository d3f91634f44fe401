"""Weights of the error score: a fixed row for each matter and place."""

from django.contrib import admin

from interviews.models import ScoreWeight


@admin.register(ScoreWeight)
class ScoreWeightAdmin(admin.ModelAdmin):
    list_display = ["__str__", "points", "factor", "most"]
    list_editable = ["points", "factor", "most"]
    fields = ["subject", "points", "factor", "most"]
    readonly_fields = ["subject"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_actions(self, request):
        return {}
