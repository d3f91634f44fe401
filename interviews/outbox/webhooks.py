"""Webhooks, as the Standard Webhooks specification (1.0) signs them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from datetime import UTC

from interviews.models import OutboxMessage, TaskKind, WebhookSubscription
from interviews.models.outbox import secret_bytes

from .calling import post
from .channels import Channel, UnwantedError, accepted
from .delivering import register


class Webhooks(Channel):
    kind = TaskKind.WEBHOOK

    def receivers(self, message: OutboxMessage) -> Iterable[int]:
        active = WebhookSubscription.objects.filter(active=True).values_list("pk", "events")
        return [pk for pk, events in active if message.event in events]

    def send(self, message: OutboxMessage, receiver: int) -> str:
        subscription = WebhookSubscription.objects.filter(pk=receiver).first()
        if subscription is None or not subscription.active:
            raise UnwantedError("订阅已经停用或删除。")
        body = body_of(message)
        return accepted(post(subscription.url, body, signed(message, body, subscription.secret, int(time.time()))))


def body_of(message: OutboxMessage) -> bytes:
    """The event as JSON, the same bytes in every attempt."""
    facts = {
        "type": message.event,
        "timestamp": message.moment.astimezone(UTC).isoformat(),
        "data": message.data,
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signed(message: OutboxMessage, body: bytes, secret: str, timestamp: int) -> dict[str, str]:
    """The headers: id, time of the attempt, and an HMAC-SHA256 of both and the body."""
    name = f"msg_{message.key.hex}"
    digest = hmac.new(secret_bytes(secret), f"{name}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


register(Webhooks())
