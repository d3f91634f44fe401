"""What readers get from the page store: the same as from Django, for any headers and parameters."""

from __future__ import annotations

import gzip
import threading

import brotli
import pytest

from interviews.public import serving
from tests.builders import published

from .pages import a_full_document, publish_many
from .stores import Process, ask, handler, shown

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def stamp_of_its_own(settings, tmp_path):
    settings.PAGE_STAMP = tmp_path / "pages.stamp"


@pytest.fixture
def process():
    return Process()


@pytest.fixture
def address(cast):
    return f"/features/{published(cast, a_full_document(1)).feature_id}/"


class TestEncodings:
    @pytest.mark.parametrize(
        ("accepted", "encoding"),
        [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip, deflate", "gzip"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("br; q=0.0, gzip ;q=0", None),
            ("GZIP", "gzip"),
            ("identity", None),
            ("brotli, xgzip", None),
            ("", None),
        ],
    )
    def test_best_accepted(self, process, address, accepted, encoding):
        plain = ask(handler, address).body
        for _ in range(2):
            answer = process.ask(address, HTTP_ACCEPT_ENCODING=accepted)
            assert answer.headers.get("content-encoding") == encoding
            unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
            assert unpack(answer.body) == plain
            assert answer.headers["content-length"] == str(len(answer.body))
            assert answer.headers["vary"] == "Accept-Encoding"

    def test_short_text_stays_plain(self, process):
        assert "content-encoding" not in process.ask("/robots.txt", HTTP_ACCEPT_ENCODING="gzip").headers


class TestConditions:
    def test_known_etag_is_304(self, process, address):
        etag = process.ask(address).headers["etag"]
        for tags in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
            answer = process.ask(address, HTTP_IF_NONE_MATCH=tags)
            assert (answer.status, answer.body) == (304, b"")
            assert answer.headers["etag"] == etag
            assert answer.headers["cache-control"] == "public, no-cache"
            assert "content-type" not in answer.headers

    def test_other_etag_gets_the_page(self, process, address):
        for tags in ('"other"', "", "W/", "nonsense"):
            assert process.ask(address, HTTP_IF_NONE_MATCH=tags).status == 200

    def test_first_reader_with_known_etag(self, process, address):
        etag = ask(handler, address).headers["etag"]
        assert process.ask(address, HTTP_IF_NONE_MATCH=etag).status == 304
        assert process.ask(address).status == 200

    def test_head(self, process, address):
        for _ in range(2):
            head, whole = process.ask(address, "HEAD"), process.ask(address)
            assert head.body == b""
            assert head.headers == whole.headers

    def test_other_methods_are_refused(self, process, address):
        process.ask(address)
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            assert process.ask(address, method).status == 405


class TestKeys:
    def test_unknown_parameters_cost_nothing(self, process, address):
        process.ask(address)
        for number in range(50):
            assert process.keeps(f"{address}?x={number}&utm_source=wx")
        assert len(process.stored._store._pages) == 1

    def test_parameters_of_the_view_select(self, process, cast):
        publish_many(cast, 14)
        process.ask("/features/")
        second = process.ask("/features/?page=2&x=1")
        assert second.body != process.ask("/features/").body
        assert process.keeps("/features/?x=2&page=2")
        assert shown(process.ask("/features/?page=1&page=2")) == shown(second)
        assert shown(process.ask("/features/?page=%32")) == shown(second)

    def test_pages_at_a_moment_are_never_kept(self, process, address):
        process.ask(address)
        for query in ("at=2025-01-01", "x=1&at=", "at"):
            assert shown(process.ask(f"{address}?{query}"))[0] == ask(handler, f"{address}?{query}").status
        assert process.ask(f"{address}?at=2025-01-01").status == 403

    def test_host_and_scheme_select(self, process, address, settings):
        settings.ALLOWED_HOSTS = ["testserver", "news.example.cn"]
        process.ask(address)
        assert process.ask(address, HTTP_HOST="evil.example.com").status == 400
        assert process.ask(address, HTTP_HOST="news.example.cn").status == 200
        assert len(process.rendered) == 3

    @pytest.mark.parametrize("path", ["/nothing", "/features/999/", "/features/1/history", "/speakers/77/", "/healthz"])
    def test_errors_and_redirects_are_not_kept(self, process, path):
        for _ in range(2):
            assert shown(process.ask(path)) == shown(ask(handler, path))
        assert not process.keeps(path)

    @pytest.mark.parametrize("query", ["page=%00", "page=%ff", "q=" + "9" * 3000, "page=2;page=3", "&&=&", "page", "%"])
    def test_odd_queries(self, process, cast, query):
        publish_many(cast, 2)
        for path in ("/features/", "/search/"):
            process.ask(path)
            assert shown(process.ask(f"{path}?{query}")) == shown(ask(handler, f"{path}?{query}"))

    def test_newsroom_and_files_are_passed_on(self, process):
        for path in ("/admin/login/", "/media/1/x.jpg", "/preview/x/"):
            process.ask(path)
            assert not process.keeps(path)


class TestConcurrency:
    def test_one_render_at_a_time(self, process, address):
        """Many readers of a page that is not kept render it once."""
        started, proceed = threading.Event(), threading.Event()
        render = process.stored._application

        def slowly(environ, start_response):
            started.set()
            proceed.wait(10)
            return render(environ, start_response)

        process.stored._application = slowly
        answers = []
        readers = [threading.Thread(target=lambda: answers.append(process.ask(address).status)) for _ in range(6)]
        for reader in readers:
            reader.start()
        started.wait(10)
        proceed.set()
        for reader in readers:
            reader.join(20)
        assert answers == [200] * 6
        assert len(process.rendered) == 1

    def test_failure_is_passed_on_and_not_kept(self, process, address, monkeypatch):
        def fails(environ, start_response):
            raise RuntimeError

        render, process.stored._application = process.stored._application, fails
        with pytest.raises(RuntimeError):
            process.ask(address)
        process.stored._application = render
        assert process.ask(address).status == 200


def test_database_failure_asks_django(process, address, monkeypatch):
    """While it cannot be known whether pages are fresh, none is given from memory."""
    process.ask(address)
    monkeypatch.setattr(process.stored._freshness, "check", lambda: False)
    assert not process.keeps(address)


def test_memory_is_bounded(cast):
    publish_many(cast, 6)
    process = Process(most_bytes=60_000)
    for _ in range(2):
        for page in range(1, 40):
            process.ask(f"/search/?q=太行&page={page}")
    assert process.stored._store._bytes <= 60_000


def test_application_has_a_store(settings):
    from jinzhong_eco.wsgi import with_stored_pages

    assert isinstance(with_stored_pages(handler), serving.StoredPages)
    settings.DEBUG = True
    assert with_stored_pages(handler) is handler
