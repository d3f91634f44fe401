"""The users of the tests, named so that a permission test reads as a sentence."""

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.contrib.auth.hashers import make_password
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
    "administrator": "系统管理",
    "manager": "账号管理",
    "auditor": "审计",
}


@dataclass(frozen=True)
class Cast:
    reporter: User
    colleague: User
    photographer: User
    editor: User
    head: User
    chief: User
    administrator: User
    manager: User
    auditor: User
    outsider: User
    superuser: User


def put_in_seeds() -> None:
    """Install the groups, steps, roles and lists that migrations create, if a test has emptied the tables."""
    if not Group.objects.exists():
        seeds.install(apps)
        seeds.install_duties(apps)


def make_cast() -> Cast:
    put_in_seeds()
    password = _hashed(PASSWORD)
    people = {name: User(username=name, password=password, is_staff=True) for name in GROUPS}
    people["outsider"] = User(username="outsider", password=password)
    people["superuser"] = User(username="superuser", password=password, is_staff=True, is_superuser=True)
    User.objects.bulk_create(people.values())
    groups = {group.name: group for group in Group.objects.all()}
    member = User.groups.through
    member.objects.bulk_create(member(user=people[name], group=groups[group]) for name, group in GROUPS.items())
    return Cast(**people)


@cache
def _hashed(password: str) -> str:
    return make_password(password, hasher="md5")
