"""The people of the synthetic newsroom: accounts, speakers, contributors."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User

from interviews.models import Contributor, CreditRole, ReviewStep, Speaker, Subject
from interviews.text.chinese import name_sort_key

from . import plan, words
from .pages import House, contributor_name
from .record import Staff

# Accounts under this prefix mark the data as ours.
PREFIX = "synthetic-"
REPORTERS = 12


def accounts() -> list[User]:
    """The accounts, made if missing. Nobody can sign in with them until somebody sets a password."""
    groups = {f"reporter-{number:02}": "记者" for number in range(1, REPORTERS + 1)} | {"photographer": "摄影"}
    groups |= {f"reviewer-{step.pk}": step.group.name for step in _steps()} | {"chief": "总编辑"}
    return [_account(PREFIX + name, group) for name, group in groups.items()]


def _account(username: str, group: str) -> User:
    user, is_new = User.objects.get_or_create(
        username=username, defaults={"is_staff": True, "password": make_password(None)}
    )
    if is_new:
        user.groups.set(Group.objects.filter(name=group))
    return user


def _steps() -> list[ReviewStep]:
    return list(ReviewStep.objects.filter(active=True).select_related("group"))


def staff() -> Staff:
    by_name = {user.username.removeprefix(PREFIX): user for user in User.objects.filter(username__startswith=PREFIX)}
    reporters = [by_name[f"reporter-{number:02}"] for number in range(1, REPORTERS + 1)]
    return Staff(reporters, [(step, by_name[f"reviewer-{step.pk}"]) for step in _steps()], by_name["chief"])


def house(total: int) -> House:
    subjects = list(Subject.objects.order_by("pk").values_list("pk", "name"))
    return House(total, subjects, dict(CreditRole.objects.values_list("name", "pk")))


def write_people(total: int) -> None:
    """Write speakers with their last post, and contributors, the first of whom have the reporters' accounts."""
    turn = plan.LAST_DAY.year // 6
    numbers = range(1, plan.speakers(total) + 1)
    Speaker.objects.bulk_create((_speaker(number, *words.post(number, turn)) for number in numbers), 500)
    reporters = [user.pk for user in staff().reporters]
    for key in range(1, plan.contributors(total) + 1):
        name, user = contributor_name(key), reporters[key - 1] if key <= len(reporters) else None
        Contributor.objects.create(pk=key, name=name, name_sort=name_sort_key(name), user_id=user)


def _speaker(number: int, organisation: str, job_title: str) -> Speaker:
    name = words.name(number)
    return Speaker(pk=number, name=name, name_sort=name_sort_key(name), organisation=organisation, job_title=job_title)
