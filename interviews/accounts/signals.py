"""What happens when accounts sign in, and use or change their second factors."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from . import second_factor
from .sessions import note_activity

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


@receiver(user_logged_in)
def _begin(request: HttpRequest, user: User, **kwargs: Any) -> None:
    note_activity(request)


@receiver([authenticator_added, authenticator_used])
def _note_use(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    second_factor.note_use(request, user)


@receiver(authenticator_removed)
def _forget_use(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Ask for a new one at once if the last was removed."""
    if not Authenticator.objects.filter(user=user, type__in=FACTORS).exists():
        second_factor.forget_use(request)
