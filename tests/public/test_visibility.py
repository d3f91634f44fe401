"""Readers see published editions only."""

from datetime import timedelta

import pytest
from django.utils import timezone

from interviews import publishing
from interviews.models import Contributor, CreditRole, Feature, Interview, Speaker, Topic
from tests.builders import a_draft, a_topic, an_interview, published, sign_all, signed

from .pages import a_full_document, publish_many
from .reading import crawl, get

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def addresses(edition):
    document = edition.revision.read()
    topic = document.topics[0]
    interview = topic.interviews[0]
    return {
        "feature": f"/features/{edition.feature_id}/",
        "json": f"/features/{edition.feature_id}.json",
        "topic": f"/topics/{topic.id}/",
        "speaker": f"/speakers/{interview.speaker.id}/",
        "contributor": f"/contributors/{interview.credits[0].contributors[0].id}/",
    }


def statuses(client, edition):
    return {name: client.get(address).status_code for name, address in addresses(edition).items()}


def every(status):
    return dict.fromkeys(["feature", "json", "topic", "speaker", "contributor"], status)


def test_draft_is_hidden(client, cast):
    feature = a_draft(cast)
    topic, speaker = Topic.objects.get(), Speaker.objects.get()
    for address in (f"/features/{feature.pk}/", f"/topics/{topic.pk}/", f"/speakers/{speaker.pk}/"):
        assert client.get(address).status_code == 404
    assert "擦亮" not in get(client, "/").text


class TestScheduled:
    def test_hidden_before_public_after(self, client, cast, at):
        now = timezone.now()
        edition = published(cast, at=now + HOUR)
        assert statuses(client, edition) == every(404)
        assert set(crawl(client)) == {
            "/",
            "/features/",
            "/topics/",
            "/speakers/",
            "/photos/",
            "/search/",
            "/corrections/",
        }
        at(now + HOUR - timedelta(microseconds=1))
        assert statuses(client, edition) == every(404)
        at(now + HOUR)
        assert statuses(client, edition) == every(200)
        assert addresses(edition)["feature"] in get(client, "/").links

    def test_withdrawn_while_scheduled_is_never_public(self, client, cast, at):
        now = timezone.now()
        edition = published(cast, at=now + HOUR)
        publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="改期。")
        at(now + 2 * HOUR)
        assert statuses(client, edition) == every(404)

    def test_next_edition_takes_over_on_time(self, client, cast, at):
        now = timezone.now()
        feature = published(cast).feature
        correct(cast, feature, at=now + HOUR, body="<p>更正后的话。</p>")
        assert "更正后的话" not in get(client, f"/features/{feature.pk}/").text
        at(now + HOUR)
        page = get(client, f"/features/{feature.pk}/")
        assert "更正后的话" in page.text
        assert "清新的空气" not in page.text


def correct(cast, feature, at=None, **changes):
    Interview.objects.filter(topic__feature=feature).update(**changes)
    publishing.record(feature=feature, actor=cast.superuser)
    publishing.submit(feature=feature, actor=cast.chief)
    sign_all(cast, feature)
    return publishing.publish(feature=feature, actor=cast.chief, at=at, note="更新。")


class TestWithdrawn:
    def test_410_with_reason(self, client, cast, edition):
        publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="其中一处数据有误。")
        for name in ("feature", "json", "topic"):
            page = get(client, addresses(edition)[name])
            assert page.status == 410
            assert "其中一处数据有误。" in page.text
            assert "擦亮" not in page.text
            if name != "json":
                assert f"/features/{edition.feature_id}/history/" in page.links

    def test_nothing_links_to_it(self, client, cast, edition):
        publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="数据有误。")
        assert set(crawl(client)) == {
            "/",
            "/features/",
            "/topics/",
            "/speakers/",
            "/photos/",
            "/search/",
            "/corrections/",
        }
        assert statuses(client, edition)["speaker"] == 404
        assert statuses(client, edition)["contributor"] == 404

    def test_latest_reason_is_shown(self, client, cast, edition):
        feature = edition.feature
        publishing.withdraw(feature=feature, actor=cast.chief, reason="第一次。")
        publishing.submit(feature=feature, actor=cast.reporter)
        sign_all(cast, feature)
        publishing.publish(feature=feature, actor=cast.chief, note="核实后重新发布。")
        assert get(client, f"/features/{feature.pk}/").status == 200
        publishing.withdraw(feature=feature, actor=cast.chief, reason="第二次。")
        page = get(client, f"/features/{feature.pk}/")
        assert page.status == 410
        assert "第二次。" in page.text
        assert "第一次。" not in page.text

    def test_410_until_new_edition_starts(self, client, cast, at):
        now = timezone.now()
        feature = published(cast).feature
        publishing.withdraw(feature=feature, actor=cast.chief, reason="数据有误。")
        publishing.submit(feature=feature, actor=cast.reporter)
        sign_all(cast, feature)
        publishing.publish(feature=feature, actor=cast.chief, at=now + HOUR, note="核实后发布。")
        assert get(client, f"/features/{feature.pk}/").status == 410
        at(now + HOUR)
        assert get(client, f"/features/{feature.pk}/").status == 200


def test_topic_removed_by_correction_is_404(client, cast):
    document = a_full_document()
    edition = published(cast, document)
    dropped = edition.revision.read().topics[0]
    Topic.objects.filter(pk=dropped.id).delete()
    correct(cast, edition.feature)
    assert client.get(f"/topics/{dropped.id}/").status_code == 404
    assert dropped.title not in get(client, f"/features/{edition.feature_id}/").text


def test_unpublished_changes_are_hidden(client, cast):
    publish_many(cast, 2)
    before = {address: page.html for address, page in crawl(client).items()}
    Feature.objects.update(headline="未审", subtitle="未审", lead="未审", kicker="未审")
    Feature.objects.update(page_name="未审", page_number=9, issue_date="2026-01-01")
    Topic.objects.update(title="未审")
    Interview.objects.update(body="<p>未审</p>", organisation="未审", job_title="未审")
    Speaker.objects.update(name="未审", organisation="未审", job_title="未审", note="未审")
    Contributor.objects.update(name="未审")
    for role in CreditRole.objects.all():
        CreditRole.objects.filter(pk=role.pk).update(name=f"未审{role.pk}")
    signed(cast, a_full_document(9, topics=(a_topic("未审", an_interview()),)))
    assert {address: page.html for address, page in crawl(client).items()} == before
