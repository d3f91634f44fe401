from datetime import timedelta

import pytest
from django.utils import timezone

from interviews import publishing, workflow
from interviews.errors import RefusedError
from interviews.models import PreviewLink
from interviews.publishing import revoke_preview, share_preview
from interviews.publishing.preview_links import token_of
from tests.builders import a_draft

from .test_review import reword

pytestmark = pytest.mark.django_db


def page(client, link, tail=""):
    return client.get(f"/preview/{token_of(link)}{tail}/")


class TestShare:
    @pytest.mark.parametrize("who", ["reporter", "editor", "head", "chief", "superuser"])
    def test_viewers_share_preview(self, cast, who):
        link = share_preview(feature=a_draft(cast), actor=getattr(cast, who), days=3)
        assert (link.maker, link.revision.number) == (getattr(cast, who), 1)
        assert timedelta(days=2, hours=23) < link.expires_at - timezone.now() <= timedelta(days=3)

    @pytest.mark.parametrize("who", ["colleague", "photographer", "outsider"])
    def test_others_may_not_share(self, cast, who):
        with pytest.raises(RefusedError):
            share_preview(feature=a_draft(cast), actor=getattr(cast, who), days=3)

    @pytest.mark.parametrize("days", [0, 2, 365, -1])
    def test_only_offered_periods(self, cast, days):
        with pytest.raises(RefusedError, match="有效期"):
            share_preview(feature=a_draft(cast), actor=cast.reporter, days=days)

    def test_revoked_by_maker_or_editor(self, cast):
        feature = a_draft(cast)
        link = share_preview(feature=feature, actor=cast.head, days=1)
        with pytest.raises(RefusedError):
            revoke_preview(link=link, actor=cast.colleague)
        assert revoke_preview(link=link, actor=cast.head).revoked_by == cast.head
        with pytest.raises(RefusedError, match="已经撤销"):
            revoke_preview(link=link, actor=cast.editor)


class TestPreview:
    def test_public_without_account_or_cookies(self, client, cast):
        link = share_preview(feature=a_draft(cast), actor=cast.reporter, days=7)
        answer = page(client, link)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "清新的空气" in text
        assert "预览" in text
        assert "第 1 稿 · 有效期至" in text
        assert "北京时间" in text
        assert not answer.cookies
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "Cookie" not in answer.get("Vary", "")

    def test_pinned_to_revision(self, client, cast):
        feature = a_draft(cast)
        link = share_preview(feature=feature, actor=cast.reporter, days=7)
        reword(feature, cast.reporter, "<p>后来的话。</p>")
        assert "后来的话" not in page(client, link).content.decode()

    def test_query_count(self, client, cast, django_assert_max_num_queries):
        link = share_preview(feature=a_draft(cast), actor=cast.reporter, days=7)
        with django_assert_max_num_queries(2):
            page(client, link)

    def test_expired_link_is_gone(self, client, cast, monkeypatch):
        link = share_preview(feature=a_draft(cast), actor=cast.reporter, days=1)
        token = token_of(link)
        PreviewLink.objects.update(expires_at=timezone.now() + timedelta(days=300))
        later = timezone.now() + timedelta(days=1, minutes=1)
        monkeypatch.setattr(timezone, "now", lambda: later)
        answer = client.get(f"/preview/{token}/")
        assert answer.status_code == 410
        assert "过期" in answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"

    def test_revoked_link_is_gone(self, client, cast):
        link = share_preview(feature=a_draft(cast), actor=cast.reporter, days=1)
        revoke_preview(link=link, actor=cast.reporter)
        assert page(client, link).status_code == 410

    @pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "eyJ9:1:2", "e" * 3000])
    def test_tampered_link_is_404(self, client, db, token):
        answer = client.get(f"/preview/{token}/")
        assert answer.status_code == 404
        assert "核对" in answer.content.decode()
        assert answer["Referrer-Policy"] == "no-referrer"

    def test_extra_character_is_404(self, client, cast):
        link = share_preview(feature=a_draft(cast), actor=cast.reporter, days=1)
        assert page(client, link, "x").status_code == 404

    def test_no_links_to_unpublished_pages(self, client, cast):
        link = share_preview(feature=a_draft(cast), actor=cast.reporter, days=1)
        assert "/topics/1" not in page(client, link).content.decode()
        assert workflow.standing(link.revision.feature) == "draft"


def test_withdrawal_revokes_previews(client, cast, edition):
    feature = edition.feature
    link = share_preview(feature=feature, actor=cast.chief, days=30)
    publishing.withdraw(feature=feature, actor=cast.chief, reason="内容有误")
    assert client.get(f"/preview/{token_of(link)}/").status_code == 410
