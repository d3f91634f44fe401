"""The register has a correct row for every public URL."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from lxml import etree

from interviews.public.urls import urlpatterns

from .register import PAGES, a_site, pages_there

pytestmark = pytest.mark.django_db


def test_every_url_is_registered():
    missing = {each.name for each in urlpatterns} - {page.url for page in PAGES}
    assert not missing, (
        f"{sorted(missing)}: give each a row in tests/public/register.py: its address; whether the sitemap lists it"
        " (views/sitemaps.py), caches keep it and axe looks at it; and how many queries it takes."
    )
    assert {page.url for page in PAGES} <= {each.name for each in urlpatterns}, "a row for a URL that is gone"


def test_rows_resolve(client, cast):
    keys = a_site(cast)
    for page in pages_there():
        address = page.address.format(**keys)
        found = (resolve(urlsplit(address).path).url_name, client.get(address).status_code)
        assert found == (page.url, 200), address


def test_sitemap_matches_register(client, cast):
    keys = a_site(cast)
    files = etree.fromstring(client.get("/sitemap.xml").content).iterfind(".//{*}loc")
    listed = {
        urlsplit(location.text).path
        for file in files
        for location in etree.fromstring(client.get(urlsplit(file.text).path).content).iterfind(".//{*}loc")
    }
    wrong = [page for page in PAGES if (page.address.format(**keys) in listed) != page.sitemap]
    assert wrong == []
    assert {resolve(path).url_name for path in listed} == {page.url for page in PAGES if page.sitemap}
