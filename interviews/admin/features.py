from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html

from interviews import editing, reports, workflow
from interviews.errors import RefusedError
from interviews.models import Feature, Interview, Publication, PublishedFeature, Stage, Topic
from interviews.models.prepared import any_of
from interviews.text.folding import fold
from interviews.workflow.permissions import may_edit, may_view

from . import conflict, editor, history, page_import, params
from .json_api import json_view
from .photos import portraits
from .review import preview_view, review_view


class StageFilter(admin.SimpleListFilter):
    title = "阶段"
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [("draft", "撰写中"), ("review", "审稿中"), ("published", "已发布或定时"), ("mine", "我的")]

    def queryset(self, request, queryset):
        match self.value():
            case "draft":
                return queryset.filter(publication=Publication.NONE, stage=Stage.DRAFT)
            case "review":
                return queryset.filter(stage=Stage.REVIEW)
            case "published":
                return queryset.exclude(publication=Publication.NONE)
            case "mine":
                return queryset.filter(owner=request.user)
        return queryset


class FeatureList(ChangeList):
    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        reports.find_open_steps(self.result_list)


@admin.register(Feature)
class FeatureAdmin(admin.ModelAdmin):
    list_display = ["headline_or_none", "standing", "issue_date", "page_number", "owner", "updated_at", "review_link"]
    list_filter = [StageFilter, "issue_date", "subjects", "owner"]
    list_select_related = ["owner"]
    search_fields = ["headline", "subtitle", "topics__title", "topics__interviews__speaker__name"]
    search_help_text = "按标题、话题或受访者查找"
    date_hierarchy = "issue_date"
    list_per_page = 30
    show_full_result_count = False
    change_list_template = "admin/interviews/feature/change_list.html"

    def get_changelist(self, request, **kwargs):
        return FeatureList

    @admin.display(description="标题", ordering="headline")
    def headline_or_none(self, feature):
        return str(feature)

    @admin.display(description="现状")
    def standing(self, feature):
        return workflow.standing(feature).label

    @admin.display(description="审稿")
    def review_link(self, feature):
        return format_html('<a href="{}">审稿与发布</a>', reverse("admin:interviews_feature_review", args=[feature.pk]))

    def get_search_results(self, request, queryset, search_term):
        """Find pages with every word in their headline, subtitle, topics or speakers.

        The token index preselects the pages whose newest revision is published; all others are read. The keys are
        found once: the list asks for them four times.
        """
        unindexed = Feature.objects.filter(publication__in=[Publication.NONE, Publication.CHANGED]).order_by()
        found = Feature.objects.order_by()
        for word in search_term.split():
            keys = PublishedFeature.objects.with_words([word]).values("feature_id")
            named = Interview.objects.filter(speaker__name__icontains=word).order_by().values("topic__feature")
            in_topic = Exists(Topic.objects.filter(feature=OuterRef("pk"), title__icontains=word))
            in_head = Q(headline__icontains=word) | Q(subtitle__icontains=word)
            found = found.filter(in_head | in_topic | Q(pk__in=named))
            if fold(word):
                # Published pages are indexed by names as printed: people may have been merged or renamed since.
                found = found.filter(pk__in=unindexed.values("pk").union(keys, named))
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=any_of(list(found.values_list("pk", flat=True)))), False

    # Permissions -------------------------------------------------------------------------------------------------

    def get_queryset(self, request):
        """Writers see their own features; reviewers and publishers see all."""
        features = workflow.with_standing(super().get_queryset(request))
        if request.user.has_perm("interviews.view_feature"):
            return features
        return features.filter(Q(owner=request.user) | Q(pk__in=request.user.shared_features.values("pk")))

    def has_view_permission(self, request, obj=None):
        if obj is None:
            permissions = ("interviews.view_feature", "interviews.change_feature")
            return any(map(request.user.has_perm, permissions))
        return may_view(request.user, obj)

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("interviews.change_feature") if obj is None else may_edit(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        """Only drafts that were never signed or published; all others are on record."""
        if obj is None:
            return request.user.has_perm("interviews.add_feature")
        return editing.may_delete(request.user, obj)

    def delete_model(self, request, obj):
        editing.delete(feature=obj, actor=request.user)

    def get_actions(self, request):
        return {}

    # Screens -----------------------------------------------------------------------------------------------------

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        return editor.editor_view(self, request)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Redirect users who may view but not edit to the review screen."""
        feature = self.get_object(request, object_id)
        if feature is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, feature):
            raise PermissionDenied
        if not may_edit(request.user, feature):
            return HttpResponseRedirect(reverse("admin:interviews_feature_review", args=[feature.pk]))
        return editor.editor_view(self, request, feature)

    def delete_view(self, request, object_id, extra_context=None):
        """Refuse in words if the draft was signed or deleted since the screen was opened."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except RefusedError as refusal:
            self.message_user(request, "".join(refusal.reasons), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:interviews_feature_changelist"))

    def history_view(self, request, object_id, extra_context=None):
        if params.key(object_id) is None:
            raise Http404
        return history.history_view(self, request, object_id)

    def get_urls(self):
        view, answer = self.admin_site.admin_view, partial(json_view, self.admin_site)
        return [
            path("import/", view(self.import_view), name="interviews_feature_import"),
            path("import/<int:pk>/", view(self.session_view), name="interviews_feature_intake"),
            path("import/<int:pk>/label/", view(page_import.label_view), name="interviews_feature_label"),
            path("import/<int:pk>/discard/", view(page_import.discard_view), name="interviews_feature_give_up"),
            path("import/picture/<int:pk>/", view(page_import.picture_view), name="interviews_feature_intake_picture"),
            path("create/", answer(editor.create_view), name="interviews_feature_create"),
            path("people/", answer(editor.people_view), name="interviews_feature_people"),
            path("read/", answer(editor.read_view), name="interviews_feature_read"),
            path("<int:pk>/read/", answer(editor.read_view), name="interviews_feature_proof"),
            path("<int:pk>/dismiss/", answer(editor.dismiss_view), name="interviews_feature_dismiss"),
            path("<int:pk>/keep/", answer(editor.keep_view), name="interviews_feature_keep"),
            path("<int:pk>/save/", answer(editor.save_view), name="interviews_feature_save"),
            path("<int:pk>/share/", answer(editor.share_view), name="interviews_feature_share"),
            path("<int:pk>/submit/", answer(editor.submit_view), name="interviews_feature_submit"),
            path("<int:pk>/copies/<int:copy>/discard/", view(editor.discard_view), name="interviews_feature_discard"),
            path("<int:pk>/copies/<int:copy>/merge/", view(self.merge_view), name="interviews_feature_merge"),
            path("<int:pk>/compare/", view(self.compare_view), name="interviews_feature_compare"),
            path("<int:pk>/printed/", view(self.printed_view), name="interviews_feature_printed"),
            path("<int:pk>/restore/", view(history.restore_view), name="interviews_feature_restore"),
            path("<int:pk>/portraits/", view(self.portraits_view), name="interviews_feature_portraits"),
            path("<int:pk>/review/", view(self.review_view), name="interviews_feature_review"),
            path("<int:pk>/preview/", view(self.preview_view), name="interviews_feature_preview"),
            *super().get_urls(),
        ]

    def import_view(self, request):
        return page_import.import_view(self, request)

    def session_view(self, request, pk):
        return page_import.session_view(self, request, pk)

    def merge_view(self, request, pk, copy):
        return conflict.merge_view(self, request, pk, copy)

    def compare_view(self, request, pk):
        return history.compare_view(self, request, pk)

    def printed_view(self, request, pk):
        return history.printed_view(self, request, pk)

    def portraits_view(self, request, pk):
        return portraits.portraits_view(self, request, pk)

    def review_view(self, request, pk):
        return review_view(self, request, pk)

    def preview_view(self, request, pk):
        return preview_view(self, request, pk)
