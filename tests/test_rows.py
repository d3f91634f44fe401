"""The snapshot that tests detect changes with."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction

from interviews.models import Subject

from .rows import Snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


def by_hand(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


CHANGES = {
    "insert": lambda cast: Subject.objects.create(name="新题材"),
    "many": lambda cast: Subject.objects.bulk_create([Subject(name="甲题材"), Subject(name="乙题材")]),
    "update": lambda cast: Subject.objects.update(colour="#010203"),
    "delete": lambda cast: Subject.objects.all().delete(),
    "between two models": lambda cast: cast.outsider.groups.add(Group.objects.first()),
    "by hand": lambda cast: by_hand("UPDATE interviews_subject SET colour = '#010203'"),
    "after a comment": lambda cast: by_hand("/* by hand */ UPDATE interviews_subject SET colour = '#010203'"),
    "in a savepoint": lambda cast: transaction.atomic()(Subject.objects.update)(colour="#010203"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_change_is_detected(cast, change):
    before = Snapshot()
    assert not before.changed()
    change(cast)
    assert before.changed()


def test_rollback_is_no_change(cast):
    before = Snapshot()
    with transaction.atomic():
        Subject.objects.update(colour="#010203")
        assert before.changed()
        transaction.set_rollback(True)
    assert not before.changed()


def test_same_values_are_no_change(cast):
    before = Snapshot()
    User.objects.filter(username="chief").update(username="chief")
    assert not before.changed()
    assert Snapshot().changed() is False


def test_change_after_rollback_is_detected(cast):
    before = Snapshot()
    with transaction.atomic():
        Subject.objects.update(colour="#010203")
        transaction.set_rollback(True)
    before.restored()
    Subject.objects.update(colour="#010203")
    assert before.changed()
