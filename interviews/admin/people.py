from django.contrib import admin

from ..models import Contributor, CreditRole, Speaker, Subject


@admin.register(Speaker)
class SpeakerAdmin(admin.ModelAdmin):
    list_display = ["name", "organisation", "job_title", "name_sort"]
    search_fields = ["name", "organisation", "name_sort"]
    fields = ["name", "organisation", "job_title", "name_sort", "note"]


@admin.register(Contributor)
class ContributorAdmin(admin.ModelAdmin):
    list_display = ["name", "name_sort", "user"]
    list_select_related = ["user"]
    search_fields = ["name", "name_sort"]
    fields = ["name", "name_sort", "user"]

    def get_readonly_fields(self, request, obj=None):
        return [] if request.user.has_perm("auth.view_user") else ["user"]


@admin.register(CreditRole)
class CreditRoleAdmin(admin.ModelAdmin):
    list_display = ["name", "position"]
    list_editable = ["position"]
    search_fields = ["name"]


@admin.register(Subject)
class SubjectAdmin(admin.ModelAdmin):
    list_display = ["name", "colour"]
    search_fields = ["name"]
