"""A reprint names its source everywhere."""

import html

import pytest

from tests.builders import a_credit, a_document, a_reprint, a_topic, an_interview, published

from .reading import get

pytestmark = pytest.mark.django_db
EDITOR = (a_credit("责任编辑", "王芳"),)
WORDS = "转载自 山西日报\u3000原标题《汾河水清》\u3000作者 沈佳\u3000原文"


def pages_of(client, edition):
    feature = f"/features/{edition.feature_id}/"
    topic = f"/topics/{edition.revision.read().topics[0].id}/"
    return [get(client, address) for address in (feature, f"{feature}?lite=1", topic)]


def test_source_on_every_page(client, cast, settings):
    settings.PUBLISHER = "晋中日报社"
    for page in pages_of(client, published(cast, a_document(reprint=a_reprint(), credits=EDITOR))):
        assert WORDS in page.text
        assert "责任编辑 王芳" in page.text
        assert "来源：山西日报" in page.text
        [link] = [each for name, each in page.elements if name == "a" and each["href"] == a_reprint().url]
        assert link["rel"] == "external nofollow noopener"


def test_no_link_without_url(client, cast):
    for page in pages_of(client, published(cast, a_document(reprint=a_reprint(url=""), credits=EDITOR))):
        assert "作者 沈佳" in page.text
        assert "nofollow noopener" not in page.html


def test_original_content_has_no_notice(client, cast, settings):
    settings.PUBLISHER = "晋中日报社"
    for page in pages_of(client, published(cast)):
        assert "转载自" not in page.text
        assert 'class="reprint"' not in page.html
        assert "来源：晋中日报社" in page.text


@pytest.mark.parametrize("name", ["features", "topics"])
def test_feeds(client, cast, name):
    topics = (a_topic("题", an_interview(credits=())),)
    published(cast, a_document(reprint=a_reprint(), topics=topics, credits=EDITOR))
    feed = client.get(f"/feeds/{name}.atom").content.decode()
    assert "<author><name>沈佳</name></author>" in feed
    content = html.unescape(feed)
    assert "转载自 山西日报" in content
    assert f'href="{html.escape(a_reprint().url)}"' in content


def test_escaping(client, cast):
    evil = '"><script>alert(1)</script>'
    reprint = a_reprint(source=evil, author=evil, title=evil, url=f"https://www.sxrb.com/{evil}")
    for page in pages_of(client, published(cast, a_document(reprint=reprint, credits=EDITOR))):
        assert page.text.count(evil) >= 3
        assert "<script>alert" not in page.html
