"""ninjs and NewsML-G2, checked against what the IPTC's standards say and read by the IPTC's own library."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree
from NewsMLG2 import NewsMLG2Document

from interviews import document as d
from interviews import publishing
from interviews.text import richtext
from tests.builders import a_credit, a_document, a_document_with, a_reprint, a_topic, an_interview, published
from tests.photodesk.files import a_made_photo
from tests.publishing.test_editions import next_version

from .pages import a_full_document
from .reading import get
from .schemas import HERE

pytestmark = pytest.mark.django_db

NINJS = Draft202012Validator(json.loads(Path(HERE, "ninjs-2.1.json").read_text()), format_checker=FormatChecker())
NEWSML = etree.RelaxNG(file=str(HERE / "newsml-g2.rng"))
G2 = "{http://iptc.org/std/nar/2006-10-01/}"
XHTML = "{http://www.w3.org/1999/xhtml}"
BODY = "<h3>一</h3><p>甲<br>乙<strong>丙</strong></p><ul><li>丁</li></ul><blockquote><p>戊&lt;&amp;</p></blockquote>"
BODY += '<p><a href="https://example.com/?a=1&amp;b=2" rel="noopener">己</a></p>'
EVIL = "]]></title><script>&lt;\ufffe\U0001ffff"


def ninjs(client, edition):
    response = client.get(f"/features/{edition.feature_id}.ninjs.json")
    assert response.status_code == 200
    item = response.json()
    assert [error.message for error in NINJS.iter_errors(item)] == []
    return item


def newsml(client, edition):
    response = client.get(f"/features/{edition.feature_id}.newsml.xml")
    assert response.status_code == 200
    tree = etree.fromstring(response.content)
    NEWSML.assertValid(tree)
    return tree


def every_kind(cast):
    photo = a_made_photo(cast.photographer, size=(320, 240))
    yield a_full_document(1)
    yield a_document_with(photo, subjects=(d.Subject(name="水"),))
    editor = (a_credit("责任编辑", "王芳"),)
    yield a_document(reprint=a_reprint(), topics=(a_topic("题", an_interview(credits=())),), credits=editor)
    yield a_document(subtitle="", lead=(), topics=(a_topic("题", an_interview(body=richtext.clean(BODY))),))
    yield a_document(headline=EVIL, lead=(EVIL,), topics=(a_topic(EVIL, an_interview()),))


def test_both_are_valid(client, cast):
    for document in every_kind(cast):
        edition = published(cast, document)
        item, tree = ninjs(client, edition), newsml(client, edition)
        assert item["uri"] == tree.get("guid")
        assert client.get(urlsplit(item["uri"]).path).status_code == 200


class TestNinjs:
    def test_has_the_whole_page(self, client, cast):
        edition = published(cast, a_full_document(1))
        item = ninjs(client, edition)
        assert item["headlines"][0] == {"role": "main", "value": "太行深处绿意浓\u3000第1期"}
        assert item["bodies"][0]["value"].count("清新的空气、如洗的蓝天") == 3
        assert item["by"] == "武玲芳、李娟、史俊杰、王明"
        assert [each["name"] for each in item["people"]] == [
            each.speaker.name for topic in edition.revision.read().topics for each in topic.interviews
        ]

    def test_photos_are_associated(self, client, cast):
        photo = a_made_photo(cast.photographer, size=(320, 240))
        (picture,) = ninjs(client, published(cast, a_document_with(photo)))["associations"]
        assert picture["type"] == "picture"
        assert client.get(urlsplit(picture["renditions"][0]["href"]).path).status_code == 200

    def test_correction_is_a_new_version(self, client, cast, edition):
        publishing.publish(
            feature=next_version(cast, edition.feature), actor=cast.chief, wrong="285 天", right="297 天"
        )
        item = ninjs(client, edition)
        assert item["version"] == "2"
        assert item["firstcreated"] < item["versioncreated"]
        assert "原文有误：285 天；更正为：297 天" in item["bodies"][0]["value"]

    @pytest.mark.parametrize("change", [{"uri": None}, {"type": "news"}, {"surprise": 1}, {"bodies": [{}]}])
    def test_schema_rejects(self, client, edition, change):
        assert not NINJS.is_valid({**ninjs(client, edition), **change})


class TestNewsML:
    def test_iptc_library_reads_it(self, client, cast):
        edition = published(cast, a_full_document(1))
        item = NewsMLG2Document(etree.tostring(newsml(client, edition))).get_item()
        assert (item.guid.endswith(f"/features/{edition.feature_id}/"), item.version) == (True, "1")
        # It puts one space for white space of any kind.
        assert str(item.contentmeta.headline[0]) == "太行深处绿意浓 第1期"
        assert len(item.contentmeta.creator) == 4
        assert str(item.itemmeta.versioncreated).startswith(f"{edition.published_from:%Y-}")

    def test_text_is_well_formed_xhtml(self, client, cast):
        edition = published(cast, a_document(topics=(a_topic("题", an_interview(body=richtext.clean(BODY))),)))
        body = newsml(client, edition).find(f".//{XHTML}body")
        assert body.find(f".//{XHTML}br") is not None
        assert body.find(f".//{XHTML}blockquote/{XHTML}p").text == "戊<&"

    @pytest.mark.parametrize(
        "missing", ["itemMeta/itemClass", "itemMeta/provider", "itemMeta/versionCreated", "itemMeta"]
    )
    def test_schema_rejects_missing_elements(self, client, edition, missing):
        tree = newsml(client, edition)
        element = tree.find("/".join(G2 + each for each in missing.split("/")))
        element.getparent().remove(element)
        assert not NEWSML.validate(tree)


@pytest.mark.parametrize("name", ["ninjs.json", "newsml.xml"])
def test_withdrawn_is_gone_and_scheduled_is_not_there(client, cast, edition, name):
    publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="其中一处数据有误。")
    response = client.get(f"/features/{edition.feature_id}.{name}")
    assert response.status_code == 410
    assert "其中一处数据有误。" in response.content.decode()
    assert client.get(f"/features/999.{name}").status_code == 404


def test_page_links_to_both(client, edition):
    links = [
        each["href"]
        for name, each in get(client, f"/features/{edition.feature_id}/").elements
        if each.get("rel") == "alternate"
    ]
    assert {f"/features/{edition.feature_id}.ninjs.json", f"/features/{edition.feature_id}.newsml.xml"} <= set(links)
