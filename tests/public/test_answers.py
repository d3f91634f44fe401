"""Methods, error pages, the health check and robots.txt."""

import pytest
from django.db import DatabaseError, connection
from django.test import RequestFactory

from interviews.public.views import faults
from tests.builders import published
from tests.shared_rows import built_once

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


@built_once
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
    def test_head_has_no_body(self, client, filled, address):
        response = client.head(address.format(**filled))
        assert response.status_code == 200
        assert response.content == b""

    def test_other_methods_are_not_allowed(self, client, filled, address):
        for method in (client.post, client.put, client.patch, client.delete, client.options):
            response = method(address.format(**filled))
            assert response.status_code == 405
            assert set(response["Allow"].split(", ")) == {"GET", "HEAD"}

    def test_no_cookies(self, client, filled, address):
        response = client.get(address.format(**filled))
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")

    def test_strict_csp(self, client, filled, address):
        policy = client.get(address.format(**filled))["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_redirect_adds_slash(client, filled):
    assert client.get("/features").headers["Location"] == "/features/"


class TestErrors:
    def test_404_page(self, client, db):
        page = get(client, "/no-such-page")
        assert page.status == 404
        assert page.count("h1") == 1
        assert "没有找到这个页面" in page.text
        assert "/features/" in page.links

    def test_500_page_needs_no_database_or_static_files(self, django_assert_num_queries, settings):
        settings.STORAGES = {"staticfiles": {"BACKEND": "no.such.Storage"}}
        with django_assert_num_queries(0):
            response = faults.server_error(RequestFactory().get("/"))
        page = Page(response.status_code, response.content.decode())
        assert page.status == 500
        assert page.count("h1") == 1
        assert "服务器" in page.text

    def test_failing_view_renders_500_page(self, client, db, monkeypatch):
        def fail(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr("interviews.public.views.front.render", fail)
        client.raise_request_exception = False
        page = get(client, "/")
        assert page.status == 500
        assert "服务器出了问题" in page.text


class TestHealth:
    def test_healthz_ok(self, client, db):
        assert client.get("/healthz").content.strip() == b"ok"

    def test_healthz_503_without_database(self, client, db, monkeypatch):
        def fail():
            raise DatabaseError("gone")

        monkeypatch.setattr(connection, "cursor", fail)
        assert client.get("/healthz").status_code == 503

    def test_healthz_is_not_cached(self, client, db):
        assert "no-store" in client.get("/healthz")["Cache-Control"]


def test_robots_txt_disallows_admin(client, db):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert b"Disallow: /admin/" in response.content
