import pytest

from interviews import publishing
from interviews.document.walk import passages
from interviews.errors import RefusedError
from interviews.models import Comment, Interview, Topic
from interviews.publishing import comment, reopen_comment, resolve_comment, send_back
from interviews.publishing.comments import locate_quote
from tests.builders import a_document, a_draft, a_topic, an_interview, submitted
from tests.shared_rows import built_once

pytestmark = pytest.mark.django_db
TWICE = "<p>蓝天多了，蓝天好。</p><p>水清了。</p>"


@built_once
def feature(cast):
    return submitted(cast, a_document(topics=(a_topic("蓝天", an_interview(TWICE)),)))


def body_of(feature):
    return f"interview:{Interview.objects.get(topic__feature=feature).pk}.body"


class TestComment:
    @pytest.mark.parametrize("who", ["reporter", "editor", "head", "chief", "superuser"])
    def test_viewers_may_comment(self, cast, feature, who):
        made = comment(feature=feature, actor=getattr(cast, who), text="核一下")
        assert (made.author, made.revision.number, made.step.name) == (getattr(cast, who), 1, "初审")

    @pytest.mark.parametrize("who", ["colleague", "photographer", "outsider"])
    def test_others_may_not_comment(self, cast, feature, who):
        with pytest.raises(RefusedError):
            comment(feature=feature, actor=getattr(cast, who), text="核一下")

    def test_coauthor_may_comment(self, cast, feature):
        feature.shared_with.add(cast.colleague)
        assert comment(feature=feature, actor=cast.colleague, text="核一下").pk

    def test_comment_anchors_to_nearest_quote(self, cast, feature):
        fields = {"feature": feature, "actor": cast.editor, "text": "重复", "path": body_of(feature), "quote": "蓝天"}
        assert comment(**fields).start == 0
        assert comment(**fields, start=6).start == 5

    def test_quote_across_paragraphs(self, cast, feature):
        made = comment(feature=feature, actor=cast.editor, text="接", path=body_of(feature), quote="好。\n\n水清")
        assert made.quote == "好。\n水清"

    @pytest.mark.parametrize(
        "fields",
        [
            {"text": " \n\u200b"},
            {"text": "长" * 2001},
            {"text": "核", "path": "topic:999999.title"},
            {"text": "核", "path": "headline", "quote": "没有的字"},
            {"text": "核", "path": "headline", "quote": "字" * 501},
        ],
    )
    def test_invalid_anchor_is_refused(self, cast, feature, fields):
        with pytest.raises(RefusedError):
            comment(feature=feature, actor=cast.editor, **fields)
        assert not Comment.objects.exists()

    def test_control_characters_are_removed(self, cast, feature):
        assert comment(feature=feature, actor=cast.editor, text="甲\x00乙\u202e").text == "甲乙"

    def test_anchor_survives_moved_topic(self, cast, feature):
        path = body_of(feature)
        comment(feature=feature, actor=cast.editor, text="核", path=path, quote="水清")
        Topic.objects.create(feature=feature, position=0, title="新的第一题")
        Topic.objects.filter(title="蓝天").update(position=5)
        revision = publishing.record(feature=feature, actor=cast.editor)
        passage = next(each for each in passages(revision.read()) if each.path == path)
        assert locate_quote(passage.text, "水清", None) == 10


class TestResolve:
    @pytest.mark.parametrize("who", ["editor", "head", "chief", "superuser"])
    def test_editors_and_reviewers_resolve(self, cast, feature, who):
        made = comment(feature=feature, actor=cast.reporter, text="核")
        resolved = resolve_comment(comment=made, actor=getattr(cast, who))
        assert resolved.resolved_by == getattr(cast, who)
        assert reopen_comment(comment=made, actor=getattr(cast, who)).resolved_at is None

    @pytest.mark.parametrize("who", ["reporter", "colleague", "photographer", "outsider"])
    def test_others_may_not_resolve(self, cast, feature, who):
        made = comment(feature=feature, actor=cast.editor, text="核")
        for verb in (resolve_comment, reopen_comment):
            with pytest.raises(RefusedError, match="不能处理"):
                verb(comment=made, actor=getattr(cast, who))

    def test_writer_resolves_on_own_draft(self, cast):
        draft = a_draft(cast)
        made = comment(feature=draft, actor=cast.editor, text="核")
        assert resolve_comment(comment=made, actor=cast.reporter).resolved_by == cast.reporter

    def test_author_resolves_own_comment(self, cast, feature):
        made = comment(feature=feature, actor=cast.reporter, text="核")
        assert resolve_comment(comment=made, actor=cast.reporter).resolved_at

    def test_resolve_and_reopen_once(self, cast, feature):
        made = comment(feature=feature, actor=cast.editor, text="核")
        with pytest.raises(RefusedError):
            reopen_comment(comment=made, actor=cast.editor)
        resolve_comment(comment=made, actor=cast.editor)
        with pytest.raises(RefusedError):
            resolve_comment(comment=made, actor=cast.editor)


class TestSendBack:
    def test_open_own_comment_replaces_reason(self, cast, feature):
        comment(feature=feature, actor=cast.editor, text="导语重写")
        assert send_back(feature=feature, actor=cast.editor).comment == ""

    def test_reason_needs_open_own_comment(self, cast, feature):
        comment(feature=feature, actor=cast.head, text="导语重写")
        resolve_comment(comment=comment(feature=feature, actor=cast.editor, text="核"), actor=cast.editor)
        with pytest.raises(RefusedError, match="批注"):
            send_back(feature=feature, actor=cast.editor, comment=" ")


def test_commented_feature_is_not_deleted(cast, client):
    draft = a_draft(cast)
    comment(feature=draft, actor=cast.editor, text="核")
    client.force_login(cast.reporter)
    client.post(f"/admin/interviews/feature/{draft.pk}/delete/", {"post": "yes"})
    assert Comment.objects.count() == 1
