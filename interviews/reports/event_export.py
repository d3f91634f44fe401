"""Export security events as a table or as JSON lines for inspectors. The last line is the head of the chain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from interviews.accounts.browsers import browser_in_words
from interviews.models import SecurityEvent, SecurityEventHead

DETAILS = {
    "added": "增加",
    "removed": "去掉",
    "username": "账号",
    "first_name": "姓名",
    "last_name": "姓",
    "email": "邮箱",
    "is_active": "启用",
    "is_staff": "可进编辑部",
    "is_superuser": "超级用户",
    "superuser": "超级用户",
    "permissions": "权限",
    "verb": "动作",
    "count": "数目",
    "factors": "种类",
    "way": "交付",
    "through": "到第几条",
    "hash": "其散列值",
}
VERBS = {"added": "新建", "changed": "修改", "deleted": "删除", "add": "增加", "remove": "去掉", "clear": "清空"}
HEADINGS = ["序号", "时间（北京）", "事件", "经手账号", "对象", "网络地址", "浏览器", "详情", "散列值"]


def events(
    *, since: date | None = None, until: date | None = None, kind: str = "", person: str = ""
) -> QuerySet[SecurityEvent]:
    """Filter events; `since` and `until` are inclusive, in local time. `person` acted or was acted on."""
    rows = SecurityEvent.objects.order_by("sequence")
    if since:
        rows = rows.filter(created_at__gte=_local(since, time.min))
    if until:
        rows = rows.filter(created_at__lte=_local(until, time.max))
    if kind:
        rows = rows.filter(kind=kind)
    if person:
        rows = rows.filter(Q(actor_name=person) | Q(subject=person))
    return rows


def table(rows: QuerySet[SecurityEvent]) -> Iterator[list[str]]:
    """Yield headings, a line per event, and the head of the chain at the start of the export."""
    head = _head()
    yield HEADINGS
    for event in rows.filter(sequence__lte=head.sequence).iterator(chunk_size=500):
        yield [
            str(event.sequence),
            beijing_time(event.created_at),
            event.get_kind_display(),
            event.actor_name,
            event.subject,
            event.address or "",
            browser_in_words(event.browser),
            details_in_words(event),
            event.hash,
        ]
    yield ["链尾", "", "", "", f"全部记录到第 {head.sequence} 条", "", "", "", head.hash]


def json_lines(rows: QuerySet[SecurityEvent]) -> Iterator[str]:
    """Yield a JSON object per event, with all that its hash covers, and one of the chain's head."""
    head = _head()
    for event in rows.filter(sequence__lte=head.sequence).iterator(chunk_size=500):
        yield _line(
            sequence=event.sequence,
            kind=event.kind,
            at=beijing_time(event.created_at, "microseconds"),
            actor=event.actor_name,
            subject=event.subject,
            address=event.address,
            browser=event.browser,
            details=event.details,
            previous_hash=event.previous_hash,
            hash=event.hash,
        )
    yield _line(head={"sequence": head.sequence, "hash": head.hash})


def beijing_time(moment: datetime, precision: str = "seconds") -> str:
    return timezone.localtime(moment).isoformat(timespec=precision)


def details_in_words(event: SecurityEvent) -> str:
    """Return the details as `增加：编辑；启用：否`."""
    facts = json.loads(event.details)
    return "；".join(f"{DETAILS.get(name, name)}：{_in_words(value)}" for name, value in facts.items())


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value)) or "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    return VERBS.get(value, str(value))


def _line(**facts: Any) -> str:
    return json.dumps(facts, ensure_ascii=False) + "\n"


def _head() -> SecurityEventHead:
    return SecurityEventHead.objects.filter(pk=1).first() or SecurityEventHead()


def _local(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
