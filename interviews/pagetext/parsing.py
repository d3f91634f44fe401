"""The reading of a page, from text to document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from interviews.document import FeatureDocument

from .assembler import Walk
from .building import build
from .bylines import byline_at_end
from .columns import Judge, paragraphs, place_lead
from .coverage import Ledger
from .grammar import DEFAULT, Grammar
from .head import read_head
from .labelling import labelled
from .labels import Label
from .page import Page
from .result import Balance, Bucket, PageReading, letters
from .shapes import Kind, Shape, is_heading, shape_of
from .sidebars import SIDEBARS, following
from .source import Line, compose, read_lines, whole
from .speaker_lines import closed_up, could_be_name, looks_like_name, match_post, opening
from .wrapping import join_wrapped

LONGEST_CAPTION_NAME = 15
NOTHING_SAID: Mapping[int, Label] = MappingProxyType({})


def parse(text: str, grammar: Grammar = DEFAULT, labels: Mapping[int, Label] = NOTHING_SAID) -> PageReading:
    """Read a printed page.

    Never raises and never loses a letter, whatever the text: what finds no place is in `unplaced`, with a note. Without
    a topic the document is empty and everything is unplaced. Punctuation is stored full-width (GB/T 15834-2011). Takes
    time in proportion to the text. `labels` are what is known of lines, by their number in print (from 1).
    """
    lines, dropped = read_lines(text)
    lines, together = join_wrapped(lines, grammar, labels)
    ledger = Ledger(lines)
    if dropped:
        ledger.note("characters", "", f"去掉了 {dropped} 个看不见的控制字符")
    if together:
        ledger.note("wrapping", together[0], f"按印刷行断开的文字已接成段落，共 {len(together)} 处")
    shapes = _shapes(lines, grammar, labels)
    starts = topic_starts(shapes, grammar)
    speaker = next((index for index, shape in enumerate(shapes) if shape.label is Label.SPEAKER), None)
    begin = min([*starts, *([] if speaker is None else [speaker])], default=None)
    document = (
        FeatureDocument(headline="", topics=()) if begin is None else _read(shapes, begin, starts, ledger, grammar)
    )
    if begin is None:
        ledger.note("structure", "", "没有找到话题，全文都没有归位")
    return _reading(text, document, ledger)


def _shapes(lines: list[Line], grammar: Grammar, labels: Mapping[int, Label]) -> list[Shape]:
    alone = (closed_up(line.folded) for line in lines if len(line) <= 12)
    known = {name for name in alone if "·" not in name and looks_like_name(name, grammar)}
    for line in lines:
        found = opening(line.folded[:100], grammar, known=known)
        if found:
            known.add(closed_up(line.folded[slice(*found[0].name)]))
    known |= _confirmed_by_captions(lines, grammar)
    shapes = [
        labelled(line, label, grammar, known) if (label := labels.get(line.number)) else shape_of(line, grammar, known)
        for line in lines
    ]
    for index in (*range(len(shapes)), *reversed(range(len(shapes)))):
        shape = shapes[index]
        if (
            shape.label is None
            and shape.kind in (Kind.TEXT, Kind.NAMES, Kind.BYLINE)
            and _beside_credits(shapes, index)
        ):
            shapes[index] = _among_credits(shape, grammar, known)
    return shapes


def _among_credits(shape: Shape, grammar: Grammar, known: set[str]) -> Shape:
    if shape.kind is Kind.BYLINE and shape.line.folded[0] not in "([【〔<":
        return replace(shape, kind=Kind.CREDITS)
    return shape_of(shape.line, grammar, known, near_credits=True)


def _confirmed_by_captions(lines: list[Line], grammar: Grammar) -> set[str]:
    """Speakers whose surname no table holds, but whose name stands alone on another line."""
    alone = {closed_up(line.folded) for line in lines if len(line) <= LONGEST_CAPTION_NAME}
    names: set[str] = set()
    marks = [-3]
    for index, line in enumerate(lines):
        if len(line) < 60 and grammar.topic_mark.fullmatch(line.folded):
            marks.append(index)
        at_opening = index - marks[-1] <= 2
        prefix = line.folded[: max(0, line.folded.find(":", 0, 90))]
        for length in range(2, min(LONGEST_CAPTION_NAME, len(prefix) - 1) + 1):
            name, before = prefix[-length:], prefix[:-length]
            if name not in alone or not could_be_name(name, grammar):
                continue
            if at_opening or match_post(before, grammar) is not None:
                names.add(name)
    return names


def _beside_credits(shapes: list[Shape], index: int) -> bool:
    around = [other for other in (index - 1, index + 1) if 0 <= other < len(shapes)]
    return any(shapes[other].kind is Kind.CREDITS and shapes[max(index, other)].line.gap == 0 for other in around)


def topic_starts(shapes: list[Shape], grammar: Grammar) -> set[int]:
    """Lines with which a topic begins: its mark, or a title that a speaker follows at once."""
    starts: set[int] = set()
    headings = 0  # above the first topic
    closed = False  # the statement before has ended with its byline
    for index, shape in enumerate(shapes):
        if shape.kind in SIDEBARS:
            continue
        if shape.kind is Kind.TOPIC and (
            shape.label or shape.content is None or is_heading(shape.content.line) or shape.marks
        ):
            starts.add(index)
            closed, headings = False, 0
        elif shape.kind is Kind.BULLET or (shape.kind is Kind.TEXT and is_heading(shape.line)):
            speaker = _leads_to_speaker(shapes, index)
            if speaker and (shape.kind is Kind.BULLET or closed or (not starts and headings)):
                starts.add(index)
                closed = False
            headings += 1
        elif shape.kind is Kind.SPEAKER:
            closed = False
        elif shape.kind is Kind.SUBTITLE:
            headings += 1
        if shape.kind is Kind.BYLINE:
            closed = True
        elif shape.kind in (Kind.TEXT, Kind.SPEAKER, Kind.STATEMENT) and index not in starts:
            closed = closed or _ends_with_byline(shape, grammar)
    return starts


def _leads_to_speaker(shapes: list[Shape], index: int) -> bool:
    """A heading that a speaker follows; between a bullet and its speaker a title and a lead may stand."""
    after = following(shapes, index)
    if shapes[index].kind is not Kind.BULLET:
        return after is not None and after.kind is Kind.SPEAKER
    titles = int(shapes[index].content is None)
    for nth in range(1, 5):
        after = following(shapes, index, nth)
        if after is None or after.kind is Kind.SPEAKER:
            return after is not None
        titles -= is_heading(after.line)
        if titles < 0 or after.kind is not Kind.TEXT:
            return False
    return False


def _ends_with_byline(shape: Shape, grammar: Grammar) -> bool:
    return byline_at_end(whole(shape.line), grammar) is not None


def _read(shapes: list[Shape], begin: int, starts: set[int], ledger: Ledger, grammar: Grammar) -> FeatureDocument:
    page = Page()
    walk = Walk(shapes, starts, page, ledger, grammar)
    head = []
    for index, shape in enumerate(shapes[:begin]):
        if shape.kind in SIDEBARS or shape.kind is Kind.BYLINE:
            walk.handlers[shape.kind](index, shape)
        else:
            head.append(shape)
    prose = read_head(head, page, ledger, grammar.lead_labels)
    walk.beside = False
    walk.run(begin)
    judge = Judge(page, "\n".join(shape.line.folded for shape in shapes), grammar)
    page.lead = sorted(paragraphs(prose, judge, ledger) + page.lead, key=lambda parts: parts[0].line.number)
    place_lead(page, judge, ledger)
    for group in page.strays:
        for stray in group:
            ledger.leave(stray.segment, "不在任何人的谈话之中，看不出属于哪里")
    return build(page, judge, ledger)


def _reading(text: str, document: FeatureDocument, ledger: Ledger) -> PageReading:
    spans = ledger.spans()
    unplaced = tuple(span.text for span in spans if span.bucket is Bucket.UNPLACED)
    balance = Balance(
        source=letters(compose(text)),
        placed=sum(letters(span.text) for span in spans if span.bucket is not Bucket.UNPLACED),
        unplaced=sum(map(letters, unplaced)),
    )
    printed = tuple((line.number, line.text) for line in ledger.lines)
    return PageReading(document, unplaced, tuple(ledger.notes), balance, spans, tuple(ledger.supplied), printed)
