from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from interviews import document as d
from interviews import publishing
from interviews.models import Contributor, Speaker
from tests.builders import a_credit, a_document, a_speaker, a_topic, an_interview, published
from tests.publishing.test_editions import next_version

from .pages import a_full_document
from .reading import get

pytestmark = pytest.mark.django_db


def heard(cast, speaker, date, title="蓝天白云常相伴"):
    topic = a_topic(title, an_interview(speaker=speaker))
    return published(cast, a_document(topics=(topic,), issue=d.Issue(date=date)))


class TestSpeakers:
    def test_sorted_by_pinyin(self, client, cast):
        for name in ("周文", "安宁", "李思"):
            heard(cast, a_speaker(name), "2025-03-12")
        text = get(client, "/speakers/").text
        assert text.index("安宁") < text.index("李思") < text.index("周文")

    def test_name_sort_overrides_pinyin(self, client, cast):
        heard(cast, a_speaker("单田芳"), "2025-03-12")
        heard(cast, a_speaker("李思"), "2025-03-12")
        Speaker.objects.filter(name="单田芳").update(name_sort="aa")
        text = get(client, "/speakers/").text
        assert text.index("单田芳") < text.index("李思")

    def test_latest_printed_job_title(self, client, cast):
        heard(cast, a_speaker(job_title="科长"), "2025-03-12")
        heard(cast, a_speaker(job_title="副科长"), "2023-03-12")
        page = get(client, "/speakers/")
        assert page.text.count("裴国欣") == 1
        assert "市生态环境局大气科科长" in page.text
        assert "副科长" not in page.text

    def test_initials_are_counted_by_database(self, client, cast):
        for name in ("周文", "安宁", "郑重", "赵一"):
            heard(cast, a_speaker(name), "2025-03-12")
        with CaptureQueriesContext(connection) as queries:
            get(client, "/speakers/")
        (sql,) = [each["sql"] for each in queries.captured_queries if "GROUP BY" in each["sql"]]
        with connection.cursor() as cursor:
            cursor.execute(sql)
            assert sorted(cursor.fetchall()) == [("A", 1), ("Z", 3)]


class TestSpeaker:
    def test_job_title_of_each_statement(self, client, cast):
        newer = heard(cast, a_speaker(job_title="科长"), "2025-03-12", "蓝天")
        older = heard(cast, a_speaker(job_title="副科长"), "2023-03-12", "碧水")
        Speaker.objects.update(job_title="局长", organisation="市人大")
        page = get(client, f"/speakers/{Speaker.objects.get().pk}/")
        text = page.text
        assert text.index("市生态环境局大气科科长") < text.index("市生态环境局大气科副科长")
        assert "市人大" not in text
        for edition in (newer, older):
            interview = edition.revision.read().topics[0].interviews[0]
            assert f"/features/{edition.feature_id}/#interview-{interview.id}" in page.links

    def test_excerpt_of_statement(self, client, cast):
        heard(cast, a_speaker(), "2025-03-12")
        assert "清新的空气、如洗的蓝天" in get(client, f"/speakers/{Speaker.objects.get().pk}/").text

    def test_reporter_link(self, client, cast):
        heard(cast, a_speaker(), "2025-03-12")
        page = get(client, f"/speakers/{Speaker.objects.get().pk}/")
        assert f"/contributors/{Contributor.objects.get(name='武玲芳').pk}/" in page.links

    def test_speaker_without_statements_is_404(self, client, cast):
        speaker = Speaker.objects.create(name="未发表")
        assert client.get(f"/speakers/{speaker.pk}/").status_code == 404


class TestContributor:
    def test_roles_and_works(self, client, cast):
        edition = published(cast, a_document(credits=(a_credit("统筹", "武玲芳"), a_credit("摄影", "程婧"))))
        topic = edition.revision.read().topics[0]
        page = get(client, f"/contributors/{Contributor.objects.get(name='武玲芳').pk}/")
        assert "统筹" in page.text
        assert "记者" in page.text
        assert "访 裴国欣" in page.text
        assert f"/speakers/{topic.interviews[0].speaker.id}/" in page.links
        assert "摄影" not in page.text
        assert {f"/features/{edition.feature_id}/", f"/topics/{topic.id}/"} <= set(page.links)

    def test_pagination(self, client, cast):
        topics = tuple(a_topic(f"话题{number}", an_interview()) for number in range(61))
        published(cast, a_document(topics=topics))
        address = f"/contributors/{Contributor.objects.get(name='武玲芳').pk}/"
        assert get(client, address).link("next") == f"{address}?page=2"
        assert "话题60" in get(client, f"{address}?page=2").text

    def test_contributor_without_credits_is_404(self, client, cast):
        person = Contributor.objects.create(name="未署名")
        assert client.get(f"/contributors/{person.pk}/").status_code == 404


class TestTopic:
    def test_statements_and_navigation(self, client, cast):
        topics = tuple(a_topic(title, an_interview()) for title in ("蓝天", "碧水", "净土"))
        edition = published(cast, a_document(topics=topics))
        first, second, third = edition.revision.read().topics
        page = get(client, f"/topics/{second.id}/")
        assert "清新的空气" in page.text
        assert "二" in page.text
        assert page.link("prev") == f"/topics/{first.id}/"
        assert page.link("next") == f"/topics/{third.id}/"
        assert f"/features/{edition.feature_id}/" in page.links

    def test_single_topic_has_no_neighbours(self, client, edition):
        page = get(client, f"/topics/{edition.revision.read().topics[0].id}/")
        assert page.link("prev") is None
        assert page.link("next") is None

    def test_related_topics_by_subject(self, client, cast):
        editions = [published(cast, a_full_document(number)) for number in (1, 2, 3)]  # 林草+水, 大气, 林草+水
        here, other, akin = ([topic.id for topic in each.revision.read().topics] for each in editions)
        links = get(client, f"/topics/{here[0]}/").links
        assert {f"/topics/{key}/" for key in akin} <= set(links)
        assert not {f"/topics/{key}/" for key in other} & set(links)

    def test_no_related_topics_in_past_edition(self, client, cast, at):
        feature = published(cast, a_full_document(1)).feature
        topic = feature.editions.get().revision.read().topics[0].id
        moment = timezone.now() + timedelta(minutes=1)
        at(moment + timedelta(hours=1))
        publishing.publish(feature=next_version(cast, feature), actor=cast.chief, note="补充")
        client.force_login(cast.chief)
        page = get(client, f"/topics/{topic}/?at={moment:%Y-%m-%dT%H:%M:%SZ}")
        assert page.status == 200
        assert "同领域的话题" not in page.text
