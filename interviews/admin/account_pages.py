"""Signing in, and the pages of one's own account: django-allauth's views, below /admin/ and in its look."""

from allauth.account import views as account
from allauth.account.views import LoginView
from allauth.socialaccount.adapter import get_adapter
from allauth.urls import build_provider_urlpatterns
from django.conf import settings
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import include, path, re_path, reverse

from interviews.accounts.second_factor import lacks_second_factor


class SignInView(LoginView):
    """The sign-in page, which also receives accounts that may not go on."""

    template_name = "admin/login.html"

    def dispatch(self, request, *args, **kwargs):
        user = request.user
        if user.is_authenticated and lacks_second_factor(user, request):
            return HttpResponseRedirect(reverse("mfa_index"))
        if user.is_authenticated and not user.is_staff and request.method == "GET":
            return self.render_to_response(self.get_context_data(form=self.get_form_class()()))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        next_page = self.request.GET.get("next", "")
        extra = {
            "title": "登录",
            "app_path": self.request.get_full_path(),
            "username": self.request.user.get_username(),
            "next": next_page,
            "demo": settings.DEMO,
            "providers": [
                (each.name, each.get_login_url(self.request, next=next_page))
                for each in get_adapter().list_providers(self.request)
            ],
        }
        return {**context, **admin.site.each_context(self.request), **extra}


entrance = [
    path("login/", SignInView.as_view(), name="account_login"),
    path("password_change/", account.password_change, name="account_change_password"),
]
own_pages = [
    path("", include("allauth.usersessions.urls")),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("second-factor/", include("allauth.mfa.urls")),
    path("connections/", include("allauth.socialaccount.urls")),
    path("", include(build_provider_urlpatterns())),
]
