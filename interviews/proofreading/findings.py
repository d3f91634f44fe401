"""A finding, and how a check says one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from .passages import Field
from .rules import RULES, Severity

AROUND = 6  # characters on either side that belong to a finding's key


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that a person should look at.

    `path` names the field by position (`topics[1].interviews[0].body`); `start` and `end` count characters of that
    field's plain text. `suggestion` replaces the excerpt; "" where no replacement is safe. `key` stays the same while
    the words around the place and the field's identity do, wherever else the page is edited: dismissals are kept by it.
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
    """What a check yields: offsets in the text that it was given. `about` is what else the judgement rests on."""

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
    before = text[max(0, start - AROUND) : start].rpartition("\n")[2]
    after = text[end : end + AROUND].partition("\n")[0]
    parts = (fault.rule, field.identity, before, text[start:end], after, fault.about)
    return hashlib.blake2s("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
