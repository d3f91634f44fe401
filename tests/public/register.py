"""The register of public pages: their addresses, and their sitemap, cache, axe and query expectations.

The tests of each are driven by this table; `test_register` fails for a URL without a row.
"""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings

from interviews import document as d
from interviews import publishing
from interviews.models import Edition
from interviews.public import social_images
from interviews.public.views.features import share_address
from interviews.public.views.sitemaps import ADDRESSES_IN_A_FILE
from interviews.publishing.preview_links import token_of
from tests.builders import a_document_with, published
from tests.photodesk.files import a_made_photo
from tests.publishing.test_editions import next_version

from .pages import a_full_document

INDEXNOW_KEY = "8a5c2e0f4b7d4f0d"


class Page(NamedTuple):
    """A kind of page. One URL may have several, by its parameters."""

    url: str  # URL name in interviews/public/urls.py
    address: str  # with keys from `keys_of`
    sitemap: bool  # listed in the sitemap
    cached: bool  # cacheable by anybody who revalidates by its ETag
    axe: bool  # checked with axe in a browser
    queries: int  # number of queries, whatever the data, if nothing is remembered


PAGES = [
    Page("front", "/", sitemap=True, cached=True, axe=True, queries=11),
    Page("features", "/features/", sitemap=True, cached=True, axe=True, queries=6),
    Page("features", "/features/?year=2021&month=2&subject=1", sitemap=False, cached=True, axe=True, queries=3),
    Page("feature", "/features/{feature}/", sitemap=True, cached=True, axe=True, queries=4),
    Page("feature-json", "/features/{feature}.json", sitemap=False, cached=True, axe=False, queries=1),
    Page("ninjs", "/features/{feature}.ninjs.json", sitemap=False, cached=True, axe=False, queries=1),
    Page("newsml", "/features/{feature}.newsml.xml", sitemap=False, cached=True, axe=False, queries=1),
    Page("history", "/features/{corrected}/history/", sitemap=False, cached=True, axe=True, queries=3),
    Page("share", "{share}", sitemap=False, cached=False, axe=False, queries=1),
    Page("preview", "/preview/{token}/", sitemap=False, cached=False, axe=True, queries=2),
    Page("topics", "/topics/", sitemap=True, cached=True, axe=True, queries=6),
    Page("topic", "/topics/{topic}/", sitemap=True, cached=True, axe=True, queries=8),
    Page("speakers", "/speakers/", sitemap=True, cached=True, axe=True, queries=3),
    Page("speakers", "/speakers/?initial=Z", sitemap=False, cached=True, axe=True, queries=3),
    Page("speaker", "/speakers/{speaker}/", sitemap=True, cached=True, axe=True, queries=5),
    Page("contributor", "/contributors/{contributor}/", sitemap=True, cached=True, axe=True, queries=6),
    Page("photos", "/photos/", sitemap=True, cached=True, axe=True, queries=3),
    Page("photo", "/photos/{photo}/", sitemap=True, cached=True, axe=True, queries=3),
    Page("media", "/media/{file}", sitemap=False, cached=False, axe=False, queries=1),
    Page("corrections", "/corrections/", sitemap=True, cached=True, axe=True, queries=2),
    Page("search", "/search/", sitemap=False, cached=True, axe=True, queries=0),
    Page("search", "/search/?q=空气", sitemap=False, cached=True, axe=True, queries=9),
    Page("search", "/search/?q=太行&in=pages", sitemap=False, cached=True, axe=True, queries=2),
    Page("features-feed", "/feeds/features.atom", sitemap=False, cached=True, axe=False, queries=4),
    Page("topics-feed", "/feeds/topics.atom", sitemap=False, cached=True, axe=False, queries=4),
    Page("sitemap-index", "/sitemap.xml", sitemap=False, cached=True, axe=False, queries=5),
    Page("sitemap", "/sitemaps/topics-{map}.xml", sitemap=False, cached=True, axe=False, queries=1),
    Page("news-sitemap", "/news-sitemap.xml", sitemap=False, cached=True, axe=False, queries=1),
    Page("api-description", "/api/v1/openapi.json", sitemap=False, cached=True, axe=False, queries=0),
    Page("api-features", "/api/v1/features/", sitemap=False, cached=True, axe=False, queries=3),
    Page("api-feature", "/api/v1/features/{feature}/", sitemap=False, cached=True, axe=False, queries=4),
    Page("api-topics", "/api/v1/topics/", sitemap=False, cached=True, axe=False, queries=2),
    Page("api-topic", "/api/v1/topics/{topic}/", sitemap=False, cached=True, axe=False, queries=4),
    Page("api-speakers", "/api/v1/speakers/", sitemap=False, cached=True, axe=False, queries=2),
    Page("api-speaker", "/api/v1/speakers/{speaker}/", sitemap=False, cached=True, axe=False, queries=1),
    Page("api-statements", "/api/v1/statements/", sitemap=False, cached=True, axe=False, queries=2),
    Page("api-statement", "/api/v1/statements/{statement}/", sitemap=False, cached=True, axe=False, queries=2),
    Page("api-photos", "/api/v1/photos/", sitemap=False, cached=True, axe=False, queries=2),
    Page("api-photo", "/api/v1/photos/{photo}/", sitemap=False, cached=True, axe=False, queries=2),
    Page("api-corrections", "/api/v1/corrections/", sitemap=False, cached=True, axe=False, queries=1),
    Page("api-correction", "/api/v1/corrections/{correction}/", sitemap=False, cached=True, axe=False, queries=1),
    Page("healthz", "/healthz", sitemap=False, cached=False, axe=False, queries=1),
    Page("robots", "/robots.txt", sitemap=False, cached=True, axe=False, queries=0),
    Page("indexnow-key", f"/{INDEXNOW_KEY}.txt", sitemap=False, cached=True, axe=False, queries=0),
]


