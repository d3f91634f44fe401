from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db.models.functions import Concat

from interviews.text.chinese import has_han

# For sorting and finding users in the database: names in Han, family name first.
DISPLAY_NAME = Concat("last_name", "first_name")


def display_name(user: AbstractUser | None, nobody: str = "") -> str:
    """Return a user's display name: 王晓红, Robert Hart, else the username; `nobody` for None.

    Names in Han go family name first, without a space; most accounts have the whole name in one field.
    """
    if not user:
        return nobody
    family, given = user.last_name.strip(), user.first_name.strip()
    if has_han(family + given):
        return family + given
    return f"{given} {family}".strip() or user.get_username()
