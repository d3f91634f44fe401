"""A page asks the database as often for thirty features as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.models import Contributor, PublishedFeature, PublishedPhoto, PublishedTopic, Speaker
from tests.builders import a_document_with, a_photo, published

from .pages import a_full_document, publish_many, reprint

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

# Each page asks so often, whatever there is.
NUMBERS = {
    "front": 8,
    "features": 6,
    "features of a year": 3,
    "feature": 6,
    "json": 1,
    "topics": 5,
    "topic": 8,
    "speakers": 3,
    "speaker": 5,
    "contributor": 5,
    "photos": 3,
    "photo": 3,
    "healthz": 1,
}


def addresses():
    feature = PublishedFeature.objects.order_by("feature_id").first().feature_id
    return {
        "front": "/",
        "features": "/features/",
        "features of a year": "/features/?year=2021&month=2&subject=1",
        "feature": f"/features/{feature}/",
        "json": f"/features/{feature}.json",
        "topics": "/topics/",
        "topic": f"/topics/{PublishedTopic.objects.order_by('topic_id').first().topic_id}/",
        "speakers": "/speakers/",
        "speaker": f"/speakers/{Speaker.objects.order_by('pk').first().pk}/",
        "contributor": f"/contributors/{Contributor.objects.order_by('pk').first().pk}/",
        "photos": "/photos/",
        "photo": f"/photos/{PublishedPhoto.objects.order_by('photo').first().photo_id}/",
        "healthz": "/healthz",
    }


def counts(client):
    found = {}
    for name, address in addresses().items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        found[name] = len(queries)
    return found


def test_the_number_of_queries_is_fixed(client, cast):
    publish_many(cast, 3)
    published(cast, a_document_with(a_photo()))
    assert counts(client) == NUMBERS
    publish_many(cast, 30)
    for _ in range(3):
        published(cast, a_document_with(a_photo()))
    assert counts(client) == NUMBERS


def test_among_ten_thousand_features_too(client, cast):
    edition = published(cast, a_full_document(1))
    published(cast, a_document_with(a_photo()))
    reprint(edition, 10_000)
    assert PublishedFeature.objects.count() == 10_002
    assert counts(client) == NUMBERS


def test_a_single_feature_takes_no_more(client, cast):
    publish_many(cast, 1)
    published(cast, a_document_with(a_photo()))
    for name, number in counts(client).items():
        assert number <= NUMBERS[name], name


def test_what_needs_no_database_asks_none(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/robots.txt").status_code == 200
        assert client.get("/no-such-page").status_code == 404
