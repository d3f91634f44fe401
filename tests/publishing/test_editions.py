from datetime import timedelta

import pytest
from django.utils import timezone

from interviews import publishing, workflow
from interviews.errors import RefusedError
from interviews.models import (
    Edition,
    Interview,
    PublishedCredit,
    PublishedFeature,
    PublishedInterview,
    PublishedTopic,
    Revision,
)
from interviews.projection import rebuild_published
from interviews.publishing import publish, withdraw
from tests.builders import a_document, a_topic, an_interview, published, sign_all, signed, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
HOUR = timedelta(hours=1)


def next_version(cast, feature, body="<p>更新后的话。</p>"):
    Interview.objects.filter(topic__feature=feature).update(body=body)
    publishing.record(feature=feature, actor=cast.superuser)
    publishing.submit(feature=feature, actor=cast.chief)
    sign_all(cast, feature)
    return feature


class TestPublish:
    def test_publishes_signed_document_unchanged(self, cast):
        feature = signed(cast)
        revision = workflow.latest_revision(feature)
        edition = publish(feature=feature, actor=cast.chief)
        assert edition.number == 1
        assert Edition.objects.public().get().revision.document == revision.document

    @pytest.mark.parametrize("who", ["reporter", "photographer", "editor", "head", "outsider"])
    def test_only_chiefs_publish(self, cast, who):
        with pytest.raises(RefusedError):
            publish(feature=signed(cast), actor=getattr(cast, who))

    def test_unsigned_is_refused(self, cast):
        with pytest.raises(RefusedError, match="初审还没有签发"):
            publish(feature=submitted(cast), actor=cast.chief)

    def test_unrecorded_change_is_refused(self, cast):
        feature = signed(cast)
        Interview.objects.update(body="<p>绕过了登记。</p>")
        with pytest.raises(RefusedError):
            publish(feature=feature, actor=cast.chief)

    def test_same_revision_twice_is_refused(self, cast, edition):
        feature = edition.feature
        with pytest.raises(RefusedError):
            publish(feature=feature, actor=cast.chief)

    def test_past_time_is_refused(self, cast):
        with pytest.raises(RefusedError, match="已经过去"):
            publish(feature=signed(cast), actor=cast.chief, at=timezone.now() - HOUR)

    def test_scheduled_edition_is_public_on_time(self, cast):
        at = timezone.now() + HOUR
        edition = published(cast, at=at)
        assert not Edition.objects.public().exists()
        assert not Edition.objects.public(at - timedelta(microseconds=1)).exists()
        assert Edition.objects.public(at).get() == edition
        assert PublishedTopic.objects.public(at).count() == 1
        assert not PublishedTopic.objects.public().exists()

    def test_scheduled_edition_is_rescheduled(self, cast):
        first = published(cast, at=timezone.now() + HOUR)
        second = publish(feature=first.feature, actor=cast.chief)
        assert Edition.objects.public().get() == second
        assert Edition.objects.public(timezone.now() + 2 * HOUR).get() == second

    def test_editing_live_feature_is_invisible(self, cast, edition):
        feature = edition.feature
        Interview.objects.update(body="<p>还没有审的话。</p>")
        publishing.record(feature=feature, actor=cast.chief)
        assert "还没有审的话" not in Edition.objects.public().get().revision.document
        assert workflow.standing(feature) == "changed"


class TestIntervals:
    def test_next_edition_takes_over_without_gap(self, cast, edition):
        first = edition
        second = publish(
            feature=next_version(cast, first.feature), actor=cast.chief, at=timezone.now() + HOUR, note="补充"
        )
        first.refresh_from_db()
        assert first.published_until == second.published_from
        assert Edition.objects.public().get() == first
        assert Edition.objects.public(second.published_from).get() == second

    def test_immediate_edition_replaces_scheduled_one(self, cast):
        scheduled = published(cast, at=timezone.now() + HOUR)
        now = publish(feature=next_version(cast, scheduled.feature), actor=cast.chief)
        scheduled.refresh_from_db()
        assert scheduled.published_until == scheduled.published_from
        assert Edition.objects.public(timezone.now() + 2 * HOUR).get() == now

    def test_withdrawal_ends_live_and_scheduled_editions(self, cast, edition):
        first = edition
        publish(feature=next_version(cast, first.feature), actor=cast.chief, at=timezone.now() + HOUR, note="补充")
        withdraw(feature=first.feature, actor=cast.chief, reason="内容有误，核实中")
        assert not Edition.objects.public().exists()
        assert not Edition.objects.public(timezone.now() + 2 * HOUR).exists()
        assert workflow.standing(first.feature) == "withdrawn"

    def test_past_editions_can_be_queried(self, cast, edition):
        first = edition
        withdraw(feature=first.feature, actor=cast.chief, reason="内容有误，核实中")
        assert Edition.objects.public(first.published_from).get() == first


