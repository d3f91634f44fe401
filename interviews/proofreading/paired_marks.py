"""Check paired marks: unpaired, crossed, reversed, wrongly nested (GB/T 15834-2011, 4.8, 4.9, 4.15)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from interviews.text.chinese import HAN

from .findings import Fault
from .passages import Passage

PAIRS = {"“": "”", "‘": "’", "《": "》", "〈": "〉", "（": "）", "【": "】", "〔": "〕", "「": "」", "『": "』"}
_OPENERS = {close: opener for opener, close in PAIRS.items()}
_WIDE = str.maketrans("()", "（）")
_MARK = re.compile(f"[{''.join(PAIRS)}{''.join(_OPENERS)}()]")
# Marks with another form for the inner level.
_INNER = {"“": "‘’", "《": "〈〉"}
_ENUMERATOR = re.compile(r"(?:^|[。；：，、！？“\s])(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z①-⑩])$")
_ENDS = "，。、；：？！）》"
_MESSAGES = {
    "“": "一段之内引号要成对，内层用单引号",
    "‘": "一段之内单引号要成对",
    "《": "书名号要成对",
    "〈": "书名号要成对",
}


@dataclass(slots=True)
class OpenMark:
    mark: str
    position: int
    is_reversed: bool = False
    nested: bool = False
    outside: bool = False


@dataclass(slots=True)
class Matching:
    """The result of matching. `pairs` are the positions of opening and closing marks, sorted."""

    pairs: list[tuple[int, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def check(passage: Passage) -> Iterator[Fault]:
    yield from match(passage.text, passage.after[:1] == "“").faults


@lru_cache(maxsize=64)
def match(text: str, continues: bool = False) -> Matching:
    """Match the paired marks of a paragraph. `continues`: the next paragraph begins with “, so that a quotation may
    stay open (4.8.3)."""
    matcher = _Matcher(text, continues)
    for found in _MARK.finditer(text):
        mark = found[0].translate(_WIDE)
        if mark in PAIRS:
            matcher.open(mark, found.start())
        else:
            matcher.close(mark, found.start())
    matcher.end()
    matcher.matching.pairs.sort()
    return matcher.matching


class _Matcher:
    def __init__(self, text: str, continues: bool):
        self.text, self.continues = text, continues
        self.matching = Matching()
        self.stack: list[OpenMark] = []
        self.open_counts = dict.fromkeys(PAIRS, 0)
        wide = text.translate(_WIDE)
        self.excess = {opener: wide.count(opener) - wide.count(close) for opener, close in PAIRS.items()}

    def report(self, rule: str, position: int, message: str, suggestion: str = "") -> None:
        self.matching.faults.append(Fault(rule, position, position + 1, message, suggestion))

    def open(self, mark: str, position: int) -> None:
        top = self.stack[-1] if self.stack else None
        nested = False
        if top and top.mark == mark and mark in _INNER:
            if mark == "“" and self._closes_here(top, position):
                self.report("quote-direction", position, "这里应是后引号“””。", "”")
                self.excess[mark] -= 2
                self._pop(position)
                return
            if self.excess[mark] > 0 and not (mark == "“" and self.continues):
                self._unpaired(self._drop())
                self.excess[mark] -= 1
            else:
                nested = True
        outside = mark == "‘" and not self.open_counts["“"] and not self.open_counts["「"]
        self._push(OpenMark(mark, position, nested=nested, outside=outside))

    def _closes_here(self, top: OpenMark, position: int) -> bool:
        after = self.text[position + 1 : position + 2]
        return top.is_reversed or self.excess["“"] >= 2 or (self.excess["“"] > 0 and after in _ENDS and after != "")

    def close(self, mark: str, position: int) -> None:
        opener = _OPENERS[mark]
        if mark == "’" and self._is_apostrophe(position):
            return
        if not self.open_counts[opener]:
            self._close_unopened(opener, mark, position)
            return
        while self.stack[-1].mark != opener:
            dropped = self._drop()
            if self.excess[dropped.mark] > 0:
                self._unpaired(dropped)
                self.excess[dropped.mark] -= 1
            else:
                message = f"“{dropped.mark}”与“{mark}”交叉：里层的标点要在外层之前关闭。"
                self.report("crossed", dropped.position, message)
                self.excess[dropped.mark] += 1  # do not report its closing mark again
        self._pop(position)

    def _close_unopened(self, opener: str, mark: str, position: int) -> None:
        if self.excess[opener] > 0:  # its opening mark was reported as crossed
            self.excess[opener] -= 1
            return
        if mark == "）" and _ENUMERATOR.search(self.text[max(0, position - 4) : position]):
            return
        is_reversed = opener == "“" and (
            self.excess[opener] <= -2 or (self.excess[opener] == 0 and self.text.find("“", position) > 0)
        )
        if is_reversed:
            self.report("quote-direction", position, "这里应是前引号“““。", "“")
            self.excess[opener] += 2 if self.excess[opener] < 0 else 0
            self._push(OpenMark(opener, position, is_reversed=self.excess[opener] >= 0))
            return
        self.report("unpaired", position, f"后一半“{mark}”没有配对：{_MESSAGES.get(opener, '括号要成对')}。")
        self.excess[opener] += 1

    def end(self) -> None:
        while self.stack:
            dropped = self._drop()
            if dropped.mark == "“" and self.continues:
                continue
            self._unpaired(dropped)

    def _unpaired(self, dropped: OpenMark) -> None:
        if dropped.mark == "‘" and self.text[dropped.position + 1 : dropped.position + 2].isascii():
            return
        message = f"前一半“{dropped.mark}”没有配对：{_MESSAGES.get(dropped.mark, '括号要成对')}。"
        self.report("unpaired", dropped.position, message)

    def _push(self, open_mark: OpenMark) -> None:
        self.stack.append(open_mark)
        self.open_counts[open_mark.mark] += 1

    def _drop(self) -> OpenMark:
        open_mark = self.stack.pop()
        self.open_counts[open_mark.mark] -= 1
        return open_mark

    def _pop(self, position: int) -> None:
        open_mark = self._drop()
        self.matching.pairs.append((open_mark.position, position))
        if open_mark.nested:
            inner = _INNER[open_mark.mark]
            message = f"“{open_mark.mark}{PAIRS[open_mark.mark]}”里面再用，内层应为“{inner}”。"
            self.report("nested", open_mark.position, message, inner[0])
            self.report("nested", position, message, inner[1])
        elif open_mark.outside and not self.text[open_mark.position + 1 : position].isascii():
            message = "单引号只用在双引号里面，外层应为“”。"
            self.report("single-outside", open_mark.position, message, "“")
            self.report("single-outside", position, message, "”")

    def _is_apostrophe(self, position: int) -> bool:
        before, after = self.text[position - 1 : position], self.text[position + 1 : position + 2]
        return (
            before.isascii()
            and before.isalpha()
            and (not self.open_counts["‘"] or (after.isascii() and after.isalpha()))
        )


_STRAIGHT = re.compile(rf"[\"＂]|(?<=[{HAN}，。、；：？！“”])['＇]|['＇](?=[{HAN}])")


def straight(passage: Passage) -> Iterator[Fault]:
    """Report straight quotes in Chinese text; if their number is even, suggest opening and closing ones in turn."""
    text = passage.text
    found = list(_STRAIGHT.finditer(text))
    if not found or not re.search(f"[{HAN}]", text):
        return
    double = [quote for quote in found if quote[0] in '"＂']
    yield from _alternate(text, double, "“”")
    inside = "‘’" if "“" in text or double else "“”"
    yield from _alternate(text, [quote for quote in found if quote[0] not in '"＂'], inside)


def _alternate(text: str, found: list[re.Match[str]], marks: str) -> Iterator[Fault]:
    even = len(found) % 2 == 0
    for number, quote in enumerate(found):
        written = marks[number % 2]
        yield Fault(
            "straight-quote",
            quote.start(),
            quote.end(),
            f"中文里不用直引号，应为“{marks}”。" if marks == "‘’" else "中文里不用直引号，应为弯引号。",
            written if even else "",
        )


CHECKS = (straight, check)
