"""Password history: the last passwords of an account can't be used again."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

from interviews.models import PastPassword, SecurityEventKind

from .events import record_event


class LengthValidator(MinimumLengthValidator):
    """Django's, in Chinese: its translation lacks these sentences."""

    def get_error_message(self) -> str:
        return f"密码太短，至少要 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        return f"至少 {self.min_length} 个字符。"


class NotRecentlyUsedValidator:
    """Password validator that refuses the current password and the ones before, `remembered` in all."""

    def __init__(self, remembered: int) -> None:
        self.remembered = remembered

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if user is None or user.pk is None:
            return
        # The current one may be older than the history.
        hashes = dict.fromkeys([user.password, *self._history(user)])
        if any(check_password(password, each) for each in list(hashes)[: self.remembered]):
            raise ValidationError(f"不能用最近用过的 {self.remembered} 个密码。", code="password_used_before")

    def password_changed(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Remember the new password. Django calls this when it has saved it."""
        if user is None or not user.has_usable_password():
            return
        PastPassword.objects.create(user_id=user.pk, password=user.password)
        record_event(SecurityEventKind.PASSWORD_CHANGED, subject=user.get_username())
        old = PastPassword.objects.filter(user_id=user.pk).order_by("-pk")[self.remembered :]
        PastPassword.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()

    def get_help_text(self) -> str:
        return f"不能用最近用过的 {self.remembered} 个密码。"

    def _history(self, user: AbstractBaseUser) -> list[str]:
        passwords = PastPassword.objects.filter(user_id=user.pk).order_by("-pk")
        return list(passwords.values_list("password", flat=True)[: self.remembered])
