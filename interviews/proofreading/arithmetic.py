"""Check arithmetic within sentences: sums, shares, growth, order of ranges, numbering of points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from interviews.text.chinese import HAN

from .dates import number
from .findings import Fault
from .passages import Kind, Passage
from .rules import Severity

_NUMBER = r"(?<![\d.])\d{1,9}(?:\.\d{1,4})?(?![\d.])"
_UNIT = (
    "亿元|万元|元|万吨|吨|万亩|亩|公顷|平方公里|公里|平方米|万人次|人次|万人|人|名|户|个|项|家|所|座|处|条|台|辆|套|件|"
    "只|头|株|棵|种|间|张|篇|场|期|村|天|米|册|例|起|批|支|幢|栋|对|枚|块|组"
)
_QUANTITY = re.compile(rf"(?P<number>{_NUMBER})(?P<scale>[万亿]?)(?P<unit>{_UNIT})")
_SENTENCE = re.compile(r"[^。！？；\n]+")
_TOTAL_AFTER = re.compile(r"(?:合计|共计|总计|一共|总共|累计共|，共)$")
_TOTAL_BEFORE = re.compile(rf"(?:共有|共计|共|总计|合计|总数为|总数达|总量为|总投资)(?:[{HAN}]{{1,4}})?$")
_VAGUE = re.compile(r"(?:约|近|超|超过|逾|余|多|第|每|不足|以上|以下|[—～至到])$")
_MIN_SHARE = Decimal("0.85")
_MAX_DEVIATION = Decimal("0.2")


def check(passage: Passage) -> Iterator[Fault]:
    if passage.kind not in (Kind.PROSE, Kind.CAPTION, Kind.TITLE):
        return
    text = passage.text
    if re.search(r"\d", text):
        for sentence in _SENTENCE.finditer(text):
            quantities = _quantities(sentence[0][:1500])
            yield from _parts_first(sentence, quantities)
            yield from _total_first(sentence, quantities)
        yield from _shares(text)
        yield from _growth(text)
        yield from _order(text)
    yield from _enumeration(text)


class _Quantity:
    def __init__(self, match: re.Match[str], sentence: str):
        self.start, self.end = match.span()
        self.value = Decimal(match["number"])
        self.unit = match["scale"] + match["unit"]
        before, after = sentence[max(0, self.start - 8) : self.start], sentence[self.end : self.end + 2]
        self.before = before
        self.is_vague = bool(_VAGUE.search(before)) or after[:1] in ("余", "多") or after == "以上"


def _quantities(sentence: str) -> list[_Quantity]:
    return [_Quantity(match, sentence) for match in _QUANTITY.finditer(sentence)]


def _parts_first(sentence: re.Match[str], quantities: list[_Quantity]) -> Iterator[Fault]:
    """Check a total after its parts: 男生18人、女生15人，共34人. Only sums close to the total are reported."""
    for index, total in enumerate(quantities):
        if index < 2 or total.is_vague or not _TOTAL_AFTER.search(total.before):
            continue
        parts = []
        for part in reversed(quantities[:index]):
            if part.unit != total.unit or part.is_vague or _TOTAL_BEFORE.search(part.before):
                break
            parts.append(part)
        parts_sum = sum((part.value for part in parts), Decimal())
        if len(parts) < 2 or parts_sum == total.value or not _is_close(parts_sum, total.value):
            continue
        yield _sum_fault(sentence, parts[::-1], total, parts_sum, None)


def _is_close(parts_sum: Decimal, total: Decimal) -> bool:
    return abs(parts_sum - total) <= max(total * _MAX_DEVIATION, Decimal(2))


def _total_first(sentence: re.Match[str], quantities: list[_Quantity]) -> Iterator[Fault]:
    """Check a total before its parts: 共32项，其中省级11项、县级18项. A larger sum is a fault, a little smaller one a hint."""
    for index, total in enumerate(quantities[:-2]):
        if total.is_vague or not _TOTAL_BEFORE.search(total.before):
            continue
        parts = []
        for part in quantities[index + 1 :]:
            if part.unit != total.unit or part.value >= total.value or part.is_vague or "共" in part.before:
                break
            parts.append(part)
        parts_sum = sum((part.value for part in parts), Decimal())
        has_cue = "其中" in sentence[0][total.end : total.end + 12] or "分别" in sentence[0][total.end : total.end + 25]
        if len(parts) < 2 or parts_sum == total.value or parts_sum < total.value * _MIN_SHARE:
            continue
        is_certain = parts_sum > total.value and has_cue and parts_sum <= total.value * 2
        yield _sum_fault(sentence, parts, total, parts_sum, None if is_certain else Severity.HINT)


def _sum_fault(
    sentence: re.Match[str], parts: list[_Quantity], total: _Quantity, parts_sum: Decimal, severity: Severity | None
) -> Fault:
    written = " + ".join(f"{part.value}" for part in parts[:12])
    message = f"{written} = {parts_sum}，与总数 {total.value} 不等，请核对。"
    start = min(total.start, parts[0].start)
    end = max(total.end, parts[-1].end)
    return Fault("sum", sentence.start() + start, sentence.start() + end, message, severity=severity)


_SHARES = re.compile(
    r"(?:分别占|占比分别为|占比分别是|比例分别为|比重分别为)[^\d。；]{0,12}"
    r"((?:\d{1,3}(?:\.\d{1,3})?%[、和及，与]{1,2}){1,8}\d{1,3}(?:\.\d{1,3})?%)"
)


def _shares(text: str) -> Iterator[Fault]:
    for match in _SHARES.finditer(text):
        parts_sum = sum(map(Decimal, re.findall(r"\d+(?:\.\d+)?", match[1])), Decimal())
        if parts_sum > Decimal("100.5"):
            message = f"各项占比之和为 {parts_sum}%，超过了 100%，请核对。"
            yield Fault("percent", match.start(1), match.end(1), message)


_UP = "增加|增长|提高|上升|提升|扩大|上涨|升"
_DOWN = "减少|下降|降低|缩短|缩小|降|压减"
_GROWTH = re.compile(
    rf"(?:由|从)[^\d。；]{{0,12}}(?P<old>{_NUMBER})(?P<unit>%|[^\d，。；的]{{1,4}}?)(?:稳步|逐步|持续|大幅)?(?:{_UP}|{_DOWN})(?:到|至)"
    rf"[^\d。；]{{0,8}}(?P<new>{_NUMBER})(?P=unit)，(?:[^\d，。；]{{0,8}})(?P<verb>{_UP}|{_DOWN}|增幅|降幅)(?:了|为|达|达到)?"
    rf"(?P<by>{_NUMBER})(?P<by_unit>个百分点|%|倍)?"
)


def _growth(text: str) -> Iterator[Fault]:
    for match in _GROWTH.finditer(text):
        old, new, by = Decimal(match["old"]), Decimal(match["new"]), Decimal(match["by"])
        if match["unit"] == "%":
            if match["by_unit"] == "%" and abs(abs(new - old) - by) < Decimal("0.06"):
                message = "两个百分数之差是“个百分点”，不是“%”。"
                written = f"{match['by']}个百分点"
                yield Fault("percentage-point", match.start("by"), match.end(), message, written)
            elif match["by_unit"] == "个百分点" and abs(abs(new - old) - by) >= Decimal("0.06"):
                message = f"{match['old']}% 与 {match['new']}% 相差 {abs(new - old)} 个百分点，请核对。"
                yield Fault("growth", match.start(), match.end(), message)
        elif match["by_unit"] == "%" and old:
            expected = abs(new - old) / old * 100
            if abs(expected - by) > max(Decimal("0.6"), expected * Decimal("0.02")):
                message = f"从 {match['old']} 到 {match['new']}，变化约 {expected:.1f}%，不是 {match['by']}%，请核对。"
                yield Fault("growth", match.start(), match.end(), message)


_RANGE = re.compile(
    r"(?<![\d.\-—～])(\d{1,9}(?:\.\d{1,4})?)([%‰万亿元年岁℃级吨亩米株头只次条辆人户]{0,2})[—～~\-]{1,2}(\d{1,9}(?:\.\d{1,4})?)([%‰万亿年岁天级倍亩吨元℃米人个户名株头只次条辆])"
)


def _order(text: str) -> Iterator[Fault]:
    for match in _RANGE.finditer(text):
        before = text[max(0, match.start() - 2) : match.start()]
        if match[2] and match[2][0] != match[4]:
            continue
        if Decimal(match[1]) > Decimal(match[3]) and not re.search("[从由自负下]", before):
            yield Fault("range-order", match.start(), match.end(), f"范围“{match[0]}”前大后小，请核对。")


_POINTS = (
    re.compile(r"(?:^|(?<=[，。；：、——“（）]))(?P<n>[一二三四五六七八九十]{1,2})(?=是|要|则)"),
    re.compile(r"(?:^|(?<=[，。；：“]))第(?P<n>[一二三四五六七八九十]{1,2})(?=，)"),
    re.compile(r"(?:^|(?<=[，。；：、“]))（(?P<n>[一二三四五六七八九十]{1,2})）"),
    re.compile(r"(?:^|(?<=[，。；：、“]))（(?P<n>\d{1,2})）"),
    re.compile(r"(?P<n>[①②③④⑤⑥⑦⑧⑨⑩])"),
)


def _enumeration(text: str) -> Iterator[Fault]:
    """Report missing and repeated numbers: 一是 … 二是 … 四是."""
    for point in _POINTS:
        last = 0
        for match in point.finditer(text):
            value = "①②③④⑤⑥⑦⑧⑨⑩".find(match["n"]) + 1 or number(match["n"])
            if last and value not in (1, last + 1):
                message = f"“{match[0]}”之前应有第 {last + 1} 项，序号不连贯。"
                yield Fault("enumeration", match.start(), match.end(), message)
            last = value if (last or value == 1) else 0


CHECKS = (check,)
