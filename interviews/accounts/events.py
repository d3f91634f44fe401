"""Security events: who signed in, changed an account, exported something …, in a hash chain of their own.

An event that was edited, deleted or moved breaks the chain; a deleted last one disagrees with the head. Old events are
pruned from the beginning; the event that records it holds the hash from which the chain goes on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.core import context
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from interviews.models import SecurityEvent, SecurityEventHead, SecurityEventKind, append_only

from .addresses import client_address

GENESIS = "0" * 64
BATCH = 1000


def record_event(
    kind: SecurityEventKind,
    *,
    actor: User | None = None,
    subject: str = "",
    request: HttpRequest | None = None,
    **details: Any,
) -> SecurityEvent:
    """Append an event; `details` are values that JSON can hold.

    By default, the request is the current one (none in a command), and the actor its user. Inside a transaction, the
    event is written with it or not at all. Appends serialise on the head's lock: call late in long transactions.
    """
    request = request or context.request
    if actor is None and request is not None and getattr(request, "user", None) and request.user.is_authenticated:
        actor = request.user  # type: ignore[assignment]
    with transaction.atomic():
        head, _ = SecurityEventHead.objects.select_for_update().get_or_create(pk=1)
        event = SecurityEvent(
            sequence=head.sequence + 1,
            kind=kind,
            created_at=timezone.now(),
            actor_id=actor.pk if actor else None,
            actor_name=actor.get_username() if actor else "",
            subject=subject[:200],
            address=client_address(request.META) if request is not None and request.META else None,
            browser=_text(request.META.get("HTTP_USER_AGENT", ""))[:300] if request is not None else "",
            details=json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
            previous_hash=head.hash,
        )
        event.hash = hash_of(event)
        event.save(force_insert=True)
        SecurityEventHead.objects.filter(pk=1).update(sequence=event.sequence, hash=event.hash)
    return event


def known_username(typed: str) -> str:
    """Return the account's name, or that there is none: people type passwords into the wrong field."""
    known = User.objects.filter(username__iexact=typed).values_list("username", flat=True).first()
    return known or "（没有这个账号）"


def hash_of(event: SecurityEvent) -> str:
    """SHA-256 over the event and the previous hash."""
    parts = [
        event.sequence,
        event.kind,
        event.created_at.astimezone(UTC).isoformat(),
        event.actor_name,
        event.subject,
        event.address,
        event.browser,
        event.details,
        event.previous_hash,
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def faults() -> list[str]:
    """Recompute the chain. Returns a sentence for each fault; empty if all holds."""
    return [*_chain_faults(), *(each for each in append_only.faults(connection) if "securityevent" in each)]


def _chain_faults() -> Iterator[str]:
    sequence, previous = _beginning()
    for event in SecurityEvent.objects.order_by("sequence").iterator(BATCH):
        if event.sequence != sequence + 1:
            yield f"第 {sequence + 1} 条安全记录缺失。"
            return
        if event.previous_hash != previous or hash_of(event) != event.hash:
            yield f"第 {event.sequence} 条安全记录的散列值不符，被改动过。"
            return
        sequence, previous = event.sequence, event.hash
    head = SecurityEventHead.objects.filter(pk=1).first()
    if (head.sequence, head.hash) != (sequence, previous) if head else sequence:
        yield f"安全记录只到第 {sequence} 条，末端不符，其后有记录被删去。"


def _beginning() -> tuple[int, str]:
    """The sequence and hash after which the events begin: where the last pruning ended."""
    pruning = SecurityEvent.objects.filter(kind=SecurityEventKind.PRUNED).order_by("-sequence").first()
    if pruning is None:
        return 0, GENESIS
    facts = json.loads(pruning.details)
    return facts["through"], facts["hash"]


@transaction.atomic
def prune(*, before: datetime | None = None) -> int:
    """Delete events older than EVENT_RETENTION_DAYS, and record that. Returns their number.

    The triggers refuse to delete any that is younger than 180 days.
    """
    before = before or timezone.now() - timedelta(days=settings.EVENT_RETENTION_DAYS)
    SecurityEventHead.objects.select_for_update().filter(pk=1).first()
    # By sequence: a clock that was set back must not leave a hole.
    kept = SecurityEvent.objects.filter(created_at__gte=before).order_by("sequence").first()
    old = SecurityEvent.objects.filter(created_at__lt=before)
    if kept:
        old = old.filter(sequence__lt=kept.sequence)
    last = old.order_by("-sequence").first()
    if last is None:
        return 0
    count, _ = old.delete()
    record_event(SecurityEventKind.PRUNED, count=count, through=last.sequence, hash=last.hash)
    return count


def _text(value: str) -> str:
    """Printable characters only: PostgreSQL takes no NUL."""
    return "".join(each for each in value if each.isprintable())
