"""Everything a user types is escaped."""

import json

import pytest

from interviews import document as d
from interviews import publishing
from tests.builders import a_credit, a_document, a_speaker, a_topic, an_interview, published
from tests.shared_rows import built_once

from .reading import crawl, get

pytestmark = pytest.mark.django_db

# Markup, template syntax, and an entity that must not be unescaped twice.
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}&lt;"
SHORT = "\"'><script>1</script><b onclick=1>"  # a role's limit is 50 characters


@built_once
def edition(cast):
    interview = an_interview(
        speaker=a_speaker(EVIL, EVIL, EVIL),
        body=f"<p>好</p>{EVIL}<p onclick=x style='color:red'>话<a href='javascript:x'>链接</a><style>b</style></p>",
        credits=(a_credit(SHORT, EVIL), a_credit("记者")),
    )
    document = a_document(
        kicker=EVIL,
        headline=EVIL,
        subtitle=EVIL,
        lead=(EVIL,),
        issue=d.Issue(page_name=EVIL),
        topics=(a_topic(EVIL, interview), a_topic()),
        subjects=(d.Subject(name=EVIL),),
        credits=(a_credit(SHORT, EVIL),),
    )
    published(cast)
    return published(cast, document)


def is_inert(page):
    data_block = ("script", {"type": "application/ld+json"})
    names = {element[0] for element in page.elements if element != data_block}
    attributes = {name for _, attributes in page.elements for name in attributes}
    return (
        not names & {"script", "img", "style", "b", "iframe"}
        and not {name for name in attributes if name.startswith("on")}
        and "style" not in attributes
        and not [link for link in page.links if not link.startswith(("/", "#"))]
    )


def test_escaped_on_every_page(client, edition):
    pages = crawl(client)
    assert len(pages) > 12
    for address, page in pages.items():
        assert is_inert(page), address


def test_shown_as_typed(client, edition):
    page = get(client, f"/features/{edition.feature_id}/")
    assert page.text.count(EVIL) >= 8


def test_escaped_in_json(client, edition):
    text = client.get(f"/features/{edition.feature_id}.json").content.decode()
    assert not set("<>&") & set(text)
    assert json.loads(text)["kicker"] == EVIL


def test_escaped_in_withdrawal_reason(client, cast, edition):
    publishing.withdraw(feature=edition.feature, actor=cast.chief, reason=EVIL)
    page = get(client, f"/features/{edition.feature_id}/")
    assert page.status == 410
    assert is_inert(page)
    assert EVIL in page.text


def test_parameters_are_not_echoed(client, db):
    for address in ("/features/", "/topics/", "/no-such-page"):
        page = get(client, f"{address}?page=%22%3E%3Cscript%3E&subject=%22%3E%3Cscript%3E")
        assert is_inert(page)
        assert "<script" not in page.html
