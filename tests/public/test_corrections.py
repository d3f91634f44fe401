from datetime import timedelta

import pytest
from django.utils import timezone

from interviews import publishing
from interviews.models import Topic
from tests.builders import a_document, a_topic, an_interview, published, sign_all
from tests.publishing.test_editions import next_version
from tests.shared_rows import built_once

from .reading import get

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def further(cast, feature, body="<p>第二版的话。</p>", **words):
    return publishing.publish(feature=next_version(cast, feature, body), actor=cast.chief, **words)


@built_once
def feature(cast):
    document = a_document(topics=(a_topic("蓝天", an_interview()), a_topic("碧水", an_interview())))
    return published(cast, document).feature


def ids(feature):
    topic = Topic.objects.get(feature=feature, title="碧水")
    return topic.pk, topic.interviews.get().pk


class TestNotes:
    def test_note_beside_statement_and_on_its_topic_only(self, client, cast, feature):
        topic, interview = ids(feature)
        further(cast, feature, wrong="285 <天>", right="297 天", place=f"interview:{interview}")
        page = get(client, f"/features/{feature.pk}/")
        after = page.html.partition(f'id="interview-{interview}"')[2]
        assert "285 &lt;天&gt;" in after
        assert page.text.count("原文有误") == 1
        assert "297 天" in get(client, f"/topics/{topic}/").text
        other = Topic.objects.get(feature=feature, title="蓝天").pk
        assert "297 天" not in get(client, f"/topics/{other}/").text

    def test_notes_of_topic_and_page(self, client, cast, feature):
        topic, _ = ids(feature)
        further(cast, feature, wrong="甲", right="乙", place=f"topic:{topic}")
        further(cast, feature, "<p>第三版的话。</p>", wrong="丙", right="丁", note="编辑部致歉")
        page = get(client, f"/features/{feature.pk}/")
        credits = page.html.index('<footer class="page-credits"')
        assert page.html.index("更正为</dt><dd>乙") < credits < page.html.index("更正为</dt><dd>丁")
        assert "编辑部致歉" in page.text

    def test_note_of_removed_passage_is_at_page_end(self, client, cast, feature):
        topic, interview = ids(feature)
        further(cast, feature, wrong="甲", right="乙", place=f"interview:{interview}")
        Topic.objects.filter(pk=topic).delete()
        further(cast, feature, "<p>第三版的话。</p>", note="删去一个话题")
        assert "更正为" in get(client, f"/features/{feature.pk}/").text

    def test_scheduled_correction_is_hidden(self, client, cast, feature):
        further(cast, feature, at=timezone.now() + HOUR, wrong="甲", right="乙")
        page = get(client, f"/features/{feature.pk}/")
        assert 'class="correction' not in page.html
        assert "更正与更新" not in page.text

    def test_feeds_include_correction(self, client, cast, feature):
        further(cast, feature, wrong="甲", right="乙", place=f"topic:{ids(feature)[0]}")
        entries = client.get("/feeds/topics.atom").content.decode().split("<entry>")[1:]
        assert [("碧水</title>" in each, "原文有误：甲" in each) for each in entries] == [(False, False), (True, True)]
        assert "原文有误：甲" in client.get("/feeds/features.atom").content.decode()

    def test_update_is_not_a_correction(self, client, cast, feature):
        further(cast, feature, note="补充数据")
        assert "补充数据" not in get(client, f"/features/{feature.pk}/").text


