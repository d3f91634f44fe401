"""Handling before Django, tested through the WSGI callable because the test client bypasses it."""

from io import BytesIO

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from jinzhong_eco.content_types import understood
from tests.public.pages import publish_many

pytestmark = pytest.mark.django_db
UNREADABLE = ["a; x*=foo''%ff", "text/plain; charset=rot13", "text/plain; charset=undefined", "a/b" + ";" * 100_000]
ODD = ["text/plain; charset=utf-16", "text/plain; charset=gbk", "text/plain; charset=utf-7"]
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def connections_stay_open():
    """Keep requests from closing the connections, which belong to the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(method, path, query="", body=b"", **environ):
    from jinzhong_eco.wsgi import handler

    answered = []
    asked = RequestFactory()._base_environ(PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=method)
    asked |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body)), **environ}
    pieces = understood(handler)(asked, lambda status, headers: answered.extend((int(status[:3]), dict(headers))))
    return *answered, b"".join(pieces).decode()


def test_content_type_is_ignored_on_get(cast):
    publish_many(cast, 14)
    for path, query in (("/features/", "page=2"), ("/search/", "q=%E7%A9%BA%E6%B0%94"), ("/robots.txt", "")):
        usual = ask("GET", path, query)
        assert usual[0] == 200
        for kind in [*UNREADABLE, *ODD, "", "application/json"]:
            assert ask("GET", path, query, CONTENT_TYPE=kind) == usual, (path, kind[:40])


@pytest.mark.parametrize("kind", [*UNREADABLE, *ODD], ids=lambda kind: kind[:40])
def test_undecodable_body_is_refused(kind):
    for path in ("/search/", "/admin/login/"):
        status, headers, text = ask("POST", path, body="a=空".encode(), CONTENT_TYPE=kind)
        assert (status, "Content-Type" in text) == (400, True)
        assert headers["Content-Type"] == "text/plain; charset=utf-8"


def test_form_is_read():
    assert ask("POST", "/admin/login/", body=b"a=b", CONTENT_TYPE=f"{FORM}; charset=UTF-8")[0] == 403
    assert ask("POST", "/search/", body=b"a=b", CONTENT_TYPE=FORM)[0] == 405


def test_body_of_anonymous_post_is_not_read():
    """A slow sender would occupy a thread."""

    class Endless(BytesIO):
        def read(self, *_):
            raise AssertionError("read")

        readline = read

    body = {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": "1000", "wsgi.input": Endless()}
    assert ask("POST", "/admin/login/", **body)[0] == 403


def test_disallowed_host_is_not_logged(client, capfd):
    assert client.get("/", headers={"host": "evil.example" + "x" * 300}).status_code == 400
    assert "evil" not in capfd.readouterr().err
