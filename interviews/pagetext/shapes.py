"""Classify a line by its own text and the names known from the page."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto

from interviews.text.chinese import has_han

from .bylines import Credits, byline_at_end, parse_credits
from .grammar import Grammar
from .labels import Label
from .source import Line, Segment, whole
from .speaker_lines import Introduction, introduction_at_start, looks_like_name, parse_introduction, without_spacing

TITLE_LIMIT = 60
CAPTION_LIMIT = 1000
UNMARKED_CAPTION = 80
_TERMINAL_END = re.compile(r"[。!?…][”’」』》)\]】]*$|(?<![0-9A-Za-z.])[.][”’]?$")
_DASH = re.compile(r"[—–―─━\-~]{1,6}\s*")


class Kind(Enum):
    TOPIC = auto()
    BULLET = auto()
    SUBTITLE = auto()
    SPEAKER = auto()
    BYLINE = auto()
    CREDITS = auto()
    CAPTION = auto()
    NAMES = auto()
    PHOTOGRAPHER = auto()
    FURNITURE = auto()
    TEXT = auto()
    # Of labelled lines only:
    HEADING = auto()
    STATEMENT = auto()
    UNREADABLE = auto()


@dataclass(frozen=True, slots=True)
class Shape:
    """The kind of a line and its parsed parts."""

    kind: Kind
    line: Line
    marks: tuple[Segment, ...] = ()
    content: Segment | None = None
    names: tuple[Segment, ...] = ()
    credits: Credits | None = None
    introduction: Introduction | None = None
    credit_line: Segment | None = None
    label: Label | None = None

    @property
    def continues(self) -> bool | None:
        """Whether the line continues the paragraph before; None without a label."""
        return None if self.label is None else self.label is Label.CONTINUATION


def is_complete(text: str) -> bool:
    """Tell whether a text (folded) ends with a complete sentence: 。？！ and closing quotes."""
    return _TERMINAL_END.search(text[-12:]) is not None


def is_heading(line: Line) -> bool:
    """Tell whether a line looks like a title: short, and not a sentence."""
    folded = line.folded
    return len(folded) <= TITLE_LIMIT and "。" not in folded and not folded.endswith((",", ";", "、", ":"))


def classify_line(line: Line, grammar: Grammar, known: Collection[str], *, near_credits: bool = False) -> Shape:
    """Classify a line by the first reader that matches; the most specific come first."""
    if len(line) <= CAPTION_LIMIT:
        for reader in (_photographer, _byline, _topic, _credits, _caption, _subtitle, _furniture, _names):
            shape = reader(line, grammar, known, near_credits)
            if shape:
                return shape
    return _speaker(line, grammar, known) or Shape(Kind.TEXT, line, content=whole(line))


def _photographer(line: Line, grammar: Grammar, known: Collection[str], near_credits: bool) -> Shape | None:
    """Read 程婧 摄, alone on its line. 摄影:程婧 is a line of credits."""
    match = grammar.photographer.match(line.folded) if len(line) <= 40 else None
    if match is None or grammar.credit_sentence.fullmatch(line.folded) or ":" in line.folded:
        return None
    if line.folded.startswith(("摄影", "供图", "图片", "摄")):
        return None
    return Shape(Kind.PHOTOGRAPHER, line, credit_line=whole(line).part(*match.span(match.lastgroup or 0)))


def _byline(line: Line, grammar: Grammar, known: Collection[str], near_credits: bool) -> Shape | None:
    found = byline_at_end(whole(line), grammar)
    if not found or found[1] > 0:
        return None
    roles = [entry.role.folded for entry in found[0].entries if entry.role]
    if (
        line.folded[0] not in "([【〖〔<〈□■"
        and ":" in line.folded
        and not all(r.endswith(grammar.reporting) for r in roles)
    ):
        return None  # 记者:武玲芳 摄影:程婧
    if found[0].entries[0].role is None and any(
        without_spacing(name.folded) in known for name in found[0].entries[0].names
    ):
        return None
    return Shape(Kind.BYLINE, line, credits=found[0])


def _topic(line: Line, grammar: Grammar, known: Collection[str], near_credits: bool) -> Shape | None:
    match = grammar.topic_mark.fullmatch(line.folded)
    if match is None:
        return None
    title = match["title"]
    marked = match["colon"] or match["number"] or match["ordinal"] or match["close"] or match["bullet"].strip()
    if title and not (marked or match["space"]):
        return None
    start, end = match.span("title")
    opened = match["open"] and not match["close"]
    if opened and title and title[-1] in "]】〕)」』》>#”":
        end -= 1
    elif "。" in title or (title and not marked and not is_heading(line)):
        return None
    segment = whole(line)
    content = segment.part(start, end).stripped() if end > start else None
    return Shape(Kind.TOPIC, line, marks=(segment.part(0, match.start("title")),), content=content)


def _credits(line: Line, grammar: Grammar, known: Collection[str], near_credits: bool) -> Shape | None:
    text = whole(line)
    credits = parse_credits(text, grammar, near=near_credits)
    if credits:
        return Shape(Kind.CREDITS, line, credits=credits)
    label = grammar.known_label.search(line.folded) if len(line) <= 200 else None
    if label and label.start() and _is_furniture(line.folded[: label.start()], grammar):
        credits = parse_credits(text.part(label.start(), len(line)), grammar, near=near_credits)
        if credits:
            return Shape(Kind.CREDITS, line, credits=credits)
    return _credits_and_furniture(text, grammar, near_credits)


def _credits_and_furniture(text: Segment, grammar: Grammar, near_credits: bool) -> Shape | None:
    """Read credits followed by furniture: 责任编辑:张三 电话:0354-1234567."""
    parts = list(re.finditer(r"\S+", text.folded))[:40]
    count = len(parts)
    while count and _is_furniture(parts[count - 1].group(), grammar):
        count -= 1
    if not 0 < count < len(parts):
        return None
    credits = parse_credits(text.part(0, parts[count - 1].end()), grammar, near=near_credits)
    return Shape(Kind.CREDITS, text.line, credits=credits) if credits else None


def _caption(line: Line, grammar: Grammar, known: Collection[str], near_credits: bool) -> Shape | None:
    text = whole(line)
    marked = grammar.caption_mark.match(line.folded)
    start = marked.end("arrow") if marked else 0
    credit = grammar.photographer.search(line.folded, max(start, len(line) - 90))
    short = len(line) <= UNMARKED_CAPTION and introduction_at_start(line.folded[:100], grammar, known=known) is None
    if credit and (marked or short):
        caption = text.part(start, credit.start()).stripped()
        if has_han(caption.text):
            credit_line = text.part(*credit.span(credit.lastgroup or 0))
            return Shape(Kind.CAPTION, line, content=caption, credit_line=credit_line)
    if marked:
        return Shape(Kind.CAPTION, line, content=text.part(start, len(line)))
    portrait = grammar.portrait_end.search(line.folded) if len(line) <= 20 else None
    if portrait and without_spacing(line.folded[: portrait.start()]) in known:
        return Shape(Kind.CAPTION, line, content=text)
    return None


def _subtitle(line: Line, grammar: Grammar, known: Collection[str], near_credits: bool) -> Shape | None:
    match = _DASH.match(line.folded)
    if match is None or match.end() == len(line) or not is_heading(line) or match.group().strip() == "~":
        return None
    end = len(line.folded.rstrip("—–―─━- "))
    return Shape(Kind.SUBTITLE, line, content=whole(line).part(match.end(), end)) if end > match.end() else None


def _furniture(line: Line, grammar: Grammar, known: Collection[str], near_credits: bool) -> Shape | None:
    if len(line) <= 160 and _is_furniture(line.folded, grammar):
        return Shape(Kind.FURNITURE, line, content=whole(line))
    return None


def _is_furniture(folded: str, grammar: Grammar) -> bool:
    parts = folded.split()
    return bool(parts) and all(grammar.furniture_part.fullmatch(part) for part in parts)


def _names(line: Line, grammar: Grammar, known: Collection[str], near_credits: bool) -> Shape | None:
    if len(line) > 80:
        return None
    text = whole(line)
    bare = line.folded.strip("()[]▲△▼ ")
    closed = without_spacing(bare)
    if closed in known or ("·" not in closed and looks_like_name(closed, grammar)):
        start = line.folded.find(bare)
        return Shape(Kind.NAMES, line, names=(text.part(start, start + len(bare)),))
    parts = list(re.finditer(r"[^\s、|/]+(?:(?<=^.) +\S(?=\s|$))?", line.folded))
    names = [without_spacing(part.group()) for part in parts]
    if len(names) > 1 and all(looks_like_name(name, grammar) or name in known for name in names):
        if any(name in known for name in names):
            return Shape(Kind.NAMES, line, names=tuple(text.part(*part.span()) for part in parts))
    elif len(names) > 1 and len(line) <= 60:
        return _portrait(line, grammar, known)
    return None


def _portrait(line: Line, grammar: Grammar, known: Collection[str]) -> Shape | None:
    """Read a portrait caption, a known name with its post: 裴国欣 市生态环境局大气科科长."""
    first, _, rest = line.folded.partition(" ")
    last = line.folded.rpartition(" ")[2]
    if "。" in line.folded or ":" in line.folded:
        return None
    if first in known and parse_introduction(rest + first, grammar, known=known):
        return Shape(Kind.NAMES, line, names=(whole(line),))
    if last in known and parse_introduction(line.folded, grammar, known=known):
        return Shape(Kind.NAMES, line, names=(whole(line),))
    return None


def _speaker(line: Line, grammar: Grammar, known: Collection[str]) -> Shape | None:
    if grammar.number_alone.fullmatch(line.folded):
        return Shape(Kind.BULLET, line, marks=(whole(line),))
    bullet = grammar.bullet_mark.match(line.folded)
    start = bullet.end() if bullet else 0
    found = introduction_at_start(line.folded[start : start + 100], grammar, known=known)
    text = whole(line)
    marks = (text.part(0, start),) if bullet else ()
    if found:
        return Shape(
            Kind.SPEAKER,
            line,
            marks=marks,
            content=text.part(start + found[1], len(line)).stripped(),
            names=(text.part(start, start + found[1] - 1),),
            introduction=found[0],
        )
    if bullet and is_heading(line):
        return Shape(Kind.BULLET, line, marks=marks, content=text.part(start, len(line)) if start < len(line) else None)
    return None
