from __future__ import annotations

from datetime import datetime
from typing import Any

from interviews import tasks
from interviews.models import Delivery, Edition, Feature, OutboxMessage, PublicEvent

from .delivering import CHANNELS


def post(
    *,
    event: PublicEvent,
    moment: datetime,
    data: dict[str, Any],
    feature: Feature | None = None,
    edition: Edition | None = None,
) -> OutboxMessage | None:
    """Queue a message for everybody whom a channel names, in the caller's transaction; None if there is nobody.

    It is sent at `moment` or later, and not at all if `edition` ends before it is public. Messages about a feature
    reach each receiver in the order of their moments; call under the feature's lock. `data` is JSON that receivers
    may see.
    """
    message = OutboxMessage(event=event, moment=moment, data=data, feature=feature, edition=edition)
    wanted = [(channel.kind, receiver) for channel in CHANNELS for receiver in channel.receivers(message)]
    if not wanted:
        return None
    message.save(force_insert=True)
    Delivery.objects.bulk_create(
        Delivery(message=message, channel=kind, receiver=receiver, next_at=moment) for kind, receiver in wanted
    )
    # In one order, so that two verbs do not wait for each other.
    for kind, receiver in sorted(wanted):
        tasks.enqueue(kind, receiver)
    return message
