"""Findings, and the faults that checks yield."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from .passages import Field
from .rules import RULES, Severity

KEY_CONTEXT = 6  # characters of context on either side in a finding's key


@dataclass(frozen=True, slots=True)
class Finding:
    """A possible error for an editor to check.

    `path` is the field's address (`topics[1].interviews[0].body`); `start` and `end` are offsets in its plain text.
    `suggestion` replaces the excerpt; "" if no replacement is safe. `key` depends on the excerpt, its context and the
    field's identity only, so that dismissals survive edits elsewhere.
    """

    rule: str
    severity: Severity
    path: str
    start: int
    end: int
    excerpt: str
    message: str
    suggestion: str
    source: str
    key: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The result of a check, with offsets in the checked text. `about` is other data the result depends on."""

    rule: str
    start: int
    end: int
    message: str
    suggestion: str = ""
    severity: Severity | None = None
    source: str = ""
    about: str = ""


def finding(fault: Fault, field: Field, offset: int = 0) -> Finding:
    rule = RULES[fault.rule]
    start, end = fault.start + offset, fault.end + offset
    excerpt = field.text[start:end]
    return Finding(
        rule=rule.name,
        severity=fault.severity or rule.severity,
        path=field.path,
        start=start,
        end=end,
        excerpt=excerpt,
        message=fault.message,
        suggestion="" if fault.suggestion == excerpt else fault.suggestion,
        source=fault.source or rule.source,
        key=_key(fault, field, start, end),
    )


def _key(fault: Fault, field: Field, start: int, end: int) -> str:
    text = field.text
    before = text[max(0, start - KEY_CONTEXT) : start].rpartition("\n")[2]
    after = text[end : end + KEY_CONTEXT].partition("\n")[0]
    parts = (fault.rule, field.identity, before, text[start:end], after, fault.about)
    return hashlib.blake2s("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
