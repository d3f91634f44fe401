"""How far the record was verified, signed, so that the next verification begins there.

The signature's key derives from SECRET_KEY, so write access to the database alone cannot move the checkpoint forward.
Changes before the checkpoint are found by a full verification only.
"""

from __future__ import annotations

from typing import NamedTuple

from django.core import signing
from django.db.models import Max

from interviews.models import LedgerEntry, Observation, Revision

RECORD = "record"
INVALID = "上次核对的凭据无效：被改动过，或者换过 SECRET_KEY。请运行不带 --new 的 verify_editions。"
_SALT = "interviews.publishing.checkpoint"


class CheckpointError(Exception):
    """The checkpoint was changed, or signed with another key. A sentence in Chinese."""


class Checkpoint(NamedTuple):
    """The last entry of the chain that was verified, its hash, and the last revision."""

    sequence: int
    hash: str
    revision: int


def load() -> Checkpoint | None:
    """The last checkpoint, None if there is none. Raises CheckpointError unless the chain still has it."""
    signed = Observation.objects.filter(name=RECORD).values_list("data", flat=True).first()
    if not signed:
        return None
    try:
        known = Checkpoint(*signing.loads(signed, salt=_SALT))
    except (signing.BadSignature, TypeError):
        raise CheckpointError(INVALID) from None
    if known.sequence and not LedgerEntry.objects.filter(sequence=known.sequence, hash=known.hash).exists():
        raise CheckpointError(f"上次核对到第 {known.sequence} 条记录，现在它不在了，或者被改动过。")
    return known


def now() -> Checkpoint:
    """Where a verification that begins now will end: take it before verifying."""
    entry = LedgerEntry.objects.order_by("-sequence").values_list("sequence", "hash").first() or (0, "")
    return Checkpoint(*entry, Revision.objects.aggregate(last=Max("pk"))["last"] or 0)


def note(faults: list[str], reached: Checkpoint) -> None:
    """Record the outcome. After a fault the checkpoint stays empty: the next verification is a full one."""
    data = "" if faults else signing.dumps(list(reached), salt=_SALT)
    more = f"（另有 {len(faults) - 1} 处）" if len(faults) > 1 else ""
    sentence = faults[0][:400] + more if faults else f"到第 {reached.sequence} 条全部相符。"
    Observation.note(RECORD, well=not faults, sentence=sentence, data=data)
