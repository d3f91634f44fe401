"""WebSub (W3C, 2018), section 7: tell the hub that the feeds have changed. It tells the feeds' subscribers."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from interviews.models import OutboxMessage, TaskKind

from .calling import post
from .channels import ONLY, Channel, UnwantedError, accepted
from .delivering import register

FEEDS = ("features-feed", "topics-feed")


class WebSub(Channel):
    kind = TaskKind.WEBSUB

    def receivers(self, message: OutboxMessage) -> Iterable[int]:
        return [ONLY] if settings.WEBSUB_HUB else []

    def send(self, message: OutboxMessage, receiver: int) -> str:
        if not settings.WEBSUB_HUB:
            raise UnwantedError("没有设 WEBSUB_HUB。")
        feeds = [settings.SITE_URL + reverse(f"public:{name}") for name in FEEDS]
        # Hubs know the feed by one name or the other: the specification leaves it open.
        fields = [("hub.mode", "publish"), *((name, feed) for feed in feeds for name in ("hub.url", "hub.topic"))]
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return accepted(post(settings.WEBSUB_HUB, urlencode(fields).encode(), headers))


register(WebSub())
