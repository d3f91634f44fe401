"""The dashboard: who has to act on which page, and since when."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from interviews import editing, publishing
from interviews.models import Interview
from interviews.reports import overview
from tests.builders import a_document, a_draft, published, sign_all, signed, submitted
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
HOME = reverse("admin:index")


def names(rows):
    return [row.feature.headline for row in rows]


def headed(text):
    return a_document(headline=text)


def test_page_waits_for_open_step(cast):
    feature = submitted(cast, headed("等初审"))
    assert names(overview(cast.editor).waiting) == ["等初审"]
    assert not overview(cast.head).waiting
    publishing.sign(feature=feature, actor=cast.editor)
    assert not overview(cast.editor).waiting
    (row,) = overview(cast.head).waiting
    assert row.holder == "部主任（复审）"
    assert row.note == "初审已签"


def test_nobody_is_asked_to_sign_own_text(cast):
    feature = submitted(cast)
    Interview.objects.update(body="<p>编辑改过。</p>")
    publishing.record(feature=feature, actor=cast.editor)
    assert not overview(cast.editor).waiting
    assert names(overview(cast.editor).in_review)


def test_signed_page_waits_for_publisher(cast):
    signed(cast, headed("待发布"))
    assert names(overview(cast.chief).waiting) == ["待发布"]
    assert not overview(cast.editor).waiting


def test_own_and_returned_pages(cast):
    feature = submitted(cast, headed("退回的"))
    publishing.send_back(feature=feature, actor=cast.editor, comment="导语重写")
    a_draft(cast, headed("新写的"))
    rows = {row.feature.headline: row.note for row in overview(cast.reporter).mine}
    assert rows == {"退回的": "被退回", "新写的": ""}
    assert not overview(cast.colleague).mine


def test_unsaved_changes(cast):
    feature = a_draft(cast)
    editing.keep(feature=feature, actor=cast.editor, window="w", base=1, content="{}")
    assert overview(cast.editor).mine[0].note == "有没保存的改动"


def test_scheduled_changed_and_published_today(cast):
    published(cast, headed("明早"), at=timezone.now() + timedelta(hours=30))
    live = published(cast, headed("今天")).feature
    found = overview(cast.chief)
    assert (names(found.scheduled), names(found.today), names(found.changed)) == (["明早"], ["今天"], [])
    Interview.objects.filter(topic__feature=live).update(body="<p>改过。</p>")
    publishing.record(feature=live, actor=cast.chief)
    (row,) = overview(cast.chief).changed
    assert (row.feature.headline, row.holder) == ("今天", "chief")


def test_sign_offs_before_return_do_not_count(cast):
    feature = submitted(cast)
    publishing.sign(feature=feature, actor=cast.editor)
    publishing.send_back(feature=feature, actor=cast.head, comment="再核")
    publishing.submit(feature=feature, actor=cast.reporter)
    assert names(overview(cast.editor).waiting)


def test_sign_offs_before_withdrawal_do_not_count(cast, edition):
    feature = edition.feature
    publishing.withdraw(feature=feature, actor=cast.chief, reason="核实中")
    publishing.submit(feature=feature, actor=cast.reporter)
    assert names(overview(cast.editor).waiting)
    assert not overview(cast.chief).waiting


def test_drafts_of_others_are_hidden(cast):
    submitted(cast, headed("别人的"))
    assert not overview(cast.colleague).in_review
    assert not overview(cast.photographer).in_review


@pytest.mark.parametrize("after", ["", "//evil.example", "/admin/"])
def test_login_redirects_to_dashboard(client, cast, after):
    data = {"username": "reporter", "password": PASSWORD}
    assert client.post(f"/admin/login/?next={after}", data, follow=True).redirect_chain == [(HOME, 302)]


@pytest.mark.parametrize("who", ["reporter", "photographer", "editor", "head", "chief", "superuser"])
def test_open_to_all_staff(client, cast, who):
    client.force_login(getattr(cast, who))
    assert client.get(HOME).status_code == 200


def test_query_count_is_bounded(client, cast, django_assert_max_num_queries):
    client.force_login(cast.chief)
    for many in (1, 4):
        for _ in range(many):
            submitted(cast)
            a_draft(cast)
            sign_all(cast, submitted(cast))
            published(cast)
        with django_assert_max_num_queries(22):
            client.get(HOME)
