"""Caching, conditional requests, headers, and malformed or hostile input."""

import re
from itertools import product
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from interviews import publishing
from interviews.models import Subject
from interviews.publishing.preview_links import token_of
from jinzhong_eco import environment
from jinzhong_eco.middleware import REVALIDATED
from tests.builders import a_draft, published
from tests.publishing.test_editions import next_version
from tests.shared_rows import built_once
from tests.thorough import THOROUGH, examples

from .pages import a_full_document, publish_many
from .reading import get
from .register import PAGES, a_site, pages_there

pytestmark = pytest.mark.django_db

# Paths that get hostile input.
PATHS = [re.sub(r"\{\w+\}", "1", page.address.partition("?")[0]) for page in PAGES if page.cached]
PATHS += ["/media/1/x.jpg", "/preview/x/", "/features/1/share-x.png"]


@built_once
def filled(cast):
    edition = published(cast, a_full_document(1))
    return {"feature": edition.feature_id, "topic": edition.revision.read().topics[0].id, "edition": edition}


@built_once
def site(cast):
    return a_site(cast)


@pytest.fixture
def kept(site):
    return [page.address.format(**site) for page in pages_there() if page.cached]


class TestCacheablePages:
    def test_cacheable_but_revalidated(self, client, kept):
        for address in kept:
            response = client.get(address)
            assert response.status_code == 200, address
            assert response["Cache-Control"] == REVALIDATED, address
            assert not response.cookies, address

    def test_only_registered_pages_are_cacheable(self, client, site):
        for page in pages_there():
            response = client.get(page.address.format(**site))
            assert (response["Cache-Control"] == REVALIDATED) == page.cached, page

    def test_etag_gives_304(self, client, kept):
        for address in kept:
            first = client.get(address)
            again = client.get(address, headers={"if-none-match": first["ETag"]})
            assert again.status_code == 304, address
            assert again.content == b"", address
            assert again["ETag"] == first["ETag"], address
            assert again["Cache-Control"] == first["Cache-Control"], address
            other = client.get(address, headers={"if-none-match": '"other"'})
            assert other.status_code == 200, address

    def test_304_repeats_headers(self, client, kept):
        for address in kept:
            first = client.get(address, headers={"accept-encoding": "gzip"})
            again = client.get(address, headers={"if-none-match": first["ETag"], "accept-encoding": "gzip"})
            assert again.status_code == 304, address
            for name in ("ETag", "Vary", "Cache-Control", "X-Frame-Options", "Permissions-Policy"):
                assert again.get(name) == first.get(name), (address, name)
            assert "Content-Type" not in again, address
            assert "Content-Length" not in again, address

    def test_no_gzip_unless_accepted(self, client, kept):
        for address in kept:
            response = client.get(address, headers={"accept-encoding": "gzip;q=0, identity"})
            assert "Content-Encoding" not in response, address

    def test_head_headers_match_get(self, client, kept):
        for address in kept:
            got, head = client.get(address), client.head(address)
            assert head.content == b"", address
            assert head["ETag"] == got["ETag"], address
            assert head["Content-Type"] == got["Content-Type"], address

    def test_vary_by_encoding_only(self, client, kept):
        for address in kept:
            response = client.get(address, headers={"accept-encoding": "gzip"})
            assert response.get("Vary", "Accept-Encoding") == "Accept-Encoding", address
            if len(client.get(address).content) > 1000:
                assert response["Content-Encoding"] == "gzip", address
                assert response["ETag"].startswith('W/"'), address
                conditions = {"if-none-match": response["ETag"], "accept-encoding": "gzip"}
                assert client.get(address, headers=conditions).status_code == 304, address

    def test_security_headers(self, client, kept):
        for address in kept:
            response = client.get(address)
            policy = response["Content-Security-Policy"]
            assert "unsafe" not in policy, address
            assert "http" not in policy, address
            assert {"default-src 'self'", "object-src 'none'", "base-uri 'none'"} <= set(policy.split("; ")), address
            assert response["X-Content-Type-Options"] == "nosniff", address
            assert response["Referrer-Policy"] == "same-origin", address
            assert response["X-Frame-Options"] == "SAMEORIGIN", address
            assert response["Cross-Origin-Opener-Policy"] == "same-origin", address
            assert "camera=()" in response["Permissions-Policy"], address


@pytest.mark.parametrize(
    "address", ["/nothing", "/features/999/", "/preview/x/", "/healthz", "/features/1/?at=2025-01-01"]
)
def test_other_responses_are_not_cached(client, db, address):
    response = client.get(address)
    assert re.search("no-store|no-cache", response["Cache-Control"])
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "address", ["/static/css/print.css", "/features", "/nothing", "/features/1/?at=x", "/media/1/x.jpg"]
)
def test_security_headers_on_every_response(client, db, address):
    response = client.get(address)
    for name in ("Content-Security-Policy", "Permissions-Policy", "X-Frame-Options", "X-Content-Type-Options"):
        assert name in response, name


