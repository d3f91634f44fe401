"""Real web servers give a pressed site as the application gives the live one."""

from __future__ import annotations

import gzip
from datetime import timedelta
from types import SimpleNamespace

import brotli
import pytest
from django.utils import timezone

from interviews import document as d
from interviews import people, photodesk, publishing
from interviews.models import Feature, Photo, Speaker
from tests.builders import a_document, a_document_with, a_speaker, a_topic, an_interview, published
from tests.photodesk.files import a_made_photo
from tests.publishing.test_editions import next_version

from .pages import a_full_document, publish_many
from .pressed import collect, press_once
from .register import a_site, pages_pressed
from .stores import ask, handler
from .web_servers import serving

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(480)]

HOST = "127.0.0.1:8000"
# Of each page, or the server's own.
OWN = {
    "content-length",
    "date",
    "etag",
    "last-modified",
    "vary",
    "content-type",
    "accept-ranges",
    "connection",
    "server",
}
OWN |= {"content-encoding", "transfer-encoding", "location"}
# "inline; filename=" and the name in the address: what browsers take without it.
OWN |= {"content-disposition"}
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.fixture(autouse=True)
def data_of_its_own(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.STATIC_ROOT = settings.DATA_DIR / "static"
    settings.PAGE_STAMP = settings.DATA_DIR / "pages.stamp"
    settings.ALLOWED_HOSTS = ["*"]
    collect(settings.STATIC_ROOT)


@pytest.fixture(params=["caddy", "nginx"])
def site(request, cast, tmp_path):
    """A site with a page of each kind, withdrawn ones, a merged speaker, and enough pages for lists of several."""
    keys = a_site(cast)
    publish_many(cast, 11)
    gone = published(cast, a_full_document(7))
    publishing.withdraw(feature=gone.feature, actor=cast.chief, reason="其中一处数据有误。")
    hidden = a_made_photo(cast.photographer, seed=21, size=(320, 240))
    published(cast, a_document_with(hidden))
    photodesk.withdraw(photo=hidden, actor=cast.chief, reason="当事人不同意")
    for organisation in ("市环保局", "市生态环境局"):
        topic = a_topic("碧水", an_interview(speaker=a_speaker("裴国欣二", organisation)))
        published(cast, a_document(topics=(topic,), issue=d.Issue(date="2025-03-10", page=3)))
    kept, merged = Speaker.objects.filter(name="裴国欣二")
    people.merge(kept=kept, merged=merged, actor=cast.editor)
    folder = tmp_path / "pressed"
    press_once(folder)
    with serving(request.param, folder, tmp_path / "server") as server:
        yield SimpleNamespace(
            server=server,
            kind=request.param,
            folder=folder,
            cast=cast,
            keys=keys,
            gone=gone,
            hidden=hidden,
            merged=merged.pk,
        )


def live(address):
    return ask(handler, address, HTTP_HOST=HOST)


def type_of(headers) -> str:
    return headers.get("content-type", "").replace('"', "").replace("text/xml", "application/xml").lower()


def decoded(given) -> bytes:
    return UNPACK.get(given.headers.get("content-encoding"), bytes)(given.body)


def same(server, address, **asked):
    """Compare status, type, body and headers with the live answer."""
    expected, given = live(address), server.get(address, **asked)
    assert given.status == expected.status, address
    if expected.status not in {301, 304}:
        assert decoded(given) == expected.body, address
        assert type_of(given.headers) == type_of(expected.headers), address
    ours = {name: value for name, value in given.headers.items() if name not in OWN}
    assert ours == {name: value for name, value in expected.headers.items() if name not in OWN}, address
    return given


def test_pages_are_given_as_live(site):
    """All in one test: pressing and starting take longer than asking."""
    pages = [p for p in pages_pressed() if "?" not in p.address]
    addresses = [page.address.format(**site.keys) for page in pages]
    year = f"/features/?year={live_year()}"
    addresses += ["/features/?page=2", year, "/speakers/?initial=Z", f"/features/{site.keys['feature']}/?lite=1"]
    for address in addresses:
        same(site.server, address)
        given = same(site.server, address, Accept_Encoding="gzip, br")
        if "text/html" in type_of(given.headers):
            assert given.headers["content-encoding"] == ("gzip" if site.kind == "nginx" else "br"), address
            assert "accept-encoding" in given.headers["vary"].lower()
    etags_are_confirmed_with_304(site)
    unknown_parameters_get_the_plain_page(site)
    withdrawn_is_410(site)
    redirects_are_301(site)
    unknown_is_404(site)
    nothing_private_is_given(site)
    methods_that_write_are_refused(site)
    static_files_are_served(site)
    search_needs_the_application(site)


def live_year() -> int:
    return Feature.objects.exclude(issue_date=None).order_by("pk").first().issue_date.year


def etags_are_confirmed_with_304(site):
    for address in ("/", "/features/?page=2", "/feeds/features.atom", "/robots.txt", f"/media/{site.keys['file']}"):
        for encoding in ("identity", "gzip"):
            first = site.server.get(address, Accept_Encoding=encoding)
            again = site.server.get(address, Accept_Encoding=encoding, If_None_Match=first.headers["etag"])
            assert (again.status, again.body) == (304, b""), address
            assert again.headers["cache-control"] == live(address).headers["cache-control"], address
            assert "content-security-policy" in again.headers
        assert site.server.get(address, "HEAD").body == b""


def unknown_parameters_get_the_plain_page(site):
    for query in ("?utm_source=wx", "?page=", "?year=1999&page=../../x", "?" + "x" * 3000, "?%00", "?page=2/"):
        given = site.server.get("/features/" + query)
        assert given.status == 200, query
        assert given.body == live("/features/").body, query
    assert site.server.get("/features/1.json?x=1").body == live("/features/1.json").body


def withdrawn_is_410(site):
    feature = site.gone.feature_id
    topic = site.gone.revision.read().topics[0].id
    for address in (
        f"/features/{feature}/",
        f"/features/{feature}.json",
        f"/topics/{topic}/",
        f"/photos/{site.hidden.pk}/",
    ):
        given = same(site.server, address)
        assert given.status == 410, address
        assert same(site.server, address, Accept_Encoding="gzip").status == 410
    assert site.server.get(f"/features/{feature}/?lite=1").status == 410
    assert same(site.server, f"/features/{feature}/history/").status == 200
    file = site.hidden.renditions.first().name
    assert same(site.server, f"/media/{file}").status == 410


def redirects_are_301(site):
    given = same(site.server, f"/speakers/{site.merged}/")
    assert (given.status, given.headers["location"]) == (301, live(f"/speakers/{site.merged}/").headers["location"])
    for address in ("/features", "/speakers/1", "/features?page=2"):
        given = site.server.get(address)
        assert given.status in {301, 308}, address
        assert given.headers["location"] == live(address).headers["location"], address


def unknown_is_404(site):
    for address in ("/nothing", "/features/999/", "/features/01/", "/topics/x/", "/media/1/x.jpg", "/x.atom", "/x.xml"):
        given = same(site.server, address)
        assert given.status == 404, address
        assert "没有找到这个页面" in decoded(given).decode()


def nothing_private_is_given(site):
    names = [".press.sqlite3", ".press.lock", ".press/headers.conf", ".press/redirects.conf", ".press/", ".press"]
    names += [".git/config", "features/.hidden", "%2epress.sqlite3", "./.press.lock", "features/../.press.sqlite3"]
    names += [
        "features/index.html",
        "features/index@page=2.html",
        "features/index.html.gz",
        "index.html.br",
        "404.html",
    ]
    names += [f"features/{site.gone.feature_id}/index.html.410.html", "50x.html", "media/", "static/", "static/js/"]
    (site.folder / "features/.hidden").write_text("x")
    for name in names:
        assert site.server.get("/" + name).status == 404, name


def methods_that_write_are_refused(site):
    for method in ("POST", "PUT", "DELETE"):
        assert site.server.get("/features/", method).status == 405, method


def static_files_are_served(site):
    (site.folder / "static/js/reader.0123456789ab.js").write_text("x")
    given = site.server.get("/static/js/reader.js", Accept_Encoding="gzip")
    assert given.headers["content-encoding"] == "gzip"
    assert given.headers["cache-control"] == "max-age=60, public"
    assert type_of(given.headers) == "text/javascript; charset=utf-8"
    hashed = site.server.get("/static/js/reader.0123456789ab.js")
    assert hashed.headers["cache-control"] == "max-age=315360000, public, immutable"
    assert type_of(site.server.get("/static/css/print.css").headers) == "text/css; charset=utf-8"
    assert type_of(site.server.get("/static/img/seal.svg").headers) == "image/svg+xml"


def search_needs_the_application(site):
    given = site.server.get("/search/?q=%E7%A9%BA%E6%B0%94")
    assert (given.status, given.headers["x-robots-tag"]) == (200, "noindex")
    assert "这里不能检索" in given.body.decode()


def test_changes_are_given_at_once(site):
    """Without a reload: a correction, a withdrawal, a photo whose term ends."""
    address = f"/features/{site.keys['feature']}/"
    etag = site.server.get(address).headers["etag"]
    feature = next_version(site.cast, Feature.objects.get(pk=site.keys["feature"]))
    publishing.publish(feature=feature, actor=site.cast.chief, wrong="三", right="四")
    photo = Photo.objects.get(pk=site.keys["photo"])
    ends = timezone.localdate() + timedelta(days=3)
    photodesk.describe(photo=photo, actor=site.cast.chief, changes={"expires_on": ends})
    press_once(site.folder)
    assert site.server.get(address, If_None_Match=etag).status == 200
    same(site.server, address, Accept_Encoding="gzip")
    assert site.server.get(f"/media/{site.keys['file']}").headers["cache-control"] == "public, no-cache"
    publishing.withdraw(feature=feature, actor=site.cast.chief, reason="有误。")
    press_once(site.folder)
    assert same(site.server, address, Accept_Encoding="gzip").status == 410
    assert same(site.server, f"/features/{feature.pk}.json").status == 410
