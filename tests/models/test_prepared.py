"""Prepared queries return what the queryset would, with any values."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from interviews.models import PublishedFeature, PublishedTopic
from interviews.models.prepared import MOST_SHAPES, Prepared, PreparedStatement, any_of
from tests.public.pages import publish_many
from tests.shared_rows import built_once

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@built_once
def pages(cast):
    publish_many(cast, 4)


def before(at, day, newest):
    rows = PublishedFeature.objects.public(at).filter(date__lt=day).exclude(edition=newest)
    return rows.select_related("edition").prefetch_related("subjects").order_by("feature_id")


@pytest.mark.parametrize("kind", [Prepared, PreparedStatement])
def test_returns_the_same_rows(pages, django_assert_num_queries, kind):
    prepared, now = kind(before), timezone.now()
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


def titled(**given):
    rows = PublishedTopic.objects.order_by("topic_id")
    if "keys" in given:
        rows = rows.filter(topic_id__in=any_of(given["keys"]))
    return rows.filter(title=given["title"]) if "title" in given else rows


@pytest.mark.parametrize("kind", [Prepared, PreparedStatement])
def test_names_that_are_given_make_the_shape(pages, kind):
    prepared = kind(titled)
    every = list(PublishedTopic.objects.order_by("topic_id"))
    keys = [topic.topic_id for topic in every]
    assert prepared() == every
    for count in (1, 3, 0):
        assert prepared(keys=keys[:count]) == every[:count]
    assert prepared(title=every[0].title) == [topic for topic in every if topic.title == every[0].title]
    assert prepared(keys=keys[:1], title=every[0].title) == every[:1]
    assert prepared(keys=keys[:1], title="“没有” \\0 %s") == []


def test_slices(pages, monkeypatch):
    prepared = Prepared(titled)
    every = list(PublishedTopic.objects.order_by("topic_id"))
    for start in range(MOST_SHAPES + 1):
        assert prepared(slice(start, start + 2)) == every[start : start + 2]
    assert prepared(slice(2)) == every[:2]


def test_statement_is_prepared_once_a_connection(pages):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite builds each query anew")
    prepared = PreparedStatement(lambda title: PublishedTopic.objects.filter(title=title))
    Prepared(lambda title: PublishedTopic.objects.filter(title=title)[:3])(title="甲")
    for title in ("甲", "乙", "丙"):
        prepared(title=title)
        PublishedTopic.objects.filter(title=title).first()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT SUM(generic_plans + custom_plans) FROM pg_prepared_statements WHERE statement LIKE %s", ["%title%"]
        )
        assert cursor.fetchone()[0] == 3
        cursor.execute("SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%title%"])
        assert cursor.fetchone()[0] == 1
