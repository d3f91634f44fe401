"""Crawl all pages that links lead to."""

from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from interviews import document as d
from interviews import publishing
from interviews.models import Contributor, Speaker
from tests.builders import a_document_with, published
from tests.photodesk.files import a_made_photo
from tests.shared_rows import built_once

from .pages import a_full_document, publish_many
from .reading import crawl

pytestmark = pytest.mark.django_db


@built_once
def pages(cast):
    publish_many(cast, 3)
    photo = a_made_photo(cast.photographer)
    published(cast, a_document_with(photo, subjects=(d.Subject(name="水"),)))
    withdrawn = published(cast, a_full_document(4))
    publishing.withdraw(feature=withdrawn.feature, actor=cast.chief, reason="数据有误。")
    return crawl(Client())


def test_crawl_reaches_every_page(pages):
    paths = {urlsplit(address).path for address in pages}
    speakers = [speaker.pk for speaker in Speaker.objects.all() if speaker.organisation != "和顺县林业局4"]
    assert len([path for path in paths if path.startswith("/features/")]) == 1 + 4
    assert len([path for path in paths if path.startswith("/topics/")]) == 1 + 3 * 2 + 1
    assert len([path for path in paths if path.startswith("/photos/")]) == 1 + 1
    assert {f"/speakers/{key}/" for key in speakers} <= paths
    assert {f"/contributors/{person.pk}/" for person in Contributor.objects.all()} <= paths
    assert len(pages) > 40


def test_pages_are_sound(pages, settings):
    for address, page in pages.items():
        says_what_it_is(address, page, settings.SITE_URL)
        has_nothing_inline_and_nothing_foreign(address, page)
        leads_to_what_is_there(address, page, pages)
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids)), address


def says_what_it_is(address, page, site):
    assert page.status == 200, address
    assert page.count("h1") == 1, address
    assert page.count("main") == 1, address
    assert page.all("html", "lang") == ["zh-Hans"]
    assert page.link("canonical").startswith(site + urlsplit(address).path), address
    description = [a["content"] for name, a in page.elements if name == "meta" and a.get("name") == "description"]
    assert description[0].strip(), address


def has_nothing_inline_and_nothing_foreign(address, page):
    assert not page.count("style"), address
    # Browsers don't run data blocks.
    assert set(page.all("script", "type")) <= {"application/ld+json"}, address
    assert page.count("script") == len(page.all("script", "type")), address
    assert not [a for _, a in page.elements if "style" in a or any(name.startswith("on") for name in a)], address
    addresses = [*page.links, *page.all("link", "href"), *page.all("img", "src")]
    assert all(link.startswith(("/", "#", "http://127.0.0.1:8000/")) for link in addresses), address


def leads_to_what_is_there(address, page, pages):
    for link in page.links:
        path, _, anchor = link.partition("#")
        assert not anchor or anchor in pages[path or address].ids, link
    for link in page.all("link", "href"):
        if link.startswith("/static/"):
            assert finders.find(link.removeprefix("/static/")), link


def test_images_exist_with_alt_text(client, pages):
    found = [each for page in pages.values() for name, each in page.elements if name in {"img", "source"}]
    for each in found:
        for candidate in each["srcset"].split(", "):
            assert client.get(candidate.split()[0]).status_code == 200
    images = [each for each in found if "alt" in each]
    assert {"alt", "width", "height", "sizes"} <= set.intersection(*map(set, images))
    assert len(images) >= 7
