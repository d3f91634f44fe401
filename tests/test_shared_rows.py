"""Shared rows: built once, and no test sees what another did to them."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import connection

from .shared_rows import built_once

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
built = []


@built_once
def group(cast):
    built.append("group")
    FileSystemStorage().save("seal.txt", ContentFile("公章".encode()))
    return Group.objects.create(name="值班")


@built_once
def member(cast, group):
    built.append("member")
    cast.reporter.groups.add(group)
    return cast.reporter


@pytest.mark.parametrize("time", [1, 2, 3])
def test_changes_do_not_reach_the_next_test(cast, group, time):
    assert (group.name, Group.objects.get(pk=group.pk).name) == ("值班", "值班")
    assert cast.chief.first_name == ""
    seal = settings.MEDIA_ROOT / "seal.txt"
    assert seal.read_text() == "公章"
    seal.write_text("改过")
    Group.objects.filter(pk=group.pk).update(name="改过")
    group.name = cast.chief.first_name = "改过"
    group.save()
    assert built.count("group") <= 2  # not three times


@pytest.mark.parametrize("time", [1, 2])
def test_rows_on_shared_rows(cast, member, time):
    assert list(member.groups.values_list("name", flat=True).order_by("name")) == ["值班", "记者"]
    member.groups.clear()
    member.delete()


@pytest.mark.parametrize("time", [1, 2])
def test_rows_not_asked_for_are_not_there(cast, time):
    assert not Group.objects.filter(name="值班").exists()
    assert not (settings.MEDIA_ROOT / "seal.txt").exists()


@pytest.mark.parametrize("time", [1, 2])
def test_no_rows_without_a_fixture(db, time):
    assert not User.objects.exists()
    assert len(connection.savepoint_ids) == 0


@pytest.mark.django_db(transaction=True)
def test_transactional_test_has_committed_rows(member):
    assert not connection.in_atomic_block
    assert member.groups.filter(name="值班").exists()
