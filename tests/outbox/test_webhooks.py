"""Webhooks with a real receiver: what is sent, when, in which order, and what happens if it isn't taken."""

import base64
import hashlib
import hmac
import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.utils import timezone

from interviews import publishing
from interviews.models import Delivery, DeliveryState, OutboxMessage, PublicEvent, Task, WebhookSubscription
from interviews.outbox import delivering
from interviews.tasks.running import Ending
from tests.builders import published, signed
from tests.publishing.test_editions import next_version

from .receiver import status
from .working import hasten, work

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def at(monkeypatch):
    """Return a function that sets the site's clock."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def corrected(cast, feature, **fields):
    return publishing.publish(feature=next_version(cast, feature, **fields), actor=cast.chief, wrong="285", right="297")


def withdrawn(cast, feature):
    return publishing.withdraw(feature=feature, actor=cast.chief, reason="数据有误。")


@pytest.mark.engine
def test_each_event_is_sent_once(cast, receiver, subscribe):
    subscribe(receiver)
    feature = published(cast).feature
    corrected(cast, feature)
    withdrawn(cast, feature)
    assert receiver.sent == [], "not before the work is done"
    work()
    assert receiver.events == [(name, feature.pk) for name in ("published", "corrected", "withdrawn")]
    first, second, last = (each.json["data"] for each in receiver.sent)
    assert first["headline"] == "擦亮生态底色\u3000描绘美丽画卷"
    assert first["url"] == f"http://127.0.0.1:8000/features/{feature.pk}/"
    assert (second["edition"], second["wrong"], second["right"]) == (2, "285", "297")
    assert last["reason"] == "数据有误。"
    assert not Task.objects.exists()
    assert {each.state for each in Delivery.objects.all()} == {DeliveryState.DELIVERED}


def test_signature_is_that_of_standard_webhooks(cast, receiver, subscribe):
    secret = subscribe(receiver).secret
    published(cast)
    work()
    (sent,) = receiver.sent
    key = base64.b64decode(secret.removeprefix("whsec_"))
    name, moment = sent.headers["webhook-id"], sent.headers["webhook-timestamp"]
    digest = hmac.new(key, f"{name}.{moment}.".encode() + sent.body, hashlib.sha256).digest()
    assert sent.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert abs(time.time() - int(moment)) < 60
    assert sent.headers["content-type"] == "application/json"
    assert sent.path == "/hook?from=jinzhong"


def test_subscriptions_choose_events(cast, receiver, other, subscribe):
    subscribe(receiver, events=[PublicEvent.WITHDRAWN])
    subscribe(other, name="停用的", active=False)
    feature = published(cast).feature
    withdrawn(cast, feature)
    work()
    assert (receiver.events, other.sent) == ([("withdrawn", feature.pk)], [])


def test_without_receivers_nothing_is_written(cast):
    published(cast)
    assert not OutboxMessage.objects.exists()
    assert not Task.objects.exists()


def test_verb_that_is_rolled_back_is_not_announced(cast, receiver, subscribe):
    subscribe(receiver)
    feature = signed(cast)
    with transaction.atomic():
        publishing.publish(feature=feature, actor=cast.chief)
        assert OutboxMessage.objects.exists()
        transaction.set_rollback(True)
    work()
    assert receiver.sent == []


class TestScheduled:
    def test_sent_at_its_moment(self, cast, receiver, subscribe, at):
        subscribe(receiver)
        moment = timezone.now() + HOUR
        published(cast, at=moment)
        hasten()
        assert [each.ending for each in work()] == [Ending.GOING_ON]
        at(moment - timedelta(milliseconds=1))
        assert work() == []
        assert receiver.sent == []
        at(moment)
        work()
        assert [name for name, _ in receiver.events] == ["published"]

    @pytest.mark.engine
    def test_withdrawn_before_its_moment_is_never_sent(self, cast, receiver, subscribe, at):
        subscribe(receiver)
        edition = published(cast, at=timezone.now() + HOUR)
        withdrawn(cast, edition.feature)
        at(edition.published_from + HOUR)
        work()
        assert receiver.sent == []
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.status) == (DeliveryState.DROPPED, delivering.ENDED_BEFORE)

    def test_postponed_edition_is_sent_once(self, cast, receiver, subscribe, at):
        subscribe(receiver)
        edition = published(cast, at=timezone.now() + HOUR)
        later = edition.published_from + HOUR
        publishing.publish(feature=edition.feature, actor=cast.chief, at=later)
        at(edition.published_from)
        work()
        assert receiver.sent == []
        at(later)
        work()
        assert [each.json["data"]["edition"] for each in receiver.sent] == [2]

    def test_withdrawal_overtakes_a_correction_that_was_to_come(self, cast, receiver, subscribe, at):
        subscribe(receiver)
        feature = published(cast).feature
        moment = timezone.now() + HOUR
        publishing.publish(feature=next_version(cast, feature), actor=cast.chief, at=moment, note="更新")
        withdrawn(cast, feature)
        at(moment + HOUR)
        work()
        assert [name for name, _ in receiver.events] == ["published", "withdrawn"]


class TestFailures:
    def test_same_id_and_body_again(self, cast, receiver, subscribe):
        subscribe(receiver)
        receiver.answer = 500
        published(cast)
        (outcome,) = work()
        assert outcome.ending == Ending.FAILED
        assert "HTTP 500" in str(outcome)
        assert work() == [], "not before the pause is over"
        receiver.answer = 204
        hasten()
        work()
        first, second = receiver.sent
        assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
        assert Delivery.objects.get().attempts == 2

    def test_pauses_grow_until_it_is_given_up(self, cast, receiver, subscribe):
        subscribe(receiver)
        receiver.answer = 404
        published(cast)
        pauses = []
        while (delivery := Delivery.objects.get()).state == DeliveryState.WAITING:
            hasten()
            (outcome,) = work()
            pauses.append((Delivery.objects.get().next_at or timezone.now()) - timezone.now())
        assert outcome.ending == Ending.GIVEN_UP
        assert (delivery.state, delivery.attempts) == (DeliveryState.GIVEN_UP, len(delivering.PAUSES) + 1)
        assert all(later > sooner - timedelta(seconds=30) for sooner, later in pairwise(pauses[:-1]))
        assert delivery.status == "对方答复 HTTP 404。"
        assert not Task.objects.exists()

    @pytest.mark.engine
    def test_order_per_feature_is_kept_and_others_go_ahead(self, cast, receiver, subscribe):
        subscribe(receiver)
        feature = published(cast).feature
        receiver.answer = 500
        work()
        withdrawn(cast, feature)
        receiver.answer = 204
        other = published(cast).feature
        work()
        assert receiver.events == [("published", feature.pk), ("published", other.pk)]
        hasten()
        work()
        assert receiver.events[2:] == [("published", feature.pk), ("withdrawn", feature.pk)]

    @pytest.mark.engine
    def test_receiver_that_is_away_is_asked_once_for_all(self, cast, receiver, subscribe):
        subscribe(receiver)
        features = [published(cast).feature for _ in range(3)]
        receiver.answer = 503
        work()
        assert len(receiver.sent) == 1
        assert [each.attempts for each in Delivery.objects.all()] == [1, 1, 1]
        receiver.answer = 204
        features.append(published(cast).feature)
        work()
        assert {feature for _, feature in receiver.events} == {feature.pk for feature in features}
        assert not Delivery.objects.waiting().exists(), "its answer brings the others forward"

    def test_redirect_is_not_followed(self, cast, receiver, other, subscribe):
        subscribe(receiver)
        receiver.answer = lambda handler: status(handler, 302, Location=other.url)
        published(cast)
        work()
        assert other.sent == []
        assert "转到别的地址" in Delivery.objects.get().status

    def test_dead_receiver_holds_up_nobody(self, cast, receiver, other, subscribe):
        dead, well = subscribe(receiver), subscribe(other, name="市台")
        dead.url = "http://127.0.0.1:1/"
        dead.save()
        feature = published(cast).feature
        work()
        assert other.events == [("published", feature.pk)]
        states = dict(Delivery.objects.values_list("receiver", "state"))
        assert states == {dead.pk: DeliveryState.WAITING, well.pk: DeliveryState.DELIVERED}
        assert Delivery.objects.get(receiver=dead.pk).status == "对方拒绝连接。"

    def test_fault_of_ours_holds_up_one_feature(self, cast, receiver, subscribe):
        broken, feature = subscribe(receiver), published(cast).feature
        WebhookSubscription.objects.update(secret="nonsense")
        work()
        assert Delivery.objects.get().status == "程序出错（ValidationError）。"
        WebhookSubscription.objects.update(secret=broken.secret)
        later = published(cast).feature
        work()
        assert receiver.events == [("published", later.pk)]
        hasten()
        work()
        assert receiver.events[1:] == [("published", feature.pk)]

    def test_switched_off_subscription_gets_no_more(self, cast, receiver, subscribe):
        subscription = subscribe(receiver)
        published(cast)
        subscription.active = False
        subscription.save()
        work()
        assert receiver.sent == []
        assert Delivery.objects.get().state == DeliveryState.DROPPED


@pytest.mark.engine
def test_old_messages_are_deleted_unless_somebody_waits(cast, receiver, subscribe):
    subscribe(receiver)
    published(cast)
    published(cast)
    OutboxMessage.objects.update(moment=timezone.now() - delivering.KEPT - HOUR)
    given_up = Delivery.objects.last()
    given_up.end(DeliveryState.GIVEN_UP, "对方拒绝连接。")
    given_up.save()
    work()
    assert [each.pk for each in OutboxMessage.objects.all()] == [given_up.message_id]
