"""Parse the text of a page into a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from interviews.document import FeatureDocument

from .assembler import Assembler
from .building import build
from .bylines import byline_at_end
from .columns import Scorer, paragraphs, place_lead
from .coverage import Coverage
from .grammar import DEFAULT, Grammar
from .head import read_head
from .labelling import shape_from_label
from .labels import Label
from .page import Page
from .result import Balance, Bucket, PageReading, count_letters
from .shapes import Kind, Shape, classify_line, is_heading
from .sidebars import SIDEBARS, following
from .source import Line, read_lines, to_nfc, whole
from .speaker_lines import could_be_name, introduction_at_start, looks_like_name, match_post, without_spacing
from .wrapping import join_wrapped

MAX_CAPTION_NAME = 15
NO_LABELS: Mapping[int, Label] = MappingProxyType({})


def parse(text: str, grammar: Grammar = DEFAULT, labels: Mapping[int, Label] = NO_LABELS) -> PageReading:
    """Parse the text of a printed page, in linear time.

    Never raises and never loses a letter: text without a place is in `unplaced`, with a note. Without a topic the
    document is empty and everything is unplaced. Punctuation is stored full-width (GB/T 15834-2011). `labels` maps line
    numbers (from 1) to known labels.
    """
    lines, dropped = read_lines(text)
    lines, joined = join_wrapped(lines, grammar, labels)
    coverage = Coverage(lines)
    if dropped:
        coverage.add_note("characters", "", f"去掉了 {dropped} 个看不见的控制字符")
    if joined:
        coverage.add_note("wrapping", joined[0], f"按印刷行断开的文字已接成段落，共 {len(joined)} 处")
    shapes = _shapes(lines, grammar, labels)
    starts = topic_starts(shapes, grammar)
    speaker = next((index for index, shape in enumerate(shapes) if shape.label is Label.SPEAKER), None)
    first_topic = min([*starts, *([] if speaker is None else [speaker])], default=None)
    if first_topic is None:
        document = FeatureDocument(headline="", topics=())
        coverage.add_note("structure", "", "没有找到话题，全文都没有归位")
    else:
        document = _parse_page(shapes, first_topic, starts, coverage, grammar)
    return _result(text, document, coverage)


def _shapes(lines: list[Line], grammar: Grammar, labels: Mapping[int, Label]) -> list[Shape]:
    alone = (without_spacing(line.folded) for line in lines if len(line) <= 12)
    known = {name for name in alone if "·" not in name and looks_like_name(name, grammar)}
    for line in lines:
        found = introduction_at_start(line.folded[:100], grammar, known=known)
        if found:
            known.add(without_spacing(line.folded[slice(*found[0].name)]))
    known |= _confirmed_by_captions(lines, grammar)
    shapes = [
        shape_from_label(line, label, grammar, known)
        if (label := labels.get(line.number))
        else classify_line(line, grammar, known)
        for line in lines
    ]
    for index in (*range(len(shapes)), *reversed(range(len(shapes)))):
        shape = shapes[index]
        if (
            shape.label is None
            and shape.kind in (Kind.TEXT, Kind.NAMES, Kind.BYLINE)
            and _is_next_to_credits(shapes, index)
        ):
            shapes[index] = _classify_among_credits(shape, grammar, known)
    return shapes


def _classify_among_credits(shape: Shape, grammar: Grammar, known: set[str]) -> Shape:
    if shape.kind is Kind.BYLINE and shape.line.folded[0] not in "([【〔<":
        return replace(shape, kind=Kind.CREDITS)
    return classify_line(shape.line, grammar, known, near_credits=True)


def _confirmed_by_captions(lines: list[Line], grammar: Grammar) -> set[str]:
    """Find speakers whose surname is in no table, but whose name is a caption elsewhere on the page."""
    alone = {without_spacing(line.folded) for line in lines if len(line) <= MAX_CAPTION_NAME}
    names: set[str] = set()
    marks = [-3]
    for index, line in enumerate(lines):
        if len(line) < 60 and grammar.topic_mark.fullmatch(line.folded):
            marks.append(index)
        at_opening = index - marks[-1] <= 2
        prefix = line.folded[: max(0, line.folded.find(":", 0, 90))]
        for length in range(2, min(MAX_CAPTION_NAME, len(prefix) - 1) + 1):
            name, before = prefix[-length:], prefix[:-length]
            if name not in alone or not could_be_name(name, grammar):
                continue
            if at_opening or match_post(before, grammar) is not None:
                names.add(name)
    return names


def _is_next_to_credits(shapes: list[Shape], index: int) -> bool:
    neighbours = [other for other in (index - 1, index + 1) if 0 <= other < len(shapes)]
    return any(shapes[other].kind is Kind.CREDITS and shapes[max(index, other)].line.gap == 0 for other in neighbours)


def topic_starts(shapes: list[Shape], grammar: Grammar) -> set[int]:
    """Return the lines that begin a topic: a topic mark, or a title directly followed by a speaker."""
    starts: set[int] = set()
    headings = 0  # seen since the last topic mark
    is_signed = False  # the statement before is signed
    for index, shape in enumerate(shapes):
        if shape.kind in SIDEBARS:
            continue
        if shape.kind is Kind.TOPIC and (
            shape.label or shape.content is None or is_heading(shape.content.line) or shape.marks
        ):
            starts.add(index)
            is_signed, headings = False, 0
        elif shape.kind is Kind.BULLET or (shape.kind is Kind.TEXT and is_heading(shape.line)):
            speaker = _leads_to_speaker(shapes, index)
            if speaker and (shape.kind is Kind.BULLET or is_signed or (not starts and headings)):
                starts.add(index)
                is_signed = False
            headings += 1
        elif shape.kind is Kind.SPEAKER:
            is_signed = False
        elif shape.kind is Kind.SUBTITLE:
            headings += 1
        if shape.kind is Kind.BYLINE:
            is_signed = True
        elif shape.kind in (Kind.TEXT, Kind.SPEAKER, Kind.STATEMENT) and index not in starts:
            is_signed = is_signed or _ends_with_byline(shape, grammar)
    return starts


def _leads_to_speaker(shapes: list[Shape], index: int) -> bool:
    """Tell whether a speaker follows a heading. Between a bullet and its speaker a title and a lead are allowed."""
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


def _parse_page(
    shapes: list[Shape], first_topic: int, starts: set[int], coverage: Coverage, grammar: Grammar
) -> FeatureDocument:
    page = Page()
    assembler = Assembler(shapes, starts, page, coverage, grammar)
    head = []
    for index, shape in enumerate(shapes[:first_topic]):
        if shape.kind in SIDEBARS or shape.kind is Kind.BYLINE:
            assembler.handlers[shape.kind](index, shape)
        else:
            head.append(shape)
    prose = read_head(head, page, coverage, grammar.lead_labels)
    assembler.sidebar_seen = False
    assembler.run(first_topic)
    scorer = Scorer(page, "\n".join(shape.line.folded for shape in shapes), grammar)
    page.lead = sorted(paragraphs(prose, scorer, coverage) + page.lead, key=lambda parts: parts[0].line.number)
    place_lead(page, scorer, coverage)
    for passages in page.strays:
        for stray in passages:
            coverage.leave_out(stray.segment, "不在任何人的谈话之中，看不出属于哪里")
    return build(page, scorer, coverage)


def _result(text: str, document: FeatureDocument, coverage: Coverage) -> PageReading:
    spans = coverage.spans()
    unplaced = tuple(span.text for span in spans if span.bucket is Bucket.UNPLACED)
    balance = Balance(
        source=count_letters(to_nfc(text)),
        placed=sum(count_letters(span.text) for span in spans if span.bucket is not Bucket.UNPLACED),
        unplaced=sum(map(count_letters, unplaced)),
    )
    printed = tuple((line.number, line.text) for line in coverage.lines)
    return PageReading(document, unplaced, tuple(coverage.notes), balance, spans, tuple(coverage.supplied), printed)
