"""Check that a page uses one style: if it writes the same thing in two ways, report the rarer one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .findings import Fault
from .named_people import Located
from .passages import Field, Kind
from .rules import Severity

_NUMERAL = "[一二三四五六七八九十百千点零]"


@dataclass(frozen=True, slots=True)
class Choice:
    """Two forms of one thing. `first` wins ties."""

    subject: str
    first: re.Pattern[str]
    second: re.Pattern[str]
    severity: Severity | None = None


def _choice(subject: str, first: str, second: str, severity: Severity | None = None) -> Choice:
    return Choice(subject, re.compile(first), re.compile(second), severity)


_CHOICES = (
    _choice("百分数", r"\d%", rf"百分之{_NUMERAL}+(?<!百分之百)(?<!百分之一百)"),
    _choice("月日", r"(?<!\d)\d{1,2}月\d{1,2}日", "(?<![一二三四五六七八九十历])[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"),
    _choice("年份", r"(?<!\d)(?:19|20)\d\d年", "(?:一九|二〇)[〇一二三四五六七八九]{2}年"),
    _choice("多位数的分节", r"(?<![\d,.])\d{5,9}(?![\d,]|年)", r"(?<![\d,])\d{1,3}(?:,\d{3}){1,3}(?![\d,])"),
    _choice("数值范围", r"\d[%％‰万亿℃]?—(?!(?:19|20)\d\d(?!\d))\d+(?:\.\d+)?(?![\d.]*年)(?![\d.]*月)", r"\d[%％‰万亿℃]?～\d+(?:\.\d+)?(?![\d.]*年)(?![\d.]*月)"),
    _choice("面积单位", r"\d万?亩", r"\d万?畝"),
    _choice("摄氏度", r"(?<!\d)\d{1,6}℃", r"(?<!\d)\d{1,6}摄氏度"),
    _choice("平方米", r"\d万?平方米", r"\d万?(?:m²|㎡)"),
    _choice("公里与千米", r"\d公里", r"\d(?:千米|km)(?![²/])"),
    _choice("公斤与千克", r"\d公斤", r"\d(?:千克|kg)(?![/·])"),
)  # fmt: skip


def check(fields: list[Field]) -> Iterator[Located]:
    """Check bodies, lead and captions. Quotations are not exempt."""
    running = [field for field in fields if field.kind in (Kind.PROSE, Kind.CAPTION)]
    for choice in _CHOICES:
        first = _all(choice.first, running)
        second = _all(choice.second, running) if first else []
        if not second:
            continue
        rare, common = (second, first) if len(first) >= len(second) else (first, second)
        for field, match in rare[:20]:
            other = common[0][1][0]
            message = f"同一版里{choice.subject}有两种写法：这里是“{match[0]}”，别处是“{other}”一类。"
            yield field, Fault("mixed-style", match.start(), match.end(), message, severity=choice.severity)


def _all(find: re.Pattern[str], fields: list[Field]) -> list[tuple[Field, re.Match[str]]]:
    return [(field, match) for field in fields for match in find.finditer(field.text)]
