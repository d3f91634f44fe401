"""What account managers do for others: links to set a password, lost second factors, sessions to end."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from smtplib import SMTPException
from typing import NamedTuple

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.mail import send_mail
from django.db import transaction

from interviews.errors import RefusedError
from interviews.models import SecurityEventKind
from interviews.models.display_name import display_name

from .addresses import reset_address
from .events import record_event
from .recording import FACTORS
from .roles import check_separation

logger = logging.getLogger(__name__)


def may_manage(actor: User, user: User) -> bool:
    """Account managers manage everybody but themselves and superusers, whom only superusers manage."""
    return actor.has_perm("auth.change_user") and actor.pk != user.pk and (actor.is_superuser or not user.is_superuser)


def check_roles(*, user: User, groups: Iterable[Group]) -> None:
    """Raise RefusedError for groups that one account may not hold together."""
    check_separation(user.get_username(), [group.name for group in groups])


class PasswordLink(NamedTuple):
    address: str
    mailed: bool


def password_link(*, user: User, actor: User) -> PasswordLink:
    """Make an address where the user sets a password, once, within three days; mail it if mail is set up."""
    _check(actor, user)
    address = reset_address(user_pk_to_url_str(user), default_token_generator.make_token(user))
    mailed = bool(settings.MAIL_URL and user.email) and _mail(user, address)
    record_event(SecurityEventKind.PASSWORD_LINK, actor=actor, subject=user.username, way="邮件" if mailed else "当面")
    return PasswordLink(address, mailed)


def _mail(user: User, address: str) -> bool:
    lines = [
        f"{display_name(user)}：",
        f"请用这个链接设置登录编辑部的密码，账号是 {user.username}。链接只能用一次，三天内有效。",
        address,
    ]
    try:
        send_mail(f"[{settings.SITE_NAME}] 设置密码", "\n\n".join(lines), None, [user.email])
    except (OSError, SMTPException):
        logger.exception("mail to %s", settings.EMAIL_HOST)
        return False
    return True


@transaction.atomic
def remove_second_factors(*, user: User, actor: User) -> None:
    """Remove all second factors, of a lost phone, and end the user's sessions."""
    _check(actor, user)
    factors = Authenticator.objects.filter(user=user)
    names = sorted(FACTORS[each.type] for each in factors)
    factors.delete()
    record_event(SecurityEventKind.FACTOR_REMOVED, actor=actor, subject=user.username, factors=names)
    end_sessions(user=user, actor=actor)


@transaction.atomic
def end_sessions(*, user: User, actor: User) -> None:
    _check(actor, user)
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    record_event(SecurityEventKind.SESSIONS_ENDED, actor=actor, subject=user.username, count=len(sessions))


def _check(actor: User, user: User) -> None:
    if not may_manage(actor, user):
        raise RefusedError("你不能管理这个账号：自己的账号由别人管，超级用户只由超级用户管。")
