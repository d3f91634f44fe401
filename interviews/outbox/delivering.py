"""Deliver what a receiver waits for, one message a call, so that receivers take turns.

A receiver that is away is asked once for all that is due, and all of it waits; a message that it rejects holds up only
later ones about the same feature.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Min
from django.utils import timezone

from interviews import tasks
from interviews.models import Delivery, DeliveryState, Feature, OutboxMessage
from interviews.models.outbox import DeliveryQuerySet
from interviews.tasks import Progress

from .calling import NoAnswerError
from .channels import Channel, RejectedError, UnwantedError

log = logging.getLogger(__name__)

# Waits after each failed attempt, a day in all; after the last one the delivery is given up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 120, 240, 480, 480))
KEPT = timedelta(days=90)
ENDED_BEFORE = "公开以前就改期或撤下了，不用送。"

CHANNELS: list[Channel] = []


def register(channel: Channel) -> None:
    """Let messages be posted to a channel, and its receivers' queues be worked on."""
    CHANNELS.append(channel)
    tasks.handles(channel.kind)(lambda receiver: deliver_next(channel, receiver))


def deliver_next(channel: Channel, receiver: int) -> Progress:
    """Attempt the delivery that is due first. If killed, the attempt is repeated with the same id."""
    queue = Delivery.objects.of(channel.kind, receiver)
    head = _first_due(queue)
    error, given_up = _attempt(channel, head, queue) if head else ("", False)
    next_at = queue.heads().aggregate(next_at=Min("next_at"))["next_at"]
    if next_at is None:
        prune()
    return Progress(next_at, error, given_up)


def _first_due(queue: DeliveryQuerySet) -> Delivery | None:
    return _due(queue, timezone.now()).select_related("message__edition").order_by("next_at", "pk").first()


def _due(queue: DeliveryQuerySet, now: datetime) -> DeliveryQuerySet:
    return queue.heads().filter(next_at__lte=now, message__moment__lte=now)


def _attempt(channel: Channel, head: Delivery, queue: DeliveryQuerySet) -> tuple[str, bool]:
    """Send a message and note how it was answered. Returns a sentence about a failure, and whether it is the last."""
    if not _was_public(head.message):
        _ended(head, DeliveryState.DROPPED, ENDED_BEFORE)
        return "", False
    try:
        answer = channel.send(head.message, head.receiver)
    except UnwantedError as reason:
        _ended(head, DeliveryState.DROPPED, str(reason))
        return "", False
    except RejectedError as reason:
        return _failed(head, [head], str(reason), unanswered=False)
    except NoAnswerError as reason:
        return _failed(head, list(_due(queue, timezone.now())), str(reason), unanswered=True)
    except DatabaseError:
        raise
    except Exception as error:
        # A fault of ours with one message must not stop the receiver's queue.
        log.exception("delivery %s failed", head.pk)
        return _failed(head, [head], f"程序出错（{type(error).__name__}）。", unanswered=False)
    _ended(head, DeliveryState.DELIVERED, answer, timezone.now())
    # The receiver is back.
    queue.waiting().filter(unanswered=True).update(next_at=timezone.now(), unanswered=False)
    return "", False


def _was_public(message: OutboxMessage) -> bool:
    """Look under the feature's lock: a verb that withdraws the edition just before its moment may not be done yet."""
    if message.edition is None:
        return True
    with transaction.atomic():
        Feature.objects.select_for_update().filter(pk=message.edition.feature_id).first()
        return OutboxMessage.objects.select_related("edition").get(pk=message.pk).was_public


def _ended(delivery: Delivery, state: DeliveryState, status: str, at: datetime | None = None) -> None:
    delivery.attempts += at is not None
    delivery.end(state, status, at)
    _save([delivery])


def _failed(head: Delivery, concerned: list[Delivery], status: str, *, unanswered: bool) -> tuple[str, bool]:
    now = timezone.now()
    for each in concerned:
        each.attempts += 1
        each.unanswered = unanswered
        if each.attempts > len(PAUSES):
            each.end(DeliveryState.GIVEN_UP, status, now)
        else:
            each.status, each.tried_at, each.next_at = status[:300], now, now + PAUSES[each.attempts - 1]
    _save(concerned)
    return f"{head.message}：{status}", any(each.state == DeliveryState.GIVEN_UP for each in concerned)


def _save(deliveries: list[Delivery]) -> None:
    """Write the outcome, unless somebody in the newsroom ended the delivery meanwhile."""
    columns = ["state", "attempts", "next_at", "tried_at", "status", "unanswered"]
    for each in deliveries:
        Delivery.objects.waiting().filter(pk=each.pk).update(**{name: getattr(each, name) for name in columns})


def prune() -> None:
    """Delete old messages that have reached everybody, or need not."""
    unfinished = Delivery.objects.filter(state__in=[DeliveryState.WAITING, DeliveryState.GIVEN_UP])
    old = OutboxMessage.objects.filter(moment__lt=timezone.now() - KEPT)
    old.exclude(pk__in=unfinished.values("message")).delete()
