from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import path, reverse

from interviews.models import Contributor, CreditRole, Speaker, Subject
from interviews.people.duplicates import refusal_to_delete
from interviews.people.merging import may_merge
from interviews.people.visibility import may_change, visible_speakers

from .merging import duplicates_view, merge_view


class PersonAdmin(admin.ModelAdmin):
    """Living records only. Merged ones are reached through the kept record."""

    kind = ""
    change_form_template = "admin/interviews/person/change_form.html"
    change_list_template = "admin/interviews/person/change_list.html"

    def get_queryset(self, request):
        return super().get_queryset(request).living()

    def get_actions(self, request):
        """No bulk deletion: each record has its own reasons to be refused."""
        return {}

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {**(extra_context or {}), **self._merging(request)})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        alias = self._merged(object_id)
        if alias and self.has_view_permission(request):
            self.message_user(request, f"{alias}已并入{alias.merged_into}。", messages.INFO)
            return self._to(alias.merged_into_id)
        context = {**(extra_context or {}), **self._merging(request)}
        return super().change_view(request, object_id, form_url, context)

    def save_model(self, request, obj, form, change):
        """Write only fields changed on the form; others may have changed meanwhile, by a merge for instance."""
        if not change:
            super().save_model(request, obj, form, change)
        elif form.changed_data:
            obj.save(update_fields=form.changed_data)

    def delete_view(self, request, object_id, extra_context=None):
        """Refuse to delete a person in use, and say where."""
        person = self.get_object(request, object_id) or self._merged(object_id)
        if person and self.has_delete_permission(request, person) and (sentence := refusal_to_delete(person)):
            self.message_user(request, sentence, messages.ERROR)
            return self._to(person.pk)
        return super().delete_view(request, object_id, extra_context)

    def get_urls(self):
        view, name = self.admin_site.admin_view, f"interviews_{self.kind}"
        return [
            path("duplicates/", view(self.duplicates_view), name=f"{name}_duplicates"),
            path("<int:pk>/merge/", view(self.merge_view), name=f"{name}_merge"),
            *super().get_urls(),
        ]

    def duplicates_view(self, request):
        return duplicates_view(self, request, self.kind)

    def merge_view(self, request, pk):
        return merge_view(self, request, self.kind, pk)

    def _merging(self, request):
        return {"may_merge": may_merge(request.user, self.kind), "kind": self.kind}

    def _merged(self, object_id):
        if not str(object_id).isdecimal():
            return None
        merged = self.model.objects.exclude(merged_into=None).select_related("merged_into")
        return merged.filter(pk=int(object_id)).first()

    def _to(self, key):
        return HttpResponseRedirect(reverse(f"admin:interviews_{self.kind}_change", args=[key]))


@admin.register(Speaker)
class SpeakerAdmin(PersonAdmin):
    kind = "speaker"
    list_display = ["name", "organisation", "job_title", "name_sort"]
    search_fields = ["name", "organisation", "job_title", "name_sort"]
    search_help_text = "按姓名、单位、职务或拼音查找"
    fields = ["name", "organisation", "job_title", "name_sort", "note"]

    def get_queryset(self, request):
        return visible_speakers(request.user, super().get_queryset(request))

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or may_change(request.user, obj))


@admin.register(Contributor)
class ContributorAdmin(PersonAdmin):
    kind = "contributor"
    list_display = ["name", "department", "user", "name_sort"]
    list_select_related = ["user"]
    search_fields = ["name", "department", "name_sort", "user__username"]
    search_help_text = "按姓名、部门、账号或拼音查找"
    fields = ["name", "department", "name_sort", "user"]

    def get_queryset(self, request):
        """Select accounts too: pickers tell namesakes apart by them."""
        return super().get_queryset(request).select_related("user")

    def get_readonly_fields(self, request, obj=None):
        return [] if request.user.has_perm("auth.view_user") else ["user"]


@admin.register(CreditRole)
class CreditRoleAdmin(admin.ModelAdmin):
    fields = ["name", "kind", "position", "weight"]
    list_display = ["name", "means", "kind", "position", "weight"]
    list_editable = ["kind", "position", "weight"]
    search_fields = ["name"]

    @admin.display(description="算作")
    def means(self, role):
        return role.actual_kind.label


@admin.register(Subject)
class SubjectAdmin(admin.ModelAdmin):
    list_display = ["name", "colour"]
    search_fields = ["name"]
