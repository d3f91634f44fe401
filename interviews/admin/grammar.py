"""编务 › 版面词表: the newsroom's own words for reading printed pages, in addition to the built-in tables."""

from django.contrib import admin

from interviews.models import GrammarTable, GrammarWord


@admin.register(GrammarWord)
class GrammarWordAdmin(admin.ModelAdmin):
    list_display = ["word", "table", "removes", "note"]
    list_filter = ["table", "removes"]
    search_fields = ["word", "note"]
    fields = ["table", "word", "removes", "note"]
    list_per_page = 100
    change_list_template = "admin/interviews/grammarword/change_list.html"

    def changelist_view(self, request, extra_context=None):
        shipped = [(table.label, table.shipped) for table in GrammarTable if table.shipped]
        return super().changelist_view(request, {**(extra_context or {}), "shipped": shipped})