class TestWithdraw:
    def test_withdrawal_needs_reason(self, cast):
        with pytest.raises(RefusedError, match="理由"):
            withdraw(feature=published(cast).feature, actor=cast.chief, reason=" ")

    @pytest.mark.parametrize("who", ["reporter", "photographer", "editor", "head", "outsider"])
    def test_only_chiefs_withdraw(self, cast, who):
        with pytest.raises(RefusedError):
            withdraw(feature=published(cast).feature, actor=getattr(cast, who), reason="有误")

    def test_unpublished_is_not_withdrawn(self, cast):
        with pytest.raises(RefusedError, match="没有发布"):
            withdraw(feature=signed(cast), actor=cast.chief, reason="有误")

    def test_republication_needs_full_review(self, cast, edition):
        feature = edition.feature
        withdraw(feature=feature, actor=cast.chief, reason="有误")
        publishing.submit(feature=feature, actor=cast.reporter)
        with pytest.raises(RefusedError, match="初审"):
            publish(feature=feature, actor=cast.chief)
        sign_all(cast, feature)
        assert publish(feature=feature, actor=cast.chief, note="核实后重新发布").number == 2


class TestProjection:
    def rows(self):
        tables = (PublishedFeature, PublishedTopic, PublishedInterview, PublishedCredit)
        return [list(table.objects.order_by("pk").values()) for table in tables]

    def test_rows_match_document(self, cast):
        document = a_document(topics=(a_topic("甲", an_interview(), an_interview()), a_topic("乙")))
        edition = published(cast, document)
        assert [topic.title for topic in edition.topics.order_by("position")] == ["甲", "乙"]
        interview = edition.interviews.order_by("position").first()
        assert (interview.speaker_name, interview.organisation, interview.job_title) == (
            "裴国欣",
            "市生态环境局大气科",
            "科长",
        )
        assert edition.page.headline == document.headline
        assert [credit.role for credit in edition.credits.order_by("position")] == ["记者"] * 3 + ["策划"]

    def test_rebuild_is_idempotent(self, cast, edition):
        first = edition
        publish(feature=next_version(cast, first.feature), actor=cast.chief, at=timezone.now() + HOUR, note="补充")
        before = self.rows()
        for table in (PublishedTopic, PublishedInterview, PublishedCredit):
            table.objects.all().delete()
        PublishedFeature.objects.update(headline="被改坏的标题")
        assert rebuild_published() == 2
        assert self.rows() == before


def test_edition_protects_its_revision(edition):
    with pytest.raises(Exception, match="protected"):
        Revision.objects.get(pk=edition.revision_id).delete()


class TestReopen:
    def test_reopened_feature_is_corrected(self, cast, edition):
        feature = edition.feature
        publishing.reopen(feature=feature, actor=cast.chief)
        Interview.objects.filter(topic__feature=feature).update(body="<p>改过的话。</p>")
        assert publishing.record(feature=feature, actor=cast.reporter)
        assert "改过的话" not in Edition.objects.public().get().revision.document
        publishing.submit(feature=feature, actor=cast.reporter)
        sign_all(cast, feature)
        publish(feature=feature, actor=cast.chief, note="补充数据")
        with pytest.raises(RefusedError):
            publishing.record(feature=feature, actor=cast.reporter)

    @pytest.mark.parametrize("who", ["reporter", "editor", "head", "photographer", "outsider"])
    def test_only_publishers_reopen(self, cast, edition, who):
        feature = edition.feature
        with pytest.raises(RefusedError):
            publishing.reopen(feature=feature, actor=getattr(cast, who))

    def test_reopen_live_features_once(self, cast):
        with pytest.raises(RefusedError, match="没有公开"):
            publishing.reopen(feature=signed(cast), actor=cast.chief)
        feature = published(cast).feature
        publishing.reopen(feature=feature, actor=cast.chief)
        with pytest.raises(RefusedError, match="已经交回"):
            publishing.reopen(feature=feature, actor=cast.chief)
