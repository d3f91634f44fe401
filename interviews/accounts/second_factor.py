"""Who must use a second factor, and whether a session has."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.http import HttpRequest

from interviews.models import ReviewStep

from .demo import is_demo_account

# In the session: the account that used or set up a second factor in it.
USED = "second_factor"
SENSITIVE = (
    "interviews.publish_feature",
    "interviews.withdraw_feature",
    "auth.change_user",
    "interviews.view_securityevent",
    "interviews.view_securityevent",
)


def is_required(user: User) -> bool:
    """Whether REQUIRE_OTP asks this account for a second factor.

    `roles`: accounts that may publish, sign, manage accounts or read their log. `DEMO` exempts the demo accounts.
    """
    rule = settings.REQUIRE_OTP
    if rule == "none" or is_demo_account(user):
        return False
    if rule == "all":
        return True
    if rule == "roles":
        return any(map(user.has_perm, SENSITIVE)) or _signs(user)
    return user.is_superuser or user.groups.filter(name__in=rule).exists()


def _signs(user: User) -> bool:
    return ReviewStep.objects.filter(active=True, group__user=user).exists()


def lacks_second_factor(user: User, request: HttpRequest) -> bool:
    """Whether this session's account must still use or set up a second factor."""
    return request.session.get(USED) != user.pk and is_required(user)


def note_use(request: HttpRequest, user: AbstractBaseUser | AnonymousUser) -> None:
    request.session[USED] = user.pk


def forget_use(request: HttpRequest) -> None:
    request.session.pop(USED, None)
