"""Prepared queries return what the queryset would, with any values."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from interviews.models import PublishedFeature, PublishedTopic
from interviews.models.prepared import Prepared
from tests.public.pages import publish_many
from tests.shared_rows import built_once

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@built_once
def pages(cast):
    publish_many(cast, 4)


def before(at, day, newest):
    rows = PublishedFeature.objects.public(at).filter(date__lt=day).exclude(edition=newest)
    return rows.select_related("edition").prefetch_related("subjects").order_by("feature_id")


def test_returns_the_same_rows(pages, django_assert_num_queries):
    prepared, now = Prepared(before), timezone.now()
    newest = PublishedFeature.objects.first()
    for at in (now, now - timedelta(days=1)):
        for day in (newest.date, newest.date - timedelta(days=60), date(2100, 1, 1)):
            for key in (newest.pk, 0):
                expected = list(before(at, day, key))
                with django_assert_num_queries(2 if expected else 1):
                    found = prepared(at=at, day=day, newest=key)
                    assert [list(row.subjects.all()) for row in found] == [list(r.subjects.all()) for r in expected]
                    assert [row.edition.published_from for row in found] == [r.edition.published_from for r in expected]
                assert found == expected


def test_returns_values(pages):
    prepared = Prepared(lambda at: PublishedTopic.objects.public(at).values_list("edition_id", "title"))
    assert set(prepared(at=timezone.now())) == set(PublishedTopic.objects.values_list("edition_id", "title"))
    assert prepared(at=timezone.now() - timedelta(days=9)) == []


def test_values_in_the_shape_of_the_query_are_refused(pages):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite builds each query anew")
    prepared = Prepared(lambda at, most: PublishedFeature.objects.public(at)[:most])
    with pytest.raises(ValueError, match="most"):
        prepared(at=timezone.now(), most=3)