class TestETag:
    def tag(self, client, address):
        return client.get(address)["ETag"]

    def test_correction_changes_etag(self, client, cast, filled):
        feature = filled["edition"].feature
        addresses = [f"/features/{feature.pk}/", f"/features/{feature.pk}.json", "/feeds/features.atom"]
        before = [self.tag(client, address) for address in addresses]
        publishing.publish(feature=next_version(cast, feature), actor=cast.chief, wrong="甲", right="乙")
        after = [self.tag(client, address) for address in addresses]
        assert not set(before) & set(after)

    def test_surroundings_change_etag(self, client, cast, filled):
        address = f"/features/{filled['feature']}/"
        before = self.tag(client, address)
        published(cast, a_full_document(2))
        assert self.tag(client, address) != before
        before = self.tag(client, address)
        Subject.objects.update(colour="#010203")
        assert self.tag(client, address) != before

    def test_draft_keeps_etag(self, client, cast, kept):
        before = [self.tag(client, address) for address in kept]
        a_draft(cast)
        assert [self.tag(client, address) for address in kept] == before

    def test_withdrawn_is_410_whatever_the_etag(self, client, cast, filled):
        address = f"/features/{filled['feature']}/"
        tag = self.tag(client, address)
        publishing.withdraw(feature=filled["edition"].feature, actor=cast.chief, reason="有误。")
        assert client.get(address, headers={"if-none-match": tag}).status_code == 410

    def test_last_modified(self, client, filled):
        for address in ("/features/{feature}/", "/features/{feature}.json", "/topics/{topic}/"):
            assert client.get(address.format(**filled))["Last-Modified"].endswith(" GMT")

    def test_preview_is_not_cached(self, client, cast, filled):
        link = publishing.share_preview(feature=filled["edition"].feature, actor=cast.chief, days=1)
        response = client.get(f"/preview/{token_of(link)}/")
        assert response["Cache-Control"] == "private, no-store"
        assert "ETag" not in response
        assert response["X-Robots-Tag"] == "noindex, nofollow"


class TestErrors:
    def test_400_page(self, client, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            response = client.get("/", headers={"host": "evil.example/<script>"})
        assert response.status_code == 400
        assert "请求没有看懂" in response.content.decode()

    def test_403_page(self, client, cast):
        client.force_login(cast.photographer)
        response = client.get(reverse("admin:interviews_feature_add"))
        assert response.status_code == 403
        assert "不能查看" in response.content.decode()

    def test_csrf_failure_returns_typed_text(self, cast):
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.reporter)
        typed = {"text": "核对“297 天”\n<b>", "password": "夜班密码", "csrfmiddlewaretoken": "旧的"}
        response = client.post(reverse("admin:interviews_feature_create"), typed)
        html = response.content.decode()
        assert response.status_code == 403
        assert "这一页放得太久了" in html
        assert "核对“297 天”<br>&lt;b&gt;" in html
        assert "夜班密码" not in html
        assert "旧的" not in html

    def test_404_page_offers_search(self, client, db):
        page = get(client, "/nothing-here")
        assert page.status == 404
        assert page.all("form", "action") == ["/search/"]


class TestFooter:
    def test_empty_footer(self, client, db):
        html = get(client, "/").html
        assert "statutory" not in html
        assert "来源：" not in html

    def test_footer_with_all_settings(self, client, cast, filled, settings):
        settings.PUBLISHER = "晋中日报社"
        settings.ICP_NUMBER = "晋ICP备12345678号-1"
        settings.PUBLIC_SECURITY_NUMBER = "晋公网安备14070002000001号"
        settings.NEWS_LICENCE = "14120200001"
        settings.REPORT_CONTACT = "0354-0000000"
        for address in ("/", f"/features/{filled['feature']}/", "/nothing"):
            page = get(client, address)
            assert "https://beian.miit.gov.cn/" in page.links
            assert "https://beian.mps.gov.cn/#/query/webSearch?code=14070002000001" in page.links
            for words in (settings.ICP_NUMBER, settings.NEWS_LICENCE, settings.REPORT_CONTACT, "转载请注明来源"):
                assert words in page.text
        assert "来源：晋中日报社" in get(client, f"/features/{filled['feature']}/").text

    @pytest.mark.parametrize("name", ["ICP_NUMBER", "PUBLIC_SECURITY_NUMBER", "REPORT_CONTACT"])
    def test_footer_with_one_setting(self, client, db, settings, name):
        setattr(settings, name, "晋公网安备14070002000001号")
        page = get(client, "/")
        assert "晋公网安备14070002000001号" in page.text
        assert "许可证" not in page.text

    @pytest.mark.parametrize("value", ["12345", "ICP备1号", "<script>"])
    def test_invalid_icp_number_fails_at_start(self, monkeypatch, value):
        monkeypatch.setenv("ICP_NUMBER", value)
        with pytest.raises(ImproperlyConfigured, match="ICP_NUMBER"):
            environment.matching("ICP_NUMBER", r"\S{1,3}ICP[备证]\d+号(-\d+)?", "晋ICP备12345678号-1")


