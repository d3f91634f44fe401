import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.document import (
    Contributor,
    Credit,
    DocumentError,
    FeatureDocument,
    Interview,
    Issue,
    Photo,
    Portrait,
    Reprint,
    Speaker,
    Subject,
    Topic,
)
from interviews.text.controls import is_unprintable
from tests.builders import a_document, a_topic, an_interview

line = st.text(max_size=40).filter(lambda text: not any(map(is_unprintable, text)))
filled = line.filter(bool)
key = st.none() | st.integers(1, 2**63 - 1)
credits = st.lists(
    st.builds(
        Credit,
        role=filled,
        contributors=st.lists(st.builds(Contributor, id=key, name=filled), min_size=1, max_size=3).map(tuple),
    ),
    max_size=2,
).map(tuple)
photos = st.builds(Photo, id=key, caption=line, credit_line=line, alt_text=line)
interviews = st.lists(
    st.builds(
        Interview,
        id=key,
        speaker=st.builds(Speaker, id=key, name=line, organisation=line, job_title=line),
        body=line,
        portrait=st.none() | st.builds(Portrait, id=st.integers(1, 2**63 - 1), credit_line=line, alt_text=line),
        credits=credits,
    ),
    max_size=3,
).map(tuple)
reprints = st.builds(
    Reprint, source=line, author=line, title=line, url=st.sampled_from(["", "https://www.sxrb.com/a/1.html?p=2#甲"])
)
documents = st.builds(
    FeatureDocument,
    kicker=line,
    headline=line,
    subtitle=line,
    lead=st.lists(filled, max_size=3).map(tuple),
    issue=st.builds(Issue, date=st.none() | st.dates().map(str), page=st.none() | st.integers(1, 9999), page_name=line),
    topics=st.lists(st.builds(Topic, id=key, title=line, interviews=interviews), max_size=3).map(tuple),
    cover=st.none() | photos,
    photos=st.lists(photos, max_size=3).map(tuple),
    subjects=st.lists(st.builds(Subject, id=key, name=filled), max_size=2).map(tuple),
    credits=credits,
    reprint=st.none() | reprints,
)


@given(documents)
def test_json_and_back_is_the_same_document(document):
    again = FeatureDocument.from_json(document.to_json())
    assert again == document
    assert again.to_json() == document.to_json()
    assert again.digest == document.digest


def test_canonical_json_does_not_depend_on_how_it_was_written():
    document = a_document()
    loose = json.dumps(dict(reversed(document.to_data().items())), indent=4, ensure_ascii=True)
    assert FeatureDocument.from_json(loose).digest == document.digest


def test_canonical_json_keeps_han_and_sorts_keys():
    text = a_document().to_json()
    assert "擦亮生态底色" in text
    assert text.startswith('{"credits":')
    assert ": " not in text


def test_another_word_is_another_digest():
    assert a_document().digest != a_document(headline="擦亮生态底色").digest


def _broken(change) -> str:
    data = a_document().to_data()
    change(data)
    return json.dumps(data)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d["topics"][0]["interviews"][0]["speaker"].update(name=5), "topics[0].interviews[0].speaker.name"),
        (lambda d: d["topics"][0].pop("title"), "topics[0].title"),
        (lambda d: d.update(headlin="x"), "headlin"),
        (lambda d: d.update(schema=2), "schema"),
        (lambda d: d.update(schema=True), "schema"),
        (lambda d: d.pop("schema"), "schema"),
        (lambda d: d.update(headline="甲\x00乙"), "headline"),
        (lambda d: d.update(headline="甲\u202e乙"), "headline"),
        (lambda d: d.update(headline="甲" * 201), "headline"),
        (lambda d: d["issue"].update(date="2025-02-30"), "issue.date"),
        (lambda d: d["issue"].update(date="20250301"), "issue.date"),
        (lambda d: d["issue"].update(page=0), "issue.page"),
        (lambda d: d["credits"][0].update(contributors=[]), "credits[0].contributors"),
        (lambda d: d["topics"][0].update(id="7"), "topics[0].id"),
        (lambda d: d.update(reprint={"source": "甲\u202e乙"}), "reprint.source"),
        (lambda d: d.update(reprint={"author": "甲" * 201}), "reprint.author"),
        (lambda d: d.update(reprint={"url": "javascript:alert(1)"}), "reprint.url"),
        (lambda d: d.update(lead="一段"), "lead"),
    ],
)
def test_a_fault_is_named_by_its_path(change, path):
    with pytest.raises(DocumentError) as refusal:
        FeatureDocument.from_json(_broken(change))
    assert any(fault.startswith(f"{path}: ") for fault in refusal.value.faults)


@pytest.mark.parametrize("text", ["", "not json", "[]", "null", "[" * 100_000, '{"schema": 1, "schema": 1}', "NaN"])
def test_what_is_no_document_is_refused(text):
    with pytest.raises(DocumentError):
        FeatureDocument.from_json(text)


def test_a_document_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        a_document().headline = "别的"


# Canonical JSON as it was stored before pages had pictures.
BEFORE_PICTURES = (
    '{"credits":[{"contributors":[{"id":null,"name":"路丽华"}],"role":"策划"}],"headline":"绿","issue":{"date":null,'
    '"page":null,"page_name":""},"kicker":"","lead":["导"],"photos":[{"caption":"裴国欣","credit_line":"","id":null}],'
    '"schema":1,"subjects":[],"subtitle":"","topics":[{"id":1,"interviews":[{"body":"<p>话</p>","credits":[],"id":2,'
    '"portrait":null,"speaker":{"id":3,"job_title":"","name":"裴国欣","organisation":""}}],"title":"题"}]}'
)


def test_a_document_from_before_there_were_pictures_keeps_its_digest():
    document = FeatureDocument.from_json(BEFORE_PICTURES)
    assert document.to_json() == BEFORE_PICTURES
    assert document.digest == "7204f84576294aefb31f227c0405210805b5ffe15cfabe6130be377a0a8f5cd5"
    assert document.pictures == []


def test_no_reprint_is_not_written():
    assert "reprint" not in a_document().to_json()
    assert a_document(reprint=Reprint(source="山西日报")).digest != a_document().digest


NO_ADDRESSES = [
    "www.sxrb.com",
    "ftp://sxrb.com/",
    "//sxrb.com/",
    "https://",
    "https://sxrb.com/a b",
    "http://[sxrb.com/",
    "https://sxrb.com@evil.com/",
    "https://sxrb.com\\@evil.com/",
    "https://sxrb.com/\n",
    "https://a/" + "a" * 991,
    "https://sxrb.com:abc/",
    "https://sxrb.com:99999/",
    "https://./",
    "https://-/",
    "https://ⓔvil.com/",
]


@pytest.mark.parametrize(
    "address", ["https://sxrb.com:8443/a?b#c", "http://中国.中国/", "HTTPS://SXRB.com", "http://[2001:db8::1]:80/x", ""]
)
def test_what_is_an_address_of_a_page(address):
    assert Reprint(url=address).url == address


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_of_a_page(address):
    with pytest.raises(ValueError, match="url"):
        Reprint(url=address)


def test_pictures_are_named_in_the_order_of_the_page():
    topic = a_topic("题", an_interview(portrait=Portrait(id=7)), an_interview())
    page = a_document(topics=(topic,), cover=Photo(id=9), photos=(Photo(caption="无图"), Photo(id=8)))
    assert [picture.id for picture in page.pictures] == [9, 7, 8]
