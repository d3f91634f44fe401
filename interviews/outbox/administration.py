from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from interviews import tasks
from interviews.errors import RefusedError
from interviews.models import Delivery, DeliveryState

DROPPED = "编辑部决定不再送。"
UNFINISHED = [DeliveryState.WAITING, DeliveryState.GIVEN_UP]


def retry(*, deliveries: Iterable[int], actor: User) -> int:
    """Try deliveries by their ids now, with all attempts before them. Returns how many there are.

    One that was overtaken stays given up: its receiver knows later news of the feature.
    """
    _refuse_unless_allowed(actor)
    with transaction.atomic():
        rows = [each for each in _unfinished(deliveries) if not _is_overtaken(each)]
        for each in rows:
            each.state, each.attempts, each.next_at = DeliveryState.WAITING, 0, max(timezone.now(), each.message.moment)
        Delivery.objects.bulk_update(rows, ["state", "attempts", "next_at"])
        for kind, receiver in sorted({(each.kind, each.receiver) for each in rows}):
            tasks.enqueue(kind, receiver)
        return len(rows)


def drop(*, deliveries: Iterable[int], actor: User) -> int:
    """End deliveries by their ids without sending them. Returns how many there are."""
    _refuse_unless_allowed(actor)
    with transaction.atomic():
        rows = _unfinished(deliveries)
        for each in rows:
            each.end(DeliveryState.DROPPED, DROPPED)
        Delivery.objects.bulk_update(rows, ["state", "next_at", "status"])
        return len(rows)


def _refuse_unless_allowed(actor: User) -> None:
    if not actor.has_perm("interviews.change_delivery"):
        raise RefusedError("你不能处理对外通知。")


def _unfinished(deliveries: Iterable[int]) -> list[Delivery]:
    rows = Delivery.objects.select_for_update(of=("self",)).filter(pk__in=list(deliveries), state__in=UNFINISHED)
    return list(rows.select_related("message").order_by("pk"))


def _is_overtaken(delivery: Delivery) -> bool:
    message = delivery.message
    if message.feature_id is None:
        return False
    later = Delivery.objects.of(delivery.channel, delivery.receiver).filter(state=DeliveryState.DELIVERED)
    return later.filter(message__feature=message.feature_id, message__moment__gt=message.moment).exists()
