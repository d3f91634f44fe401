"""Tell search engines of a page that has changed: IndexNow (Bing, Yandex …) and 百度."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from interviews.models import OutboxMessage, PublicEvent, TaskKind

from .calling import Answer, post
from .channels import ONLY, Channel, RejectedError, UnwantedError, accepted
from .delivering import register


class IndexNow(Channel):
    """https://www.indexnow.org/documentation. Withdrawn pages, too: the engine then sees the 410."""

    kind = TaskKind.INDEXNOW

    def receivers(self, message: OutboxMessage) -> Iterable[int]:
        return [ONLY] if settings.INDEXNOW_KEY and "url" in message.data else []

    def send(self, message: OutboxMessage, receiver: int) -> str:
        if not settings.INDEXNOW_KEY:
            raise UnwantedError("没有设 INDEXNOW_KEY。")
        facts = {
            "host": urlsplit(settings.SITE_URL).netloc,
            "key": settings.INDEXNOW_KEY,
            "keyLocation": settings.SITE_URL + reverse("public:indexnow-key", args=[settings.INDEXNOW_KEY]),
            "urlList": [message.data["url"]],
        }
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return accepted(post(settings.INDEXNOW_URL, json.dumps(facts).encode(), headers))


class Baidu(Channel):
    """百度搜索资源平台 › 普通收录 › API 提交: a text of URLs. It takes no withdrawn pages."""

    kind = TaskKind.BAIDU

    def receivers(self, message: OutboxMessage) -> Iterable[int]:
        gone = message.event == PublicEvent.WITHDRAWN
        return [ONLY] if settings.BAIDU_PUSH_URL and "url" in message.data and not gone else []

    def send(self, message: OutboxMessage, receiver: int) -> str:
        if not settings.BAIDU_PUSH_URL:
            raise UnwantedError("没有设 BAIDU_PUSH_URL。")
        answer = post(settings.BAIDU_PUSH_URL, message.data["url"].encode(), {"Content-Type": "text/plain"})
        said = accepted(answer)
        if not _taken(answer):
            raise RejectedError("百度没有收下：看 BAIDU_PUSH_URL 里的 site 是不是本站。")
        return said


def _taken(answer: Answer) -> bool:
    """Whether 百度 counted the URL: it says 200 to those of other sites, too."""
    try:
        return bool(json.loads(answer.body)["success"])
    except (ValueError, KeyError, TypeError):
        return False


register(IndexNow())
register(Baidu())
