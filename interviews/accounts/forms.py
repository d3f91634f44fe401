"""The sign-in form, and django-allauth's forms of second factors in the newsroom's words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms

from .adapters import MISMATCH


class SignInForm(LoginForm):
    """allauth's form, for staff, with the field names of Django's admin."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "账号"
        self.fields["login"].widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        self.fields["password"].label = "密码"
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}

    def add_prefix(self, field_name: str) -> str:
        return str(super().add_prefix("username" if field_name == "login" else field_name))

    def clean(self) -> Any:
        data = super().clean()
        if self.user and not self.user.is_staff:
            raise forms.ValidationError(MISMATCH)
        return data


class _Code(forms.Form):
    """The field `code`, for keyboards of phones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "动态码"
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "autofocus": True}


class ActivateForm(_Code, ActivateTOTPForm):
    pass


class FactorForm(_Code, AuthenticateForm):
    pass


class ConfirmForm(_Code, ReauthenticateForm):
    pass


class AddPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "名称"
        self.fields["passwordless"].label = "不用密码，单用它登录"
        self.fields["passwordless"].help_text = "设备会要求指纹、面容或设备密码。"


class RenamePasskeyForm(EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "名称"
