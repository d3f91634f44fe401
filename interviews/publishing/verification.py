from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.db.models import Count

from interviews.document import digest_of
from interviews.models import (
    Comment,
    Edition,
    LedgerEntry,
    LedgerHead,
    Revision,
    SignOff,
    Verdict,
    Withdrawal,
    append_only,
)

from . import audit_chain
from .checkpoint import Checkpoint

GENESIS = "0" * 64
TABLES: dict[str, type[audit_chain.Recorded]] = {
    "signed": SignOff,
    "returned": SignOff,
    "published": Edition,
    "withdrawn": Withdrawal,
}
NAMES = {SignOff: "审稿记录", Edition: "发布版本", Withdrawal: "撤稿"}


Intervals = list[tuple[Edition, datetime | None]]


# Revisions are not committed in the order of their ids.
OVERLAP = 1000


def verify_editions(since: Checkpoint | None = None) -> list[str]:
    """Recompute the audit chain and compare it with the rows. Returns the faults in order; empty if all holds.

    With a checkpoint, entries and revisions before it are trusted; rows without entries are looked for among all.
    """
    return [
        *_chain_faults(since),
        *_unrecorded_rows(),
        *_interval_faults(since),
        *_revision_faults(since),
        *append_only.faults(connection),
    ]


def _chain_faults(since: Checkpoint | None) -> Iterator[str]:
    begin, previous = (since.sequence, since.hash or GENESIS) if since else (0, GENESIS)
    count = begin
    entries = LedgerEntry.objects.filter(sequence__gt=begin).order_by("sequence")
    for count, entry in enumerate(entries.iterator(), start=begin + 1):
        if entry.sequence != count:
            yield f"第 {count} 条记录缺失。"
            return
        if entry.previous_hash != previous or audit_chain.hash_of(entry) != entry.hash:
            yield f"第 {count} 条记录（专题 {entry.feature_id}）的散列值不符，记录被改动过。"
            return
        previous = entry.hash
        yield from _row_faults(entry)
    head = LedgerHead.objects.filter(pk=1).first()
    if (head.sequence, head.hash) != (count, previous) if head else count:
        yield f"记录只到第 {count} 条，末端不符，其后有记录被删去。"


def _row_faults(entry: LedgerEntry) -> Iterator[str]:
    table = TABLES[entry.verb]
    name = f"第 {entry.sequence} 条记录：专题 {entry.feature_id} 的{NAMES[table]}（编号 {entry.row}）"
    related = [] if table is Withdrawal else ["revision"]
    row = table.objects.select_related(*related).filter(pk=entry.row).first()
    if row is None:
        yield f"{name}已被删去。"
        return
    if audit_chain.payload_of(row, _username(entry)) != entry.payload:
        yield f"{name}与记录不符，被改动过。"
    elif (audit_chain.feature_of(row), audit_chain.verb_of(row)) != (entry.feature_id, entry.verb):
        yield f"{name}不属于这个专题，或不是这个动作。"
    # Either account may have been deleted since.
    if entry.actor_id and _person(row) and _person(row) != entry.actor_id:
        yield f"{name}的经手人与记录不符。"
    yield from (f"{name}{fault}" for fault in _faults_in_itself(row))


def _faults_in_itself(row: audit_chain.Recorded) -> Iterator[str]:
    """Find rows that no verb would have written."""
    if isinstance(row, SignOff) and row.override and not row.comment.strip():
        yield "是越权签发，却没有写明理由。"
    if isinstance(row, SignOff) and row.verdict == Verdict.RETURNED and not _says_why(row):
        yield "是退回，却没有写明意见。"
    if isinstance(row, Withdrawal) and not row.reason.strip():
        yield "没有写明理由。"
    if isinstance(row, Edition) and row.revision.feature_id != row.feature_id:
        yield "所据的修订是另一个专题的。"


def _says_why(returned: SignOff) -> bool:
    """Tell whether a verdict has a reason: its comment, or comments its signer pinned to the revision before."""
    pinned = Comment.objects.filter(revision=returned.revision_id, author=returned.signer_id)
    return bool(returned.comment.strip()) or pinned.filter(created_at__lte=returned.created_at).exists()


def _person(row: audit_chain.Recorded) -> int | None:
    if isinstance(row, SignOff):
        return row.signer_id
    return row.publisher_id if isinstance(row, Edition) else row.actor_id


def _username(entry: LedgerEntry) -> str:
    """The user's name as sealed then: the account may have been renamed or deleted since."""
    try:
        return str(json.loads(entry.payload)["by"])
    except (ValueError, KeyError, TypeError):
        return ""


def _unrecorded_rows() -> Iterator[str]:
    for table, name in NAMES.items():
        verbs = [verb for verb, its_table in TABLES.items() if its_table is table]
        recorded = LedgerEntry.objects.filter(verb__in=verbs).values("row")
        for key in table._default_manager.exclude(pk__in=recorded).values_list("pk", flat=True):
            yield f"{name}（编号 {key}）没有登记。"
        repeated = LedgerEntry.objects.filter(verb__in=verbs).values("row").annotate(times=Count("pk"))
        for key in repeated.filter(times__gt=1).order_by("row").values_list("row", flat=True):
            yield f"{name}（编号 {key}）登记了两次。"


def _revision_faults(since: Checkpoint | None) -> Iterator[str]:
    """Check the digests of revisions, drafts included: later comparisons rely on them."""
    first = since.revision - OVERLAP if since else 0
    for revision in Revision.objects.filter(pk__gt=first).order_by("pk").iterator(chunk_size=100):
        if digest_of(revision.document) != revision.digest:
            yield f"专题 {revision.feature_id} 的第 {revision.number} 次修订（编号 {revision.pk}）的内容被改动过。"


def _interval_faults(since: Checkpoint | None) -> Iterator[str]:
    """Check that each edition ends where a later one of its feature begins, or where it was withdrawn."""
    ends: dict[int, Intervals] = {}
    entries = LedgerEntry.objects.filter(verb__in=["published", "withdrawn"])
    if since:
        changed = LedgerEntry.objects.filter(sequence__gt=since.sequence).values("feature_id")
        entries = entries.filter(feature_id__in=changed)
    for entry in entries.order_by("sequence"):
        row = TABLES[entry.verb].objects.filter(pk=entry.row).first()
        if not isinstance(row, Edition | Withdrawal):
            continue
        moment = row.published_from if isinstance(row, Edition) else row.created_at
        editions: Intervals = [
            (edition, max(edition.published_from, moment if until is None else min(until, moment)))
            for edition, until in _put_off(ends.get(entry.feature_id, []), row)
        ]
        ends[entry.feature_id] = [*editions, (row, None)] if isinstance(row, Edition) else editions
    for feature_id, editions in ends.items():
        for edition, until in editions:
            if edition.published_until != until:
                yield f"专题 {feature_id} 第 {edition.number} 版的截止时间与记录不符。"


def _put_off(editions: Intervals, row: Edition | Withdrawal) -> Intervals:
    """Tell whether an edition was rescheduled: it ends as it begins, and the edition before it stays."""
    if not isinstance(row, Edition):
        return editions
    begins = {
        edition.published_from
        for edition, until in editions
        if edition.revision_id == row.revision_id
        and edition.published_from > row.created_at
        and until != edition.published_from
    }
    return [
        (edition, edition.published_from if edition.published_from in begins else None if until in begins else until)
        for edition, until in editions
    ]
