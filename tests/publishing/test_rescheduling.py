"""What was scheduled and is given another time: it does not appear early, and what it was to replace stays on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from interviews.models import Edition
from interviews.publishing import publish, verify_editions
from tests.builders import published

from .test_editions import next_version

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def shown_at(feature, moment):
    return [edition.number for edition in Edition.objects.public(moment).filter(feature=feature)]


def test_a_first_edition_is_put_off_and_brought_forward(cast):
    now = timezone.now()
    feature = published(cast, at=now + HOUR).feature
    publish(feature=feature, actor=cast.chief, at=now + 3 * HOUR)
    assert shown_at(feature, now + 2 * HOUR) == []
    publish(feature=feature, actor=cast.chief, at=now + 2 * HOUR)
    assert shown_at(feature, now + 2.5 * HOUR) == [3]
    publish(feature=feature, actor=cast.chief)
    assert verify_editions() == []


def test_a_correction_is_put_off_and_the_first_edition_stays_on(cast):
    now = timezone.now()
    feature = next_version(cast, published(cast).feature)
    publish(feature=feature, actor=cast.chief, at=now + HOUR, note="补充数据")
    assert shown_at(feature, now + 2 * HOUR) == [2]
    publish(feature=feature, actor=cast.chief, at=now + 3 * HOUR)
    assert shown_at(feature, now + 2 * HOUR) == [1]
    assert shown_at(feature, now + 4 * HOUR) == [3]
    assert verify_editions() == []
