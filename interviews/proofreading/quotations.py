"""Check that a source is quoted in the same words throughout: speakers of a page often quote the same report."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from functools import lru_cache

from interviews.text.chinese import HAN

from .findings import Fault
from .named_people import Located
from .paired_marks import match
from .passages import Field, Kind, passages_of

MIN_LENGTH = 8
MAX_LENGTH = 300
MAX_QUOTATIONS = 80
_SOURCE = re.compile(
    "(政府工作报告|工作报告|报告|全会|会议|《[^《》]{2,40}》|文件|意见|规划|纲要|条例|讲话|批示|决定|通知|方案)"
    "[^“”。]{0,12}(?:提出|指出|强调|要求|明确|写道|写明|规定|部署)[^“”。]{0,8}$"
)
_EDGES = "，。、；：？！…—"
_WORD = re.compile(f"[{HAN}A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Quotation:
    field: Field
    start: int
    text: str
    source: str


def check(fields: list[Field]) -> Iterator[Located]:
    """Report each deviating quotation once, against the first similar one."""
    earlier: list[Quotation] = []
    for quotation in _quotations(fields):
        for other in earlier:
            fault = _compare(other, quotation)
            if fault:
                yield quotation.field, fault
                break
        earlier.append(quotation)


def _quotations(fields: list[Field]) -> list[Quotation]:
    found: list[Quotation] = []
    for field in fields:
        if field.kind is not Kind.PROSE:
            continue
        for passage in passages_of(field):
            for opening, closing in match(passage.text, passage.after[:1] == "“").pairs:
                inside = passage.text[opening + 1 : closing]
                size = len(inside.strip(_EDGES))
                if passage.text[opening] != "“" or not MIN_LENGTH <= size <= MAX_LENGTH or len(found) >= MAX_QUOTATIONS:
                    continue
                source = _SOURCE.search(passage.text[max(0, opening - 60) : opening])
                left = len(inside) - len(inside.lstrip(_EDGES))
                start = passage.offset + opening + 1 + left
                found.append(Quotation(field, start, inside.strip(_EDGES), source[1] if source else ""))
    return found


def _compare(one: Quotation, other: Quotation) -> Fault | None:
    if one.text in other.text or other.text in one.text:
        return None
    if one.source and other.source and one.source not in other.source and other.source not in one.source:
        return None
    if not one.source and not other.source:
        return None
    differences = _differences(one.text, other.text)
    if not differences:
        return None
    shown = "；".join(f"“{before}”与“{after}”" for before, after in differences[:3])
    message = f"同一引文两处文字不同（{shown}），另一处是“{one.text}”，请核对原文。"
    return Fault("quotation", other.start, other.start + len(other.text), message, about=one.text)


@lru_cache(maxsize=8192)
def _differences(one: str, other: str) -> list[tuple[str, str]]:
    """Return the differences within the part that both quotations have; empty if they are different texts."""
    shorter = min(len(one), len(other))
    if len(set(one) & set(other)) * 2 < min(len(set(one)), len(set(other))):
        return []
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size >= 2]
    if sum(block.size for block in blocks) < shorter * 0.75:
        return []
    differences = []
    for left, right in itertools.pairwise(blocks):
        before = one[left.a + left.size : right.a]
        after = other[left.b + left.size : right.b]
        if _is_omission(before) or _is_omission(after):
            continue
        differences.append((before or "（无）", after or "（无）"))
    return differences + _end_differences(one, other, blocks)


def _is_omission(text: str) -> bool:
    return text.strip("，。、；：") == "……"


def _end_differences(one: str, other: str, blocks: list[Match]) -> list[tuple[str, str]]:
    """Return the differences at either end, if both texts have at most four differing characters there."""
    first, last = blocks[0], blocks[-1]
    ends = [(one[: first.a], other[: first.b]), (one[last.a + last.size :], other[last.b + last.size :])]
    return [(a, b) for a, b in ends if a and b and len(a) <= 4 and len(b) <= 4 and _WORD.search(a) and _WORD.search(b)]
