import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from interviews import publishing
from interviews.errors import RefusedError
from interviews.models import Edition, LedgerEntry, ReviewStep, Topic, append_only
from interviews.publishing import publish, verify_editions, withdraw
from tests.builders import a_document, published, sign_all, signed

from .test_editions import next_version

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def again(cast):
    """A feature that readers have seen, signed anew."""
    return next_version(cast, published(cast).feature)


def last_payload():
    return json.loads(LedgerEntry.objects.order_by("sequence").last().payload)


class TestFurtherEditions:
    def test_nothing_said_is_refused(self, cast, again):
        with pytest.raises(RefusedError, match="读者已经看过前一版"):
            publish(feature=again, actor=cast.chief)
        assert again.editions.count() == 1

    def test_a_note_alone_is_an_update(self, cast, again):
        edition = publish(feature=again, actor=cast.chief, note=" 补充了数据。\n\n并附图。 ")
        assert (edition.kind, edition.note) == ("update", "补充了数据。\n并附图。")
        assert last_payload()["kind"] == "update"

    def test_a_correction_says_what_was_wrong_and_is_right_and_where(self, cast, again):
        topic = Topic.objects.get()
        interview = topic.interviews.get()
        edition = publish(
            feature=again, actor=cast.chief, wrong="285 天", right="297 天", place=f"interview:{interview.pk}"
        )
        assert (edition.kind, edition.topic_id, edition.interview_id) == ("correction", topic.pk, interview.pk)
        facts = {name: last_payload()[name] for name in ("kind", "wrong", "right", "topic", "interview")}
        assert facts == {
            "kind": "correction",
            "wrong": "285 天",
            "right": "297 天",
            "topic": topic.pk,
            "interview": interview.pk,
        }
        assert verify_editions() == []

    @pytest.mark.parametrize(
        "words",
        [
            {"wrong": "285 天"},
            {"right": "297 天"},
            {"kind": "correction", "note": "更正"},
            {"kind": "update", "wrong": "甲", "right": "乙"},
            {"kind": "update", "note": " \u200b\n"},
            {"kind": "surprise", "note": "说明"},
            {"wrong": "甲", "right": "乙", "place": "topic:999999"},
            {"wrong": "甲", "right": "乙", "place": "interview:0"},
            {"wrong": "甲", "right": "乙", "place": "nonsense"},
            {"note": "长" * 2001},
        ],
    )
    def test_half_a_notice_is_refused(self, cast, again, words):
        with pytest.raises(RefusedError):
            publish(feature=again, actor=cast.chief, **words)
        assert again.editions.count() == 1

    def test_a_correction_of_the_whole_page(self, cast, again):
        edition = publish(feature=again, actor=cast.chief, kind="correction", wrong="甲", right="乙")
        assert (edition.topic_id, edition.interview_id) == (None, None)

    @pytest.mark.parametrize("field", ["kind", "wrong", "right", "topic_id", "interview_id"])
    def test_a_changed_notice_is_caught(self, cast, again, field):
        place = f"interview:{Topic.objects.get().interviews.get().pk}"
        publish(feature=again, actor=cast.chief, wrong="甲", right="乙", place=place)
        with append_only.lifted(connection):
            Edition.objects.filter(number=2).update(**{field: 7 if field.endswith("_id") else "update"})
        assert verify_editions()

    def test_back_after_a_withdrawal_it_needs_one(self, cast):
        feature = published(cast).feature
        withdraw(feature=feature, actor=cast.chief, reason="核实中")
        publishing.submit(feature=feature, actor=cast.chief)
        sign_all(cast, feature)
        with pytest.raises(RefusedError, match="读者已经看过"):
            publish(feature=feature, actor=cast.chief)

    def test_one_that_follows_a_scheduled_edition_needs_one(self, cast):
        first = published(cast, at=timezone.now() + HOUR)
        feature = next_version(cast, first.feature)
        with pytest.raises(RefusedError, match="读者已经看过"):
            publish(feature=feature, actor=cast.chief, at=timezone.now() + 2 * HOUR)


class TestNobodySawIt:
    def test_the_first_edition_needs_nothing_and_seals_no_notice(self, cast):
        published(cast)
        assert not {"kind", "wrong", "right", "topic", "interview"} & set(last_payload())

    def test_another_time_needs_nothing(self, cast):
        first = published(cast, at=timezone.now() + HOUR)
        assert publish(feature=first.feature, actor=cast.chief, at=timezone.now() + 3 * HOUR).kind == ""

    def test_what_is_put_off_does_not_appear_at_its_first_time(self, cast):
        first = published(cast, at=timezone.now() + HOUR)
        second = publish(feature=first.feature, actor=cast.chief, at=timezone.now() + 3 * HOUR)
        assert not Edition.objects.public(timezone.now() + 2 * HOUR).exists()
        assert Edition.objects.public(timezone.now() + 4 * HOUR).get() == second

    def test_a_correction_that_is_put_off_keeps_its_words(self, cast, again):
        publish(feature=again, actor=cast.chief, at=timezone.now() + HOUR, wrong="甲", right="乙")
        moved = publish(feature=again, actor=cast.chief, at=timezone.now() + 3 * HOUR)
        assert (moved.kind, moved.wrong, moved.right) == ("correction", "甲", "乙")
        assert Edition.objects.public(timezone.now() + 2 * HOUR).get().number == 1

    def test_a_new_text_before_anybody_saw_the_old_one(self, cast):
        feature = next_version(cast, published(cast, at=timezone.now() + HOUR).feature)
        assert publish(feature=feature, actor=cast.chief).number == 2


def test_without_an_active_step_nothing_is_published(cast):
    feature = signed(cast, a_document())
    ReviewStep.objects.update(active=False)
    with pytest.raises(RefusedError, match="没有启用的审稿环节"):
        publish(feature=feature, actor=cast.chief)
