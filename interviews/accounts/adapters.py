"""This site's choices where django-allauth asks for them."""

from __future__ import annotations

import hashlib
import logging
import time
import unicodedata
from smtplib import SMTPException
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from interviews.models import SecurityEventKind as Kind
from interviews.models.display_name import display_name

from .addresses import client_address, reset_address
from .events import known_username, record_event

logger = logging.getLogger(__name__)

RECENTLY_SECONDS = 300
COOL_OFF_SECONDS = 900
MISMATCH = "账号或密码不对。连续输错会暂停登录。"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by their manager, never by signing up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": MISMATCH,
        "too_many_login_attempts": "这个账号或这个网络地址输错太多次，暂停登录，最多 15 分钟后可以再试。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Allauth itself takes an IPv6 address by its network where it counts."""
        return client_address(request.META)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not right after signing in: setting up a second factor would ask for the password twice."""
        request = context.request
        latest = max((each["at"] for each in get_authentication_records(request, request.user)), default=0)
        return bool(time.time() - latest >= RECENTLY_SECONDS)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count guesses by account alone: the Host header, which allauth adds, is the client's to choose."""
        return unicodedata.normalize("NFKC", credentials.get("username", "")).casefold()

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Below SITE_URL, not the Host header, which the client chooses."""
        uid, _, token = key.partition("-")
        return reset_address(uid, token)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down must not fail the page: it would also tell which accounts exist."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("mail %s", template_prefix)

    def format_email_subject(self, subject: str) -> str:
        return f"[{settings.SITE_NAME}] {subject.strip()}"

    def get_from_email(self) -> str:
        return str(settings.DEFAULT_FROM_EMAIL)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._record_lock_out(request, credentials.get("username", ""))
            raise

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        record_event(Kind.PASSWORD_LINK, subject=user.username, way="邮件")
        super().send_password_reset_mail(user, email, context)

    def _record_lock_out(self, request: HttpRequest, typed: str) -> None:
        """Once in each cool-off: the event must not grow with the guesses."""
        username, address = known_username(typed), client_address(request.META)
        digest = hashlib.sha256(f"{username} {address}".encode()).hexdigest()
        if cache.add(f"locked-out:{digest}", True, COOL_OFF_SECONDS):
            record_event(Kind.LOCKED_OUT, subject=username, request=request)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Signs in to existing accounts only: found by a verified e-mail address, or connected by their owner."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class SessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions: list[UserSession]) -> None:
        super().end_sessions(sessions)
        record_event(Kind.SESSIONS_ENDED, count=len(sessions))


class FactorAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self) -> str:
        return f"{settings.SITE_NAME}编辑部"

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def build_totp_svg(self, url: str) -> SafeString:
        drawing = segno.make(url).svg_inline(scale=4, border=2, dark="#000", light="#fff", title="二维码")
        return mark_safe(drawing)  # noqa: S308 - segno's own markup, without the text

    def generate_authenticator_name(self, user: User, type: str) -> str:
        return f"通行密钥 {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        return {**super().get_public_key_credential_user_entity(user), "display_name": display_name(user)}

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)
