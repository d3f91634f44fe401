"""Proofreading in the newsroom: findings, blockers, dismissals."""

import json

import pytest
from django.urls import reverse

from interviews import house_style, publishing
from interviews.errors import RefusedError
from interviews.models import Dismissal
from interviews.publishing import blockers
from tests.builders import a_document, a_draft, a_speaker, a_topic, an_interview, submitted

from .windows import page_of, screen

pytestmark = pytest.mark.django_db
IMPOSSIBLE = "<p>2025年2月30日，工程全部完工。</p>"


def faulty(cast):
    return a_draft(cast, a_document(topics=(a_topic("蓝天白云常相伴", an_interview(IMPOSSIBLE)),)))


def ask(client, feature, content=None, **more):
    data = {"content": content or page_of(feature), **more}
    return client.post(screen("proof", feature), json.dumps(data), content_type="application/json")


def error_of(client, feature):
    return next(each for each in ask(client, feature).json()["findings"] if each["severity"] == "error")


def settle(client, feature, finding, **what):
    data = {name: finding[name] for name in ("key", "rule", "excerpt")} | what
    return client.post(screen("dismiss", feature), json.dumps(data), content_type="application/json")


def test_error_blocks_submission(cast):
    feature = faulty(cast)
    (blocker,) = blockers(feature)
    assert blocker.startswith("裴国欣的谈话“2025年2月30日”")
    assert blocker.path == "topics[0].interviews[0].body"
    with pytest.raises(RefusedError):
        publishing.submit(feature=feature, actor=cast.reporter)


def test_warning_does_not_block(cast):
    feature = a_draft(cast, a_document(lead=("要“全力建设美丽晋中。”我市各界人士畅所欲言。",)))
    assert [each.finding.severity for each in house_style.checked(feature.revisions.get().read())] == ["warning"]
    assert blockers(feature) == []


def test_unsaved_text_is_checked(client, cast):
    client.force_login(cast.reporter)
    feature = a_draft(cast)
    page = page_of(feature, lead=["2025年13月1日开工。", "题" * 9000], headline="长" * 300)
    assert "lead[0]" in [each["path"] for each in ask(client, feature, page).json()["findings"]]


def test_dismissed_error_does_not_block(client, cast):
    client.force_login(cast.reporter)
    feature = faulty(cast)
    finding = error_of(client, feature)
    assert settle(client, feature, finding, reason="  ").status_code == 403
    assert settle(client, feature, finding, reason="引文原话如此").status_code == 200
    assert blockers(feature) == []
    assert error_of(client, feature)["dismissed"] == "reporter：引文原话如此"
    publishing.submit(feature=feature, actor=cast.reporter)
    client.force_login(cast.editor)
    assert "引文原话如此" in client.get(screen("review", feature)).content.decode()


def test_dismissal_survives_other_edits(client, cast):
    client.force_login(cast.reporter)
    feature = faulty(cast)
    settle(client, feature, error_of(client, feature), reason="原话")
    page = page_of(feature, headline="换了标题")
    page["topics"][0]["interviews"][0]["body"] = "<p>先加一段别的话。</p>" + IMPOSSIBLE
    errors = [each for each in ask(client, feature, page).json()["findings"] if each["severity"] == "error"]
    assert [bool(each["dismissed"]) for each in errors] == [True]
    page["topics"][0]["interviews"][0]["body"] = IMPOSSIBLE.replace("2月30日", "2月31日")
    errors = [each for each in ask(client, feature, page).json()["findings"] if each["severity"] == "error"]
    assert [bool(each["dismissed"]) for each in errors] == [False]


def test_dismissal_is_reinstated(client, cast):
    client.force_login(cast.reporter)
    feature = faulty(cast)
    finding = error_of(client, feature)
    settle(client, feature, finding, reason="原话")
    settle(client, feature, finding, reinstate=True)
    assert len(blockers(feature)) == 1


@pytest.mark.parametrize("who", ["colleague", "photographer"])
def test_proof_permissions(client, cast, who):
    feature = faulty(cast)
    client.force_login(getattr(cast, who))
    assert ask(client, feature).status_code == 403
    assert settle(client, feature, {"key": "ab", "rule": "date", "excerpt": ""}, reason="x").status_code == 403
    assert not Dismissal.objects.exists()


@pytest.mark.parametrize("data", [{}, {"key": "zz", "rule": "date"}, {"key": "ab", "rule": "none"}, {"key": "a" * 99}])
def test_malformed_dismissal(client, cast, data):
    client.force_login(cast.editor)
    response = client.post(screen("dismiss", submitted(cast)), json.dumps({"reason": "x", **data}), "application/json")
    assert response.status_code == 403
    assert response.json()["reasons"][0]["text"]


def test_new_page_is_checked(client, cast):
    client.force_login(cast.reporter)
    data = json.dumps({"content": {"headline": "题", "lead": ["2025年2月30日开工。"]}})
    answer = client.post(reverse("admin:interviews_feature_read"), data, content_type="application/json").json()
    assert "error" in [each["severity"] for each in answer["findings"]]


def test_namesakes_are_named_by_topic(cast):
    faulty_one = an_interview(IMPOSSIBLE)
    pages = {
        ("裴国欣的谈话",): (a_topic("蓝天", faulty_one),),
        ("裴国欣（话题 1）的谈话", "裴国欣（话题 2 第 2 位）的谈话"): (
            a_topic("蓝天", faulty_one),
            a_topic("碧水", an_interview(speaker=a_speaker("郝艳军")), faulty_one),
        ),
    }
    for places, topics in pages.items():
        found = house_style.checked(a_document(topics=topics))
        assert tuple(each.place for each in found if each.finding.severity == "error") == places
