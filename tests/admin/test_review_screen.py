"""The review screen."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews import publishing
from interviews.models import Interview
from interviews.publishing import preview_links
from tests.builders import a_document, a_draft, a_speaker, a_topic, an_interview, submitted
from tests.publishing.test_editions import next_version
from tests.publishing.test_review import reword

from .test_screens import act, screen

pytestmark = pytest.mark.django_db


def show(client, feature, **query):
    return client.get(screen("review", feature), query).content.decode()


class TestSignOffs:
    def test_void_sign_off_is_struck_through(self, client, cast):
        feature = submitted(cast)
        publishing.sign(feature=feature, actor=cast.editor)
        cast.superuser.first_name = "管理员甲"
        cast.superuser.save()
        reword(feature, cast.superuser)
        client.force_login(cast.head)
        page = show(client, feature)
        assert re.search(r"<del><strong>初审</strong> editor", page)
        assert "签的是第 1 稿，已被管理员甲的第 2 稿取代" in page

    def test_override_stays_visible(self, client, cast):
        feature = submitted(cast)
        publishing.sign(feature=feature, actor=cast.superuser, comment="编辑外出，电话核准")
        reword(feature, cast.editor)
        client.force_login(cast.chief)
        assert re.search(r"越权签发</strong> 初审，第 1 稿，superuser：编辑外出，电话核准", show(client, feature))

    def test_sign_off_keeps_name_of_step(self, client, cast):
        feature = submitted(cast)
        publishing.sign(feature=feature, actor=cast.editor).step.__class__.objects.filter(name="初审").update(
            name="一审"
        )
        client.force_login(cast.head)
        assert "<strong>初审</strong>" in show(client, feature)


class TestChanges:
    def test_changes_since_last_signed_revision(self, client, cast):
        feature = submitted(cast)
        reword(feature, cast.superuser, "<p>第二稿的话。</p>")
        publishing.sign(feature=feature, actor=cast.editor)
        reword(feature, cast.superuser, "<p>第三稿的话。</p>")
        client.force_login(cast.head)
        page = show(client, feature, view="changes")
        assert "第 2 稿 → 第 3 稿" in page
        assert "<del>二</del><ins>三</ins>" in page

    def test_changes_since_own_step(self, client, cast):
        feature = submitted(cast)
        publishing.sign(feature=feature, actor=cast.editor)
        reword(feature, cast.superuser, "<p>第二稿的话。</p>")
        publishing.sign(feature=feature, actor=cast.superuser, comment="理由")
        reword(feature, cast.superuser, "<p>第三稿的话。</p>")
        publishing.sign(feature=feature, actor=cast.editor)
        publishing.sign(feature=feature, actor=cast.head)
        reword(feature, cast.superuser, "<p>第四稿的话。</p>")
        client.force_login(cast.head)
        assert "第 3 稿 → 第 4 稿" in show(client, feature, view="changes")

    def test_changes_since_any_revision(self, client, cast):
        feature = submitted(cast)
        for number in (2, 3):
            reword(feature, cast.superuser, f"<p>第{number}稿。</p>")
        client.force_login(cast.head)
        assert "第 1 稿 → 第 3 稿" in show(client, feature, view="changes", since="1")
        for nonsense in ("99", "x", "", "9" * 40):
            assert "→ 第 3 稿" in show(client, feature, view="changes", since=nonsense)

    def test_changes_since_last_edition(self, client, cast, edition):
        feature = next_version(cast, edition.feature, "<p>新的话。</p>")
        client.force_login(cast.reporter)
        assert "第 1 稿 → 第 2 稿" in show(client, feature, view="changes")

    def test_single_revision_has_no_changes(self, client, cast):
        client.force_login(cast.reporter)
        page = show(client, a_draft(cast), view="changes")
        assert "<iframe" in page
        assert "看改动" not in page

    def test_changes_are_escaped(self, client, cast):
        feature = submitted(cast)
        reword(feature, cast.superuser, "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")
        client.force_login(cast.head)
        page = show(client, feature, view="changes")
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page

    @pytest.mark.parametrize("verb", ["sign", "send_back", "publish"])
    def test_concurrent_change_is_refused_and_shown(self, client, cast, verb):
        feature = submitted(cast)
        reword(feature, cast.superuser, "<p>同事刚改的话。</p>")
        client.force_login(cast.editor)
        data = {"verb": verb, "revision": 1, "text": "数字已核"}
        page = client.post(screen("review", feature), data).content.decode()
        assert "刚刚又有修改" in page
        assert "第 1 稿 → 第 2 稿" in page
        assert "同事刚改的话" in page
        assert "数字已核" in page


class TestKeptInput:
    def test_refused_correction_is_kept(self, client, cast, edition):
        feature = next_version(cast, edition.feature)
        interview = Interview.objects.get()
        client.force_login(cast.chief)
        words = {"kind": "correction", "wrong": "错的数字", "text": "致歉的话", "at": "2099-01-01T08:00"}
        page = act(client, feature, "publish", **words, place=f"interview:{interview.pk}").content.decode()
        assert "现在更正为什么" in page
        assert all(word in page for word in ("错的数字", "致歉的话", "2099-01-01T08:00"))
        assert f'value="interview:{interview.pk}" selected' in page
        assert re.search(r'value="correction" checked', page)

    def test_refused_comment_is_kept(self, client, cast):
        feature = submitted(cast)
        client.force_login(cast.editor)
        page = act(client, feature, "comment", text="要核的话", path="headline", quote="没有的字").content.decode()
        assert "要核的话" in page
        assert 'value="headline" selected' in page

    def test_text_without_field_is_shown(self, client, cast):
        client.force_login(cast.chief)
        page = act(client, submitted(cast), "publish", text="写了很久的说明").content.decode()
        assert "写了很久的说明" in page

    def test_nul_character(self, client, cast):
        client.force_login(cast.editor)
        answer = act(client, submitted(cast), "comment", text="甲\x00乙")
        assert answer.status_code == 200


class TestRemarks:
    def test_remark_is_escaped_and_anchored(self, client, cast):
        feature = submitted(cast)
        publishing.comment(feature=feature, actor=cast.editor, text="<b>核</b>", path="headline", quote="生态底色")
        client.force_login(cast.head)
        page = show(client, feature)
        assert "&lt;b&gt;核&lt;/b&gt;" in page
        assert 'data-path="headline" data-quote="生态底色" data-start="2"' in page

    def test_remark_on_removed_text(self, client, cast):
        feature = submitted(cast)
        path = f"interview:{Interview.objects.get().pk}.body"
        publishing.comment(feature=feature, actor=cast.editor, text="核", path=path, quote="清新的空气")
        reword(feature, cast.superuser)
        client.force_login(cast.head)
        assert "原文已改" in show(client, feature)

    def test_script_gets_remarks_only(self, client, cast):
        feature = submitted(cast)
        client.force_login(cast.editor)
        data = {"verb": "comment", "revision": 1, "text": "核", "path": "headline"}
        headers = {"X-Requested-With": "fetch"}
        answer = client.post(screen("review", feature), data, headers=headers)
        assert answer.status_code == 200
        assert "<html" not in answer.content.decode()
        assert "批注已保存" in answer.content.decode()
        refused = client.post(screen("review", feature), {**data, "text": " ", "path": "nowhere"}, headers=headers)
        assert refused.status_code == 422
        assert "errorlist" in refused.content.decode()


class TestTimeTravel:
    def test_editions_link_to_past_page(self, client, cast, edition):
        feature = edition.feature
        client.force_login(cast.chief)
        [link] = re.findall(r'href="(/features/\d+/\?at=[^"]+)"', show(client, feature))
        assert client.get(link).status_code == 200

    def test_past_page_link_needs_permission(self, client, cast, edition):
        feature = edition.feature
        client.force_login(cast.head)
        assert "?at=" not in show(client, feature)


def test_preview_link_until_revoked(client, cast):
    feature = submitted(cast)
    client.force_login(cast.head)
    act(client, feature, "share", days=7)
    page = show(client, feature)
    [address] = re.findall(r'data-copy="([^"]+)"', page)
    assert client.get(address.partition(":8000")[2]).status_code == 200
    act(client, feature, "revoke", link=preview_links.open_links(feature)[0].pk)
    assert "data-copy" not in show(client, feature)


def large(topics, speakers):
    interviews = [an_interview(speaker=a_speaker(f"张{number}")) for number in range(speakers)]
    return a_document(topics=tuple(a_topic(f"话题{number}", *interviews) for number in range(topics)))


def counted(client, cast, feature):
    for place in range(4):
        publishing.comment(feature=feature, actor=cast.editor, text=f"核{place}", path="headline")
        publishing.share_preview(feature=feature, actor=cast.head, days=1)
    reword(feature, cast.superuser)
    publishing.sign(feature=feature, actor=cast.editor)
    reword(feature, cast.superuser, "<p>又改。</p>")
    client.force_login(cast.head)
    client.get(screen("review", feature))
    found = []
    for query in ({}, {"view": "changes"}):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(screen("review", feature), query).status_code == 200
        found.append(len(queries))
    return found


def test_query_count_is_fixed(client, cast):
    small = counted(client, cast, submitted(cast, large(1, 1)))
    assert counted(client, cast, submitted(cast, large(20, 2))) == small
    assert max(small) <= 50, small
