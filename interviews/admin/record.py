from django.contrib import admin

from ..models import LedgerEntry


@admin.register(LedgerEntry)
class LedgerEntryAdmin(admin.ModelAdmin):
    """Who did what when. Only to be looked at."""

    list_display = ["sequence", "verb_name", "feature_id", "actor", "created_at"]
    list_filter = ["verb", "created_at"]
    list_select_related = ["actor"]
    search_fields = ["=feature_id", "actor__username"]
    ordering = ["-sequence"]

    @admin.display(description="动作", ordering="verb")
    def verb_name(self, entry):
        names = {"signed": "签发", "returned": "退回", "published": "发布", "withdrawn": "撤下"}
        return names.get(entry.verb, entry.verb)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
