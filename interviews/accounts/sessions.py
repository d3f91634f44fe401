"""Whose session a request is: one place decides it for every address."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from interviews.models import SecurityEventKind

from .events import record_event
from .second_factor import lacks_second_factor

# Where an account without its second factor may go: to set one up, to change its password, to sign out.
OWN_PAGES = ("/admin/login/", "/admin/logout/", "/admin/account/", "/admin/password_change/")
# An open window asks by itself who else is there. Typing is also proofread, which counts.
AUTOMATIC = "/keep/"
SEEN = "seen"
SEEN_EVERY_SECONDS = 60


def complete_sessions(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware: a session counts as signed in only if it has its second factor and has not idled too long.

    Evaluated on first use, because public pages must not touch the session.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(partial(_user_of, request))  # type: ignore[assignment]
        return get_response(request)

    return middleware


def idle_limit(user: User) -> int:
    """Seconds without activity after which the account is signed out."""
    publishes = user.has_perm("interviews.publish_feature")
    minutes = settings.SESSION_IDLE_MINUTES_PUBLISHING if publishes else settings.SESSION_IDLE_MINUTES
    return int(minutes) * 60


def _user_of(request: HttpRequest) -> User | AnonymousUser:
    user = get_user(request)
    if not isinstance(user, User):
        return AnonymousUser()
    if _has_idled(request, user):
        record_event(SecurityEventKind.IDLED_OUT, actor=user, request=request)
        request.session.flush()
        return AnonymousUser()
    if not request.path_info.startswith(OWN_PAGES) and lacks_second_factor(user, request):
        return AnonymousUser()
    return user


def note_activity(request: HttpRequest) -> None:
    request.session[SEEN] = int(time.time())


def _has_idled(request: HttpRequest, user: User) -> bool:
    """Compare with the last activity and note this one, at most once a minute."""
    seen = request.session.get(SEEN, 0)
    idle = time.time() - seen
    if seen and idle > idle_limit(user):
        return True
    if idle >= SEEN_EVERY_SECONDS and not request.path_info.endswith(AUTOMATIC):
        note_activity(request)
    return False
