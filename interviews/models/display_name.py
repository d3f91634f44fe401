from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db.models.functions import Concat

from interviews.text.chinese import has_han

# What accounts are sorted by and found by: a name in Han, as the database joins it.
DISPLAY_NAME = Concat("last_name", "first_name")


def display_name(user: AbstractUser | None, nobody: str = "") -> str:
    """How a colleague is called: 王晓红, Robert Hart, or the account's name where no other is known.

    A name in Han is family name first, without a space; most accounts have all of it in one field.
    """
    if not user:
        return nobody
    family, given = user.last_name.strip(), user.first_name.strip()
    if has_han(family + given):
        return family + given
    return f"{given} {family}".strip() or user.get_username()
