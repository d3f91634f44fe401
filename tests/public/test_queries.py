"""Query counts do not grow with the number of features."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews import document as d
from interviews.models import PublishedFeature
from tests.builders import a_document_with, published
from tests.photodesk.files import a_made_photo
from tests.thorough import THOROUGH

from .pages import publish_many, reprint
from .register import a_site, pages_there
from .stores import Process

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


def counts(client, keys, pages=None):
    found = {}
    for page in pages or pages_there():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page.address.format(**keys)).status_code == 200
        found[page.address] = len(queries)
    return found


def registered(pages=None):
    return {page.address: page.queries for page in pages or pages_there()}


def test_query_counts_match_register(client, cast):
    keys = a_site(cast)
    assert counts(client, keys) == registered()
    publish_many(cast, 12)
    photo = a_made_photo(cast.photographer, seed=5, size=(320, 240))
    for _ in range(3):
        published(cast, a_document_with(photo, subjects=(d.Subject(name="水"),)))
    assert counts(client, keys) == registered()


def test_query_counts_with_many_features(client, cast):
    keys = a_site(cast)
    many = 10_000 if THOROUGH else 300
    reprint(keys["edition"], many)
    assert PublishedFeature.objects.count() == many + 4
    # These topics are copied rows without documents of their own, which the feed needs.
    pages = [page for page in pages_there() if page.url != "topics-feed"]
    assert counts(client, keys, pages) == registered(pages)


REMEMBERED = {"/": 4, "/features/": 1, "/features/?subject=1": 1, "/topics/": 1, "/feeds/features.atom": 1}
REMEMBERED |= {"/feeds/topics.atom": 1, "/features/{feature}/": 2, "/search/?q=空气": 6}


@pytest.mark.django_db(transaction=True)
def test_remembered_rows_take_no_query(cast, settings, tmp_path):
    """What a process remembers is used by other pages, and by a page that became outdated for another reason."""
    settings.PAGE_STAMP = tmp_path / "pages.stamp"  # other processes of the test run have theirs
    keys, process = a_site(cast), Process(most_bytes=0)
    for address, most in REMEMBERED.items():
        process.ask(address.format(**keys))
        with CaptureQueriesContext(connection) as queries:
            assert process.ask(address.format(**keys)).status == 200
        assert len(queries) == most, (address, [each["sql"][:80] for each in queries])


def test_static_responses_take_no_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/robots.txt").status_code == 200
        assert client.get("/no-such-page").status_code == 404
