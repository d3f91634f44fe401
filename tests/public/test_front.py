import pytest

from interviews import document as d
from tests.builders import a_document, published

from .pages import a_full_document, publish_many
from .reading import get

pytestmark = pytest.mark.django_db


def test_newest_feature_leads(client, cast):
    older = published(cast, a_document(headline="守护汾河水", issue=d.Issue(date="2024-05-01")))
    newest = published(cast, a_full_document(4, issue=d.Issue(date="2025-03-12", page=5)))
    page = get(client, "/")
    assert page.text.index("太行深处绿意浓") < page.text.index("守护汾河水")
    assert "2025年3月12日 星期三" in page.text
    assert {f"/features/{newest.feature_id}/", f"/features/{older.feature_id}/"} <= set(page.links)


def test_topics_and_speakers_of_lead_feature(client, cast):
    document = published(cast, a_full_document(4)).revision.read()
    page = get(client, "/")
    for topic in document.topics:
        assert f"/topics/{topic.id}/" in page.links
        for interview in topic.interviews:
            assert f"/speakers/{interview.speaker.id}/" in page.links


def test_single_feature(client, edition):
    page = get(client, "/")
    assert "近期专题" not in page.text
    assert "更多话题" not in page.text
    assert page.count("h1") == 1


def test_front_page_is_limited(client, cast):
    publish_many(cast, 12)
    page = get(client, "/")
    assert page.count("article") == 1 + 6 + 8
