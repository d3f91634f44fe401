"""Rescheduling: an edition is not public early, and the one before it stays until then."""

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


def test_first_edition_is_postponed_and_advanced(cast):
    now = timezone.now()
    feature = published(cast, at=now + HOUR).feature
    publish(feature=feature, actor=cast.chief, at=now + 3 * HOUR)
    assert shown_at(feature, now + 2 * HOUR) == []
    publish(feature=feature, actor=cast.chief, at=now + 2 * HOUR)
    assert shown_at(feature, now + 2.5 * HOUR) == [3]
    publish(feature=feature, actor=cast.chief)
    assert verify_editions() == []


def test_postponed_correction_leaves_first_edition(cast):
    now = timezone.now()
    feature = next_version(cast, published(cast).feature)
    publish(feature=feature, actor=cast.chief, at=now + HOUR, note="补充数据")
    assert shown_at(feature, now + 2 * HOUR) == [2]
    publish(feature=feature, actor=cast.chief, at=now + 3 * HOUR)
    assert shown_at(feature, now + 2 * HOUR) == [1]
    assert shown_at(feature, now + 4 * HOUR) == [3]
    assert verify_editions() == []
