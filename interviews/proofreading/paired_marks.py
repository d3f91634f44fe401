"""Paired marks: unpaired, crossed, turned round, nested (GB/T 15834-2011, 4.8, 4.9, 4.15)."""

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
# Within a pair of its own kind these have an inner form.
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
class Open:
    mark: str
    position: int
    turned: bool = False
    nested: bool = False
    outside: bool = False


@dataclass(slots=True)
class Matching:
    """`pairs` are the positions of opening and closing marks, in the order of their ends."""

    pairs: list[tuple[int, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def check(passage: Passage) -> Iterator[Fault]:
    yield from match(passage.text, passage.after[:1] == "“").faults


@lru_cache(maxsize=64)
def match(text: str, goes_on: bool = False) -> Matching:
    """`goes_on`: the next paragraph begins with “, so that a quotation may stay open here (4.8.3)."""
    reader = _Reader(text, goes_on)
    for found in _MARK.finditer(text):
        mark = found[0].translate(_WIDE)
        if mark in PAIRS:
            reader.opening(mark, found.start())
        else:
            reader.closing(mark, found.start())
    reader.end()
    reader.matching.pairs.sort()
    return reader.matching


class _Reader:
    def __init__(self, text: str, goes_on: bool):
        self.text, self.goes_on = text, goes_on
        self.matching = Matching()
        self.stack: list[Open] = []
        self.held = dict.fromkeys(PAIRS, 0)
        wide = text.translate(_WIDE)
        self.excess = {opener: wide.count(opener) - wide.count(close) for opener, close in PAIRS.items()}

    def say(self, rule: str, position: int, message: str, suggestion: str = "") -> None:
        self.matching.faults.append(Fault(rule, position, position + 1, message, suggestion))

    def opening(self, mark: str, position: int) -> None:
        top = self.stack[-1] if self.stack else None
        nested = False
        if top and top.mark == mark and mark in _INNER:
            if mark == "“" and self._closes_here(top, position):
                self.say("quote-direction", position, "这里应是后引号“””。", "”")
                self.excess[mark] -= 2
                self._pop(position)
                return
            if self.excess[mark] > 0 and not (mark == "“" and self.goes_on):
                self._unpaired(self._drop())
                self.excess[mark] -= 1
            else:
                nested = True
        outside = mark == "‘" and not self.held["“"] and not self.held["「"]
        self._push(Open(mark, position, nested=nested, outside=outside))

    def _closes_here(self, top: Open, position: int) -> bool:
        after = self.text[position + 1 : position + 2]
        return top.turned or self.excess["“"] >= 2 or (self.excess["“"] > 0 and after in _ENDS and after != "")

    def closing(self, mark: str, position: int) -> None:
        opener = _OPENERS[mark]
        if mark == "’" and self._is_apostrophe(position):
            return
        if not self.held[opener]:
            self._without_opening(opener, mark, position)
            return
        while self.stack[-1].mark != opener:
            left = self._drop()
            if self.excess[left.mark] > 0:
                self._unpaired(left)
                self.excess[left.mark] -= 1
            else:
                message = f"“{left.mark}”与“{mark}”交叉：里层的标点要在外层之前关闭。"
                self.say("crossed", left.position, message)
                self.excess[left.mark] += 1  # its closing mark will be found without opening: said once
        self._pop(position)

    def _without_opening(self, opener: str, mark: str, position: int) -> None:
        if self.excess[opener] > 0:  # its opening mark was dropped as crossed
            self.excess[opener] -= 1
            return
        if mark == "）" and _ENUMERATOR.search(self.text[max(0, position - 4) : position]):
            return
        turned = opener == "“" and (
            self.excess[opener] <= -2 or (self.excess[opener] == 0 and self.text.find("“", position) > 0)
        )
        if turned:
            self.say("quote-direction", position, "这里应是前引号“““。", "“")
            self.excess[opener] += 2 if self.excess[opener] < 0 else 0
            self._push(Open(opener, position, turned=self.excess[opener] >= 0))
            return
        self.say("unpaired", position, f"后一半“{mark}”没有配对：{_MESSAGES.get(opener, '括号要成对')}。")
        self.excess[opener] += 1

    def end(self) -> None:
        while self.stack:
            left = self._drop()
            if left.mark == "“" and self.goes_on:
                continue
            self._unpaired(left)

    def _unpaired(self, left: Open) -> None:
        if left.mark == "‘" and self.text[left.position + 1 : left.position + 2].isascii():
            return
        message = f"前一半“{left.mark}”没有配对：{_MESSAGES.get(left.mark, '括号要成对')}。"
        self.say("unpaired", left.position, message)

    def _push(self, opened: Open) -> None:
        self.stack.append(opened)
        self.held[opened.mark] += 1

    def _drop(self) -> Open:
        opened = self.stack.pop()
        self.held[opened.mark] -= 1
        return opened

    def _pop(self, position: int) -> None:
        opened = self._drop()
        self.matching.pairs.append((opened.position, position))
        if opened.nested:
            inner = _INNER[opened.mark]
            message = f"“{opened.mark}{PAIRS[opened.mark]}”里面再用，内层应为“{inner}”。"
            self.say("nested", opened.position, message, inner[0])
            self.say("nested", position, message, inner[1])
        elif opened.outside and not self.text[opened.position + 1 : position].isascii():
            message = "单引号只用在双引号里面，外层应为“”。"
            self.say("single-outside", opened.position, message, "“")
            self.say("single-outside", position, message, "”")

    def _is_apostrophe(self, position: int) -> bool:
        before, after = self.text[position - 1 : position], self.text[position + 1 : position + 2]
        return before.isascii() and before.isalpha() and (not self.held["‘"] or (after.isascii() and after.isalpha()))


_STRAIGHT = re.compile(rf"[\"＂]|(?<=[{HAN}，。、；：？！“”])['＇]|['＇](?=[{HAN}])")


def straight(passage: Passage) -> Iterator[Fault]:
    """Straight quotes where there is Chinese: alternately opening and closing, if their number is even."""
    text = passage.text
    found = list(_STRAIGHT.finditer(text))
    if not found or not re.search(f"[{HAN}]", text):
        return
    double = [place for place in found if place[0] in '"＂']
    yield from _alternate(text, double, "“”")
    inside = "‘’" if "“" in text or double else "“”"
    yield from _alternate(text, [place for place in found if place[0] not in '"＂'], inside)


def _alternate(text: str, found: list[re.Match[str]], marks: str) -> Iterator[Fault]:
    even = len(found) % 2 == 0
    for number, place in enumerate(found):
        written = marks[number % 2]
        yield Fault(
            "straight-quote",
            place.start(),
            place.end(),
            f"中文里不用直引号，应为“{marks}”。" if marks == "‘’" else "中文里不用直引号，应为弯引号。",
            written if even else "",
        )


CHECKS = (straight, check)
