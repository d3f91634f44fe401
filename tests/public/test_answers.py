"""Methods, errors, and what machines ask."""

import pytest
from django.db import DatabaseError, connection
from django.test import RequestFactory

from interviews.public.views import error_pages
from tests.builders import published

from .reading import Page, get

pytestmark = pytest.mark.django_db

ADDRESSES = ["/", "/features/", "/features/{feature}/", "/features/{feature}.json", "/topics/", "/topics/{topic}/"]
ADDRESSES += [
    "/search/",
    "/search/?q=蓝天",
    "/speakers/",
    "/speakers/{speaker}/",
    "/contributors/{contributor}/",
    "/healthz",
    "/robots.txt",
]


@pytest.fixture
def filled(cast):
    edition = published(cast)
    topic = edition.revision.read().topics[0]
    interview = topic.interviews[0]
    return {
        "feature": edition.feature_id,
        "topic": topic.id,
        "speaker": interview.speaker.id,
        "contributor": interview.credits[0].contributors[0].id,
    }


@pytest.mark.parametrize("address", ADDRESSES)
class TestMethods:
    def test_head_is_get_without_a_body(self, client, filled, address):
        response = client.head(address.format(**filled))
        assert response.status_code == 200
        assert response.content == b""

    def test_nothing_else(self, client, filled, address):
        for method in (client.post, client.put, client.patch, client.delete, client.options):
            response = method(address.format(**filled))
            assert response.status_code == 405
            assert set(response["Allow"].split(", ")) == {"GET", "HEAD"}

    def test_no_cookie_is_set_and_none_is_read(self, client, filled, address):
        response = client.get(address.format(**filled))
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")

    def test_the_content_policy_is_strict(self, client, filled, address):
        policy = client.get(address.format(**filled))["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_an_address_without_its_slash_leads_on(client, filled):
    assert client.get("/features").headers["Location"] == "/features/"


class TestErrors:
    def test_not_found_is_a_page_in_chinese(self, client, db):
        page = get(client, "/no-such-page")
        assert page.status == 404
        assert page.count("h1") == 1
        assert "没有找到这个页面" in page.text
        assert "/features/" in page.links

    def test_server_error_needs_nothing(self, django_assert_num_queries, settings):
        settings.STORAGES = {"staticfiles": {"BACKEND": "no.such.Storage"}}
        with django_assert_num_queries(0):
            response = error_pages.server_error(RequestFactory().get("/"))
        page = Page(response.status_code, response.content.decode())
        assert page.status == 500
        assert page.count("h1") == 1
        assert "服务器" in page.text

    def test_a_view_that_fails_is_answered_with_it(self, client, db, monkeypatch):
        def fail(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr("interviews.public.views.front.render", fail)
        client.raise_request_exception = False
        page = get(client, "/")
        assert page.status == 500
        assert "服务器出了问题" in page.text


class TestHealth:
    def test_ok(self, client, db):
        assert client.get("/healthz").content.strip() == b"ok"

    def test_not_ok_when_the_database_does_not_answer(self, client, db, monkeypatch):
        def fail():
            raise DatabaseError("gone")

        monkeypatch.setattr(connection, "cursor", fail)
        assert client.get("/healthz").status_code == 503

    def test_is_kept_by_nobody(self, client, db):
        assert "no-store" in client.get("/healthz")["Cache-Control"]


def test_robots_are_kept_out_of_the_newsroom(client, db):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert b"Disallow: /admin/" in response.content
