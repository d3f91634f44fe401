"""The audit chain: sign-offs, editions, withdrawals and merges in one hash chain.

An entry seals the row as it was written. A row that was edited, deleted or moved disagrees with its entry; an entry
that was edited, deleted or moved breaks the chain; a deleted last entry disagrees with the head.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from interviews.models import Edition, LedgerEntry, LedgerHead, SignOff, Withdrawal

Recorded = SignOff | Edition | Withdrawal


def append(row: Recorded, actor: User) -> LedgerEntry:
    """Append a new row. Call inside the transaction that wrote it; appends serialise on the head's lock."""
    head, _ = LedgerHead.objects.select_for_update().get_or_create(pk=1)
    entry = linked(entry_of(row, actor, timezone.now()), head.sequence, head.hash)
    entry.save(force_insert=True)
    LedgerHead.objects.filter(pk=1).update(sequence=entry.sequence, hash=entry.hash)
    return entry


def entry_of(row: Recorded, actor: User, at: datetime) -> LedgerEntry:
    """Return the entry that seals a row, not linked to the chain yet."""
    return LedgerEntry(
        verb=verb_of(row),
        feature_id=feature_of(row),
        row=row.pk,
        payload=payload_of(row, actor.get_username()),
        actor=actor,
        created_at=at,
    )


def linked(entry: LedgerEntry, sequence: int, previous_hash: str) -> LedgerEntry:
    """Link an entry to the one before it, which has this sequence and hash."""
    entry.sequence, entry.previous_hash = sequence + 1, previous_hash
    entry.hash = hash_of(entry)
    return entry


def verb_of(row: Recorded) -> str:
    if isinstance(row, SignOff):
        return row.verdict
    return "published" if isinstance(row, Edition) else "withdrawn"


def feature_of(row: Recorded) -> int:
    return row.revision.feature_id if isinstance(row, SignOff) else row.feature_id


def payload_of(row: Recorded, username: str) -> str:
    """Return the sealed content as canonical JSON, without `published_until`, which follows from later entries."""
    facts: dict[str, Any]
    if isinstance(row, SignOff):
        facts = {"revision": row.revision_id, "digest": row.revision.digest, "step": row.step_id}
        facts |= {"verdict": row.verdict, "comment": row.comment, "override": row.override}
        facts |= _set({"step_name": row.step_name})
    elif isinstance(row, Edition):
        facts = {"feature": row.feature_id, "number": row.number, "from": _iso(row.published_from), "note": row.note}
        facts |= {"revision": row.revision_id, "digest": row.revision.digest}
        facts |= _set({"kind": row.kind, "wrong": row.wrong, "right": row.right})
        facts |= _set({"topic": row.topic_id, "interview": row.interview_id})
    else:
        facts = {"feature": row.feature_id, "reason": row.reason}
    facts |= {"at": _iso(row.created_at), "by": username}
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _set(facts: dict[str, Any]) -> dict[str, Any]:
    """Return later-added fields only if they are set, so that older entries keep their payload."""
    return {name: value for name, value in facts.items() if value}


def hash_of(entry: LedgerEntry) -> str:
    """SHA-256 over the entry and the previous hash."""
    parts = [
        entry.sequence,
        entry.verb,
        entry.feature_id,
        entry.row,
        entry.payload,
        _iso(entry.created_at),
        entry.previous_hash,
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
