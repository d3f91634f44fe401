import pytest

from interviews import document as d
from interviews import publishing
from interviews.models import Topic
from interviews.publishing import blockers
from tests.builders import a_credit, a_document, a_draft, a_reprint, a_speaker, a_topic, an_interview
from tests.shared_rows import built_once

pytestmark = pytest.mark.django_db


@built_once
def bare(cast):
    nothing = an_interview("", credits=(), speaker=a_speaker(""))
    topics = (a_topic("", an_interview(), nothing), a_topic("空"))
    feature = a_draft(cast, a_document(headline="", credits=(), topics=topics))
    Topic.objects.get(title="空").interviews.all().delete()
    publishing.record(feature=feature, actor=cast.reporter)
    return feature


def test_blockers_have_paths(bare):
    assert [(blocker.path, str(blocker)) for blocker in blockers(bare)] == [
        ("headline", "缺少主标题。"),
        ("topics[0].title", "第 1 个话题缺少题目。"),
        ("topics[0].interviews[1].speaker", "第 1 个话题第 2 位受访者缺少受访者。"),
        ("topics[0].interviews[1].body", "第 1 个话题第 2 位受访者没有谈话内容。"),
        ("topics[0].interviews[1].credits", "第 1 个话题第 2 位受访者缺少记者署名。"),
        ("topics[1].interviews", "第 2 个话题下还没有访谈。"),
        ("credits", "缺少本版署名（策划、统筹等）。"),
    ]


def test_blockers_link_to_fields(client, cast, bare):
    client.force_login(cast.reporter)
    screen = client.get(f"/admin/interviews/feature/{bare.pk}/review/").content.decode()
    assert "/change/#at=topics%5B0%5D.title" in screen


def test_reprint_needs_source_and_editor(cast):
    feature = a_draft(cast, a_document(reprint=d.Reprint(url="https://www.sxrb.com/a")))
    assert [(blocker.path, str(blocker)) for blocker in blockers(feature)] == [
        ("reprint.source", "转载缺少来源。"),
        ("reprint.author", "转载缺少原作者。"),
        ("reprint.title", "转载缺少原标题。"),
        ("credits", "转载缺少责任编辑（或编辑）的署名。"),
    ]


@pytest.mark.parametrize("role", ["责任编辑", "编辑"])
def test_reprint_needs_no_reporter_or_url(cast, role):
    topics = (a_topic("题", an_interview(credits=())),)
    credits = (a_credit(role, "王芳"),)
    document = a_document(reprint=a_reprint(url=""), topics=topics, credits=credits)
    assert blockers(a_draft(cast, document)) == []


def test_no_topics(cast):
    feature = a_draft(cast, d.FeatureDocument(headline="题", topics=()))
    assert [blocker.path for blocker in blockers(feature)] == ["topics", "credits"]
