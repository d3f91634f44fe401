"""The demo accounts of `make run`."""

from django.conf import settings
from django.contrib.auth.models import User

# Name and group by username; no group: a superuser.
DEMO_ACCOUNTS = {
    "reporter": ("演示记者", "记者"),
    "photographer": ("演示摄影", "摄影"),
    "editor": ("演示编辑", "编辑"),
    "head": ("演示部主任", "部主任"),
    "chief": ("演示总编辑", "总编辑"),
    "admin": ("演示管理员", None),
}


def is_demo_account(user: User) -> bool:
    return settings.DEMO and user.get_username() in DEMO_ACCOUNTS
