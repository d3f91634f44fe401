"""The people of the tests. A permission test reads as a sentence."""

from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.models import Group, User

from interviews import seeds

PASSWORD = "夜班-编辑部-2025"
GROUPS = {
    "reporter": "记者",
    "colleague": "记者",
    "photographer": "摄影",
    "editor": "编辑",
    "head": "部主任",
    "chief": "总编辑",
}


@dataclass(frozen=True)
class Cast:
    reporter: User
    colleague: User
    photographer: User
    editor: User
    head: User
    chief: User
    outsider: User
    superuser: User


def make_cast() -> Cast:
    """Groups, steps, roles and lists are made by a migration; a test that empties the tables needs them again."""
    seeds.install(apps)
    people = {name: _user(name, group) for name, group in GROUPS.items()}
    return Cast(
        **people,
        outsider=User.objects.create_user("outsider", password=PASSWORD),
        superuser=User.objects.create_superuser("superuser", password=PASSWORD),
    )


def _user(name: str, group: str) -> User:
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user