def a_site(cast) -> dict[str, object]:
    """Publish a page in one edition, a corrected page and a page with a photo. Return the keys for the addresses."""
    edition = published(cast, a_full_document(1))
    corrected = published(cast, a_full_document(2)).feature
    publishing.publish(feature=next_version(cast, corrected), actor=cast.chief, wrong="285 天", right="297 天")
    photo = a_made_photo(cast.photographer, size=(320, 240))
    published(cast, a_document_with(photo, subjects=(d.Subject(name="水"),)))
    return keys_of(cast, edition, corrected, photo)


def keys_of(cast, edition: Edition, corrected, photo) -> dict[str, object]:
    document = edition.revision.read()
    interview = document.topics[0].interviews[0]
    link = publishing.share_preview(feature=corrected, actor=cast.chief, days=1)
    share = share_address(edition, document).partition("/features/")[2]
    return {
        "feature": edition.feature_id,
        "edition": edition,
        "corrected": corrected.pk,
        "topic": document.topics[0].id,
        "map": (document.topics[0].id - 1) // ADDRESSES_IN_A_FILE + 1,
        "speaker": interview.speaker.id,
        "statement": interview.id,
        "correction": Edition.objects.get(feature=corrected, kind="correction").pk,
        "contributor": interview.credits[0].contributors[0].id,
        "photo": photo.pk,
        "file": photo.renditions.fresh().filter(spec="full", format="jpeg").last().name,
        "share": f"/features/{share}",
        "token": token_of(link),
    }


def pages_pressed() -> list[Page]:
    """Return the pages that the static press makes: not those that need the application."""
    alive = {"search", "preview", "healthz"}
    return [page for page in pages_there() if page.url not in alive and not page.url.startswith("api-")]


def pages_there() -> list[Page]:
    """Return the pages that exist here: without a Chinese font no share images, without a key none to serve."""
    there = {"share": bool(social_images.font()), "indexnow-key": settings.INDEXNOW_KEY == INDEXNOW_KEY}
    return [page for page in PAGES if there.get(page.url, True)]
