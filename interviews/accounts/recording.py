"""Record what happens to accounts, wherever it comes from: screens, commands or a shell."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from interviews.models import ReviewStep, ScoreWeight, WebhookSubscription
from interviews.models import SecurityEventKind as Kind

from .events import known_username, record_event
from .roles import check_separation

FACTORS = {
    Authenticator.Type.TOTP: "验证器",
    Authenticator.Type.WEBAUTHN: "通行密钥",
    Authenticator.Type.RECOVERY_CODES: "恢复码",
}
WATCHED = {"username", "email", "first_name", "last_name", "is_active", "is_staff", "is_superuser"}
CHANGES = {"post_add": "added", "post_remove": "removed"}


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record_event(Kind.SIGNED_IN, actor=user, request=request)


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record_event(Kind.SIGNED_OUT, actor=user, request=request)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    record_event(Kind.SIGN_IN_FAILED, subject=known_username(credentials.get("username", "")), request=request)


def _of_factor(kind: Kind, receiver_of: Any) -> None:
    def record(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
        record_event(kind, actor=user, subject=FACTORS[authenticator.type], request=request)

    receiver_of.connect(record, weak=False)


_of_factor(Kind.FACTOR_ADDED, authenticator_added)
_of_factor(Kind.FACTOR_REMOVED, authenticator_removed)
_of_factor(Kind.FACTOR_RESET, authenticator_reset)
_of_factor(Kind.FACTOR_USED, authenticator_used)
_of_factor(Kind.FACTOR_FAILED, authentication_failed)


@receiver(pre_save, sender=User)
def _note_old(instance: User, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    watched = WATCHED if update_fields is None else WATCHED & update_fields
    unchanged = raw or instance.pk is None or not watched
    instance._old = None if unchanged else User.objects.filter(pk=instance.pk).values(*watched).first()  # type: ignore[attr-defined]


@receiver(post_save, sender=User)
def _account_saved(instance: User, created: bool, raw: bool, **kwargs: Any) -> None:
    if raw:
        return
    if created:
        record_event(Kind.ACCOUNT_ADDED, subject=instance.username, superuser=instance.is_superuser)
        return
    old = getattr(instance, "_old", None) or {}
    changes = {name: getattr(instance, name) for name, value in sorted(old.items()) if getattr(instance, name) != value}
    if changes:
        record_event(Kind.ACCOUNT_CHANGED, subject=old.get("username", instance.username), **changes)


@receiver(post_delete, sender=User)
def _account_removed(instance: User, **kwargs: Any) -> None:
    record_event(Kind.ACCOUNT_REMOVED, subject=instance.username)


@receiver(m2m_changed, sender=User.groups.through)
def _groups_changed(instance: User | Group, action: str, pk_set: set[int] | None, reverse: bool, **kwargs: Any) -> None:
    """Refuse what separation of duties forbids; record the rest."""
    if action == "pre_clear":
        for user, groups in _memberships(instance, None, reverse):
            record_event(Kind.ROLES_CHANGED, subject=user.username, removed=groups)
    for user, groups in _memberships(instance, pk_set or set(), reverse) if pk_set else []:
        if action == "pre_add":
            check_separation(user.username, [*user.groups.values_list("name", flat=True), *groups])
        elif action in CHANGES:
            details: dict[str, Any] = {CHANGES[action]: groups}
            record_event(Kind.ROLES_CHANGED, subject=user.username, **details)


def _memberships(instance: User | Group, keys: set[int] | None, reverse: bool) -> list[tuple[User, list[str]]]:
    """Accounts and the names of their groups concerned; all of the instance's if `keys` is None."""
    if isinstance(instance, User):
        groups = instance.groups.all() if keys is None else Group.objects.filter(pk__in=keys)
        return [(instance, sorted(groups.values_list("name", flat=True)))]
    users = instance.user_set.all() if keys is None else User.objects.filter(pk__in=keys)
    return [(user, [instance.name]) for user in users]


@receiver(m2m_changed, sender=Group.permissions.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
def _permissions_changed(instance: Model, action: str, model: type[Model], pk_set: set[int] | None, **k: Any) -> None:
    if action.startswith("post_"):
        names = model._default_manager.filter(pk__in=pk_set or set()).values_list("codename", flat=True)
        record_event(Kind.PERMISSIONS_CHANGED, subject=str(instance), verb=action[5:], permissions=sorted(names))


@receiver([post_save, post_delete], sender=ReviewStep)
@receiver([post_save, post_delete], sender=ScoreWeight)
@receiver([post_save, post_delete], sender=WebhookSubscription)
def _settings_changed(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    if not kwargs.get("raw"):
        verb = "deleted" if kwargs.get("created") is None else "added" if kwargs["created"] else "changed"
        subject = f"{sender._meta.verbose_name}：{instance}"
        record_event(Kind.SETTINGS_CHANGED, subject=subject, verb=verb)
