"""Accounts: invited, switched off and given roles by account managers. Never deleted: the record names them."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from interviews.accounts import managing
from interviews.errors import RefusedError
from interviews.models.display_name import DISPLAY_NAME, display_name

admin.site.unregister(User)
# Secrets and sessions are nobody's to read or write here, not even a superuser's.
OF_ALLAUTH = {"account", "mfa", "usersessions", "socialaccount"}
admin.site.unregister([model for model in list(admin.site._registry) if model._meta.app_label in OF_ALLAUTH])


class AccountForm(forms.ModelForm):
    first_name = forms.CharField(label="姓名", max_length=150)
    is_active = forms.BooleanField(
        label="启用", required=False, initial=True, help_text="停用的账号不能登录，名下的稿件和记录都还在。"
    )
    groups = forms.ModelMultipleChoiceField(
        label="角色", queryset=Group.objects.order_by("pk"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = ["username", "first_name", "email", "is_active", "groups"]
        labels = {"username": "账号", "email": "邮箱"}
        help_texts = {"username": "登录时用，最长 150 个字符。", "email": "用来重设密码。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and not kwargs.get("data"):
            self.initial["first_name"] = display_name(self.instance)

    def clean_groups(self):
        groups = self.cleaned_data["groups"]
        user = User(username=self.cleaned_data.get("username") or self.instance.username)
        try:
            managing.check_roles(user=user, groups=groups)
        except RefusedError as refusal:
            raise forms.ValidationError(refusal.reasons) from refusal
        return groups

    def save(self, commit=True):
        self.instance.last_name = ""
        self.instance.is_staff = True
        if not self.instance.pk:
            self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(User)
class AccountAdmin(admin.ModelAdmin):
    form = AccountForm
    list_display = ["username", "name", "roles", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    actions = None
    change_form_template = "admin/auth/user/change_form.html"

    @admin.display(description="姓名", ordering=DISPLAY_NAME)
    def name(self, user):
        return display_name(user)

    @admin.display(description="角色")
    def roles(self, user):
        names = [group.name for group in user.groups.all()]
        return "、".join(["超级用户"] * user.is_superuser + names)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or managing.may_manage(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        return False

    def response_add(self, request, obj, post_url_continue=None):
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[obj.pk]))

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not change:
            messages.info(request, "账号已建好。请按下面的“给一个设密码的链接”，把链接交给本人。")

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{name}/", view(require_POST(never_cache(each))), name=f"auth_user_{name}")
            for name, each in (
                ("link", self.link_view),
                ("factors", self.factors_view),
                ("sessions", self.sessions_view),
            )
        ]
        return [*own, *super().get_urls()]

    def link_view(self, request, pk):
        """Show the link once: it is a secret."""
        user = self._managed(request, pk)
        context = {
            **self.admin_site.each_context(request),
            "title": "设密码的链接",
            "opts": self.opts,
            "account": user,
            "link": managing.password_link(user=user, actor=request.user),
        }
        return TemplateResponse(request, "admin/auth/user/link.html", context)

    def factors_view(self, request, pk):
        user = self._managed(request, pk)
        managing.remove_second_factors(user=user, actor=request.user)
        messages.success(request, f"{display_name(user)}的第二步验证都已清除，各处的登录也已结束。")
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[pk]))

    def sessions_view(self, request, pk):
        user = self._managed(request, pk)
        managing.end_sessions(user=user, actor=request.user)
        messages.success(request, f"{display_name(user)}各处的登录都已结束。")
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[pk]))

    def _managed(self, request, pk):
        user = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        return user