class TestHistory:
    def test_history_lists_editions_newest_first(self, client, cast, feature, at):
        start = timezone.now()
        _, interview = ids(feature)
        at(start + HOUR)
        further(cast, feature, wrong="甲误", right="乙正", place=f"interview:{interview}", note="致歉")
        at(start + 2 * HOUR)
        publishing.withdraw(feature=feature, actor=cast.chief, reason="核实中。")
        at(start + 3 * HOUR)
        publishing.submit(feature=feature, actor=cast.chief)
        sign_all(cast, feature)
        publishing.publish(feature=feature, actor=cast.chief, note="核实后恢复。")
        page = get(client, f"/features/{feature.pk}/history/")
        words = ["核实后恢复。", "核实中。", "甲误", "乙正", "首次发布"]
        assert sorted(words, key=page.text.index) == words
        assert "话题“碧水”裴国欣的谈话" in page.text
        assert page.count("h1") == 1
        assert page.count("h2") == 4

    def test_history_linked_from_second_edition_on(self, client, cast, feature):
        address = f"/features/{feature.pk}/history/"
        assert address not in get(client, f"/features/{feature.pk}/").links
        further(cast, feature, note="补充")
        assert address in get(client, f"/features/{feature.pk}/").links
        assert get(client, address).status == 200

    def test_unpublished_editions_are_not_listed(self, client, cast):
        feature = published(cast, at=timezone.now() + HOUR).feature
        assert get(client, f"/features/{feature.pk}/history/").status == 404
        publishing.publish(feature=feature, actor=cast.chief)
        page = get(client, f"/features/{feature.pk}/history/")
        assert page.count("h2") == 1

    def test_history_of_withdrawn_feature(self, client, cast, feature):
        further(cast, feature, wrong="张三", right="李四", place=f"topic:{ids(feature)[0]}", note="编辑部致歉")
        publishing.withdraw(feature=feature, actor=cast.chief, reason="核实中。")
        page = get(client, f"/features/{feature.pk}/history/")
        assert "核实中。" in page.text
        assert f"/features/{feature.pk}/" not in page.links
        assert 'content="noindex"' in page.html
        for word in ("擦亮", "碧水", "张三", "李四", "致歉"):
            assert word not in page.html

    def test_unknown_feature(self, client, db):
        assert get(client, "/features/999/history/").status == 404

    def test_query_count_is_fixed(self, client, cast, feature, django_assert_num_queries):
        for number in range(3):
            further(cast, feature, f"<p>第{number}次改。</p>", note="补充")
        with django_assert_num_queries(3):
            client.get(f"/features/{feature.pk}/history/")


class TestTimeTravel:
    def ask(self, client, feature, moment):
        return client.get(f"/features/{feature.pk}/", {"at": moment})

    def test_past_edition_with_banner(self, client, cast, feature, at):
        start = timezone.now()
        at(start + HOUR)
        topic, _ = ids(feature)
        further(cast, feature, wrong="甲", right="乙")
        client.force_login(cast.chief)
        then = timezone.localtime(start + HOUR / 2).strftime("%Y-%m-%dT%H:%M:%S")
        answer = self.ask(client, feature, then)
        text = answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"
        assert "清新的空气" in text
        assert "读者看到的版面 · 第1次发布" in text
        assert "更正为" not in text
        assert "清新的空气" in client.get(f"/topics/{topic}/", {"at": then}).content.decode()

    def test_offset_escaped_or_not(self, client, cast, feature):
        client.force_login(cast.chief)
        moment = (timezone.now() + HOUR).isoformat(timespec="seconds")
        assert self.ask(client, feature, moment).status_code == 200
        assert client.get(f"/features/{feature.pk}/?at={moment}").status_code == 200

    def test_404_if_nothing_was_public(self, client, cast, feature):
        client.force_login(cast.chief)
        for address in (f"/features/{feature.pk}/", f"/topics/{ids(feature)[0]}/", "/features/999999/"):
            answer = client.get(address, {"at": "2001-03-12T08:00"})
            assert answer.status_code == 404
            assert "看不到任何内容" in answer.content.decode()

    @pytest.mark.parametrize(
        "moment",
        ["", "昨天", "2025-13-01T08:00", "2025-02-30", "0001-01-01T00:00", "9999-12-31T23:59-23:00", "\x00", "1" * 500],
    )
    def test_invalid_time(self, client, cast, feature, moment):
        client.force_login(cast.chief)
        answer = self.ask(client, feature, moment)
        assert answer.status_code == 400
        assert "2025-03-12T08:00" in answer.content.decode()

    @pytest.mark.parametrize("who", ["reporter", "photographer", "editor", "head", "outsider", None])
    def test_permission_required(self, client, cast, feature, who):
        if who:
            client.force_login(getattr(cast, who))
        for address in (f"/features/{feature.pk}/", f"/topics/{ids(feature)[0]}/"):
            answer = client.get(address, {"at": "2025-03-12T08:00"})
            assert answer.status_code == 403
            assert answer["Cache-Control"] == "private, no-store"
            assert "有发布或更正权限" in answer.content.decode()

    def test_session_untouched_without_at(self, client, cast, feature):
        client.force_login(cast.chief)
        answer = client.get(f"/features/{feature.pk}/")
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies
