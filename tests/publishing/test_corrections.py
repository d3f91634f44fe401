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
from tests.shared_rows import built_once

from .test_editions import next_version

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@built_once
def again(cast):
    """A published feature, signed again."""
    return next_version(cast, published(cast).feature)


def last_payload():
    return json.loads(LedgerEntry.objects.order_by("sequence").last().payload)


class TestLaterEditions:
    def test_later_edition_needs_notice(self, cast, again):
        with pytest.raises(RefusedError, match="读者已经看过前一版"):
            publish(feature=again, actor=cast.chief)
        assert again.editions.count() == 1

    def test_note_makes_update(self, cast, again):
        edition = publish(feature=again, actor=cast.chief, note=" 补充了数据。\n\n并附图。 ")
        assert (edition.kind, edition.note) == ("update", "补充了数据。\n并附图。")
        assert last_payload()["kind"] == "update"

    def test_correction_with_place(self, cast, again):
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
    def test_incomplete_notice_is_refused(self, cast, again, words):
        with pytest.raises(RefusedError):
            publish(feature=again, actor=cast.chief, **words)
        assert again.editions.count() == 1

    def test_correction_of_whole_page(self, cast, again):
        edition = publish(feature=again, actor=cast.chief, kind="correction", wrong="甲", right="乙")
        assert (edition.topic_id, edition.interview_id) == (None, None)

    @pytest.mark.parametrize("field", ["kind", "wrong", "right", "topic_id", "interview_id"])
    def test_tampered_notice_is_detected(self, cast, again, field):
        place = f"interview:{Topic.objects.get().interviews.get().pk}"
        publish(feature=again, actor=cast.chief, wrong="甲", right="乙", place=place)
        with append_only.lifted(connection):
            Edition.objects.filter(number=2).update(**{field: 10**9 if field.endswith("_id") else "update"})
        assert verify_editions()

    def test_republication_needs_notice(self, cast, edition):
        feature = edition.feature
        withdraw(feature=feature, actor=cast.chief, reason="核实中")
        publishing.submit(feature=feature, actor=cast.chief)
        sign_all(cast, feature)
        with pytest.raises(RefusedError, match="读者已经看过"):
            publish(feature=feature, actor=cast.chief)

    def test_edition_after_scheduled_one_needs_notice(self, cast):
        first = published(cast, at=timezone.now() + HOUR)
        feature = next_version(cast, first.feature)
        with pytest.raises(RefusedError, match="读者已经看过"):
            publish(feature=feature, actor=cast.chief, at=timezone.now() + 2 * HOUR)


class TestUnseenEditions:
    def test_first_edition_has_no_notice(self, edition):
        assert not {"kind", "wrong", "right", "topic", "interview"} & set(last_payload())

    def test_rescheduling_needs_no_notice(self, cast):
        first = published(cast, at=timezone.now() + HOUR)
        assert publish(feature=first.feature, actor=cast.chief, at=timezone.now() + 3 * HOUR).kind == ""

    def test_postponed_edition_is_not_public_early(self, cast):
        first = published(cast, at=timezone.now() + HOUR)
        second = publish(feature=first.feature, actor=cast.chief, at=timezone.now() + 3 * HOUR)
        assert not Edition.objects.public(timezone.now() + 2 * HOUR).exists()
        assert Edition.objects.public(timezone.now() + 4 * HOUR).get() == second

    def test_postponed_correction_keeps_notice(self, cast, again):
        publish(feature=again, actor=cast.chief, at=timezone.now() + HOUR, wrong="甲", right="乙")
        moved = publish(feature=again, actor=cast.chief, at=timezone.now() + 3 * HOUR)
        assert (moved.kind, moved.wrong, moved.right) == ("correction", "甲", "乙")
        assert Edition.objects.public(timezone.now() + 2 * HOUR).get().number == 1

    def test_replacing_unpublished_edition_needs_no_notice(self, cast):
        feature = next_version(cast, published(cast, at=timezone.now() + HOUR).feature)
        assert publish(feature=feature, actor=cast.chief).number == 2


def test_no_active_step(cast):
    feature = signed(cast, a_document())
    ReviewStep.objects.update(active=False)
    with pytest.raises(RefusedError, match="没有启用的审稿环节"):
        publish(feature=feature, actor=cast.chief)
