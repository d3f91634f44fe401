"""Separation of duties: administrators, account managers and auditors are three people (三权分立)."""

from __future__ import annotations

from collections.abc import Iterable

from interviews.errors import RefusedError

ADMINISTRATOR, ACCOUNT_MANAGER, AUDITOR = "系统管理", "账号管理", "审计"
SEPARATE = (ADMINISTRATOR, ACCOUNT_MANAGER, AUDITOR)


def check_separation(username: str, groups: Iterable[str]) -> None:
    """Raise RefusedError if one account would be in two of the three groups."""
    held = [group for group in SEPARATE if group in set(groups)]
    if len(held) > 1:
        raise RefusedError(f"{username} 不能同时在“{'”和“'.join(held)}”里：三权分立，须由不同的人担任。")