NASTY = ["", "0", "-1", "1e9", "9" * 400, "%00", "\x00", "\ud800", "１", "٣", "NaN", "../../etc/passwd", "' OR 1=1--"]
NASTY += [
    '"><script>alert(1)</script>',
    "{{7*7}}",
    "${7*7}",
    "\r\nX-Evil: 1",
    "字" * 3000,
    "“" * 500,
    "%" * 300,
    "\u202e",
]
LISTED = ["q", "page", "year", "month", "subject", "speaker", "contributor", "sort", "initial"]
NAMES = [*LISTED, "at", "preview"]


def asked(path, pairs):
    query = "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs)
    return f"{path.partition('?')[0]}?{query}"


def is_sound(response):
    assert response.status_code < 500
    assert "X-Evil" not in response.headers
    if response.get("Content-Type", "").startswith("text/html") and "Content-Encoding" not in response:
        html = response.content.decode()
        assert "<script>alert" not in html
        assert "49" not in re.findall(r'value="([^"]*)"', html)


unhurried = hypothesis_settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)


class TestHostileInput:
    def test_hostile_parameters(self, client, filled):
        pairs = list(product(PATHS, NASTY))
        # Each page gets a third of the values, each value a third of the pages.
        for path, value in pairs if THOROUGH else pairs[::3]:
            is_sound(client.get(asked(path, [(name, value) for name in NAMES])))
            is_sound(client.get(asked(path, [(name, value) for name in LISTED])))

    def test_random_parameters(self, client, cast):
        publish_many(cast, 3)
        number = st.integers(-5, 2**70).map(str)
        value = st.one_of(st.sampled_from(NASTY), number, st.text(max_size=40))
        pairs = st.lists(st.tuples(st.sampled_from(NAMES), value), max_size=5)

        @hypothesis_settings(unhurried, max_examples=examples(150))
        @given(st.sampled_from(PATHS), pairs)
        def check(path, pairs):
            with CaptureQueriesContext(connection) as queries:
                is_sound(client.get(asked(path, pairs)))
            assert len(queries) <= 14

        check()

    @hypothesis_settings(unhurried, max_examples=examples(80))
    @given(path=st.text(st.characters(exclude_characters="?#"), max_size=60))
    def test_random_paths(self, db, path):
        is_sound(Client().get("/" + quote(path.encode("utf-8", "surrogatepass"))))

    @pytest.mark.parametrize("query", ["%", "%zz", "=&=&", "&" * 500, "q=%ff%fe", "page=%E0%80%80", "q[]=1", "q=1&q=2"])
    def test_malformed_query_strings(self, client, filled, query):
        for path in ("/", "/features/", "/search/", "/speakers/"):
            is_sound(client.get(f"{path}?{query}"))

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("accept-encoding", "gzip;q=x, br, *"),
            ("accept-encoding", "\xff"),
            ("accept-language", "en" * 500),
            ("if-none-match", '"' * 999),
            ("if-none-match", "*"),
            ("if-modified-since", "yesterday"),
            ("if-modified-since", "Thu, 01 Jan 99999 00:00:00 GMT"),
            ("range", "bytes=0-1,5-"),
            ("cookie", "sessionid=nonsense; csrftoken=\x01"),
            ("host", "localhost:99999999"),
            ("host", "a b"),
            ("x-forwarded-host", "evil.example"),
            ("x-http-method-override", "DELETE"),
            ("content-length", "x"),
        ],
    )
    def test_hostile_headers(self, client, filled, name, value):
        for path in ("/", f"/features/{filled['feature']}/", "/search/?q=水"):
            response = client.get(path, headers={name: value})
            is_sound(response)
            assert b"evil.example" not in response.content

    def test_unusual_methods(self, client, kept):
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "X"):
            for address in kept:
                response = client.generic(method, address)
                assert response.status_code == 405, (method, address)
                assert set(response["Allow"].split(", ")) == {"GET", "HEAD"}, (method, address)
