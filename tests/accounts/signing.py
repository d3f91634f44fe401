"""What a person does to sign in, through the test client."""

import re
import time

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.urls import reverse

from tests.cast import PASSWORD

SIGN_IN = "/admin/login/"
HOME = reverse("admin:index")
AUTHENTICATE, ACTIVATE, FACTORS = (reverse(f"mfa_{name}") for name in ("authenticate", "activate_totp", "index"))


def sign_in(client, name, password=PASSWORD, **extra):
    return client.post(SIGN_IN, {"username": name, "password": password}, **extra)


def is_signed_in(client):
    """Whether the newsroom opens."""
    return client.get(HOME).status_code == 200


def code_of(secret, step=0):
    """The code that an authenticator app shows, `step` half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


SECRET = "JBSWY3DPEHPK3PXP"


def with_totp(user: User, secret=SECRET):
    """Give a user an authenticator app; return its secret."""
    TOTP.activate(user, secret)
    return secret


def sentences(response):
    """The error notes of a page."""
    return re.findall(r'<p class="errornote">\s*(.*?)\s*</p>', response.content.decode(), re.DOTALL)
