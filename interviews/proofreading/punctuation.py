"""Check punctuation: width, doubled marks, dashes, ellipses, dots, brackets, spaces (GB/T 15834-2011)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from interviews.text.chinese import HAN, drop_unseen, has_han, normalise_punctuation

from .findings import Fault
from .passages import Kind, Passage
from .patterns import REPORTER, pattern
from .rules import Severity

CJK = f"{HAN}，。、；：？！“”‘’（）《》〈〉【】〔〕…—·"
STOPS = "，。、；：？！"
_ORDINALS = "一二三四五六七八九十"


def invisible(passage: Passage) -> Iterator[Fault]:
    """Report runs of invisible characters. The excerpt includes a neighbour, as a suggestion must not be empty."""
    text = passage.text
    if drop_unseen(text) == text:
        return
    position = 0
    while position < len(text):
        end = position
        while end < len(text) and not drop_unseen(text[end]):
            end += 1
        if end > position:
            yield _invisible_run(text, position, end)
        position = end + 1


def _invisible_run(text: str, start: int, end: int) -> Fault:
    codes = "、".join(f"U+{ord(character):04X}" for character in sorted(set(text[start:end]))[:3])
    message = f"这里有看不见的字符（{codes}），应删去。"
    if end < len(text):
        return Fault("invisible", start, end + 1, message, text[end])
    return Fault("invisible", max(0, start - 1), end, message, text[start - 1 : start])


_GARBLED = re.compile("[\ufffd\ue000-\uf8ff]+|锟斤拷|烫烫烫")


def garbled(passage: Passage) -> Iterator[Fault]:
    for match in _GARBLED.finditer(passage.text):
        yield Fault("garbled", match.start(), match.end(), "这里是乱码，请对照原稿补上正确的字。")


def half_width(passage: Passage) -> Iterator[Fault]:
    text = passage.text
    if text.isascii() or not has_han(text):
        return
    written = normalise_punctuation(text)
    if written == text:
        return
    for position, (old, new) in enumerate(zip(text, written, strict=True)):
        if old != new:
            yield Fault("half-width", position, position + 1, f"中文里应使用全角标点“{new}”。", new)


_LONE_DOT = re.compile(f'(?<=[{HAN}])[.．](?=[{HAN}“《”"A-Z])')


def dots_in_names(passage: Passage) -> Iterator[Fault]:
    for match in _LONE_DOT.finditer(passage.text if passage.kind is Kind.NAME else ""):
        yield Fault("middle-dot", match.start(), match.end(), "人名中的间隔号应为“·”。", "·")


def dots(passage: Passage) -> Iterator[Fault]:
    """Report dots between Han characters: `normalise_punctuation` cannot tell a full stop from a dot in a name."""
    for match in _LONE_DOT.finditer(passage.text):
        yield Fault("dot", match.start(), match.end(), "汉字之间不用半角圆点：句末应为“。”，人名中应为“·”。")


_RUN = re.compile(r"[，。、；：？！,;:?!]{2,}")
_STRENGTH = "、，：；。！？"


def doubled(passage: Passage) -> Iterator[Fault]:
    for match in _RUN.finditer(passage.text):
        run = match[0]
        if run.isascii() or re.fullmatch("。{3,}", run):
            continue
        if set(run) <= set("？！?!"):
            yield from _mixed(match)
            continue
        full = unicodedata.normalize("NFKC", run).translate(_TO_FULL).replace("。.", "。")
        strongest = max(full, key=_STRENGTH.find)
        message = f"点号连用“{run[:6]}”，只应留一个。"
        yield Fault("doubled-stop", match.start(), match.end(), message, strongest)


_TO_FULL = str.maketrans(",;:?!", "，；：？！")


def _mixed(match: re.Match[str]) -> Iterator[Fault]:
    run = match[0].translate(_TO_FULL)
    written = "？！" if len(set(run)) > 1 else run[:3]
    if written != run:
        message = "问号与叹号连用写作“？！”。" if len(set(run)) > 1 else "问号、叹号叠用最多三个。"
        yield Fault("mixed-stops", match.start(), match.end(), message, written)


_SPACES = re.compile("[ \u3000\u00a0\t]+")
# 本报讯（记者 李娟 通讯员 王晓红）
_BYLINE = re.compile(f"（(?:本报)?(?:{REPORTER})[^（）。]*$")
_CLOSE_UP = {Kind.PROSE, Kind.NAME, Kind.ORGANISATION, Kind.JOB_TITLE}
_IS_CJK = re.compile(f"[{CJK}]")
_IS_WORD = re.compile("[0-9A-Za-z%℃]")
_IS_MARK = re.compile(r"[，。、；：？！“”‘’（）《》]")


def spaces(passage: Passage) -> Iterator[Fault]:
    text = passage.text
    for match in _SPACES.finditer(text):
        start, end = match.span()
        if start == 0 or end == len(text):
            yield _edge_space(text, start, end)
            continue
        left, right = text[start - 1], text[end]
        if _BYLINE.search(text, max(0, start - 40), start):
            continue
        both = bool(_IS_CJK.match(left) and _IS_CJK.match(right))
        at_mark = bool(_IS_MARK.match(left) or _IS_MARK.match(right))
        if (both or at_mark) and passage.kind in _CLOSE_UP:
            yield Fault("space", start - 1, end, "这里有多余的空格。", left)
        elif (_IS_CJK.match(left) and _IS_WORD.match(right)) or (_IS_WORD.match(left) and _IS_CJK.match(right)):
            yield Fault("latin-space", start - 1, end, "汉字与字母、数字之间不加空格，排版时自动留空。", left)


def _edge_space(text: str, start: int, end: int) -> Fault:
    if end < len(text):
        return Fault("space", start, end + 1, "段首有多余的空格。", text[end])
    return Fault("space", max(0, start - 1), end, "段末有多余的空格。", text[start - 1 : start] if start else "")


def _narrow(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


PATTERNS = (
    pattern("full-width", r"[０-９Ａ-Ｚａ-ｚ]+(?:[．：][０-９]+)*％?", _narrow, "字母、数字应为半角“{written}”。"),
    pattern("full-width", r"(?<=[0-9０-９])％", "%", "百分号应为半角“%”。", severity=Severity.HINT),
    pattern("dash", rf"(?<=[{CJK}])[-－]{{2,}}+|(?<![-－])[-－]{{2,}}+(?=[{CJK}])", "——", "破折号写作“——”，占两个字的位置。"),
    pattern("dash", r"—{3,}|[─―]+|(?<=[^ァ-ヺ])ー+", "——", "破折号写作“——”，占两个字的位置。"),
    pattern("dash", r"^—(?![—\d])|(?<=[。！？…，”])—(?!—)", "——", "这里像是破折号，应写作“——”。"),
    pattern("hyphen", rf"(?<=[{HAN}])[-－–](?=[{HAN}])", "—", "汉字之间表示起止、路线用一字线“—”。"),
    pattern("ellipsis", rf"(?<=[{CJK}])\.{{3,}}+|(?<!\.)\.{{3,}}+(?=[{CJK}])|。{{3,}}|[·•・]{{3,}}", "……", "省略号写作“……”。"),
    pattern("ellipsis", r"(?<!…)…(?!…)|(?<!…)…{3}(?!…)|…{5,}|(?<=[^…])…{4}(?!…)", "……", "省略号写作“……”。"),
    pattern("ellipsis", r"[，、；]……", "……", "省略号之前不用“，”“、”“；”。", severity=Severity.WARNING),
    pattern("ellipsis-and-etc", r"……等等?(?![待于到级])|(?<![对平高上下])等等?……", "等", "省略号与“等”只用一个。"),
    pattern("list-mark", r"》、《(?![^《》\n]{0,60}》（)|”、“(?![^“”\n]{0,60}”（)|〉、〈", lambda m: m[0][0] + m[0][2], "并列的引号、书名号之间通常不用顿号。"),
    pattern(
        "ordinal-mark",
        rf"(?:^|(?<=[，。；：！？”]))(?:第[{_ORDINALS}]{{1,2}}|首先|其次|再次|最后|其[一二三四])、(?![第其首再最一二三四五六七八九十])",
        lambda m: m[0][:-1] + "，",
        "“第一”“首先”一类序次语之后用逗号。",
    ),
    pattern(
        "ordinal-mark",
        rf"(?:^|(?<=[，。；：！？”]))(?:（[{_ORDINALS}\d]{{1,3}}）|[①-⑳])[、，．]",
        lambda m: m[0][:-1],
        "带括号、带圈的序次语之后不用点号。",
    ),
    pattern("ordinal-mark", rf"^[{_ORDINALS}]{{1,3}}[，．.](?=[{HAN}])", lambda m: m[0][:-1] + "、", "“一”“二”之后用顿号。"),
    pattern("ordinal-mark", rf"^\d{{1,2}}、(?=[{HAN}“])", lambda m: m[0][:-1] + "．", "阿拉伯数字序号之后用下脚点“．”。"),
    pattern("middle-dot", rf"(?<=[{HAN}])[•・‧∙⋅･](?=[{HAN}])", "·", "间隔号应为“·”。"),
    pattern("bracket-form", r"[\[（(【［]((?:19|20)\d\d)[\]）)】］](?=第?\d{1,4}号)", r"〔\1〕", "发文字号的年份用六角括号“〔〕”。"),
    pattern("bracket-form", rf"<(?=[^<>\n]{{0,40}}[{HAN}])([^<>\n]{{1,40}})>", r"《\1》", "书名号应为“《》”。"),
    pattern("bracket-form", rf"\[(?=[^\[\]\n]{{0,40}}[{HAN}])[^\[\]\n]{{1,40}}\]", "", "中文里不用半角方括号。"),
    pattern("empty-pair", r"“”|‘’|《》|（）|【】|〔〕|〈〉", "", "成对的标点之间没有内容。"),
)  # fmt: skip
# Before the checks of pairs and stops: characters that are no text, and dots in names.
UNREADABLE = (invisible, garbled, dots_in_names)
# After them, because their messages on the same marks are more specific.
FORM = (*(each.faults for each in PATTERNS), doubled, half_width, dots, spaces)
