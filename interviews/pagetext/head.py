"""Place the lines above the first topic: kicker, headline, subtitle and lead."""

from __future__ import annotations

import re

from .coverage import Coverage
from .page import Page, Prose
from .shapes import Kind, Shape, is_complete, is_heading
from .source import Line, whole

_LABEL = re.compile(r"[\[【(■●◆□]{0,2}\s?(?P<label>[一-龥]{2,5})\s?(?P<close>[:\]】)|]{0,2})\s*")
MIN_LEAD = 20
EXTRA_HEADING = "标题区里多出来的一行，看不出是什么"
KICKER_WORDS = ("系列", "专题", "访谈", "聚焦", "特别报道", "两会", "关注", "专版", "特刊", "·", "——", "之", "进行时")


def read_head(shapes: list[Shape], page: Page, coverage: Coverage, lead_labels: frozenset[str]) -> list[Prose]:
    """Place the headings and return the running text, which is the lead."""
    headings: list[Shape] = []
    prose: list[Prose] = []
    for shape in shapes:
        label = lead_label(shape.line, lead_labels)
        if shape.kind is Kind.STATEMENT:
            prose.append(Prose(whole(shape.line), continues=shape.continues))
        elif label:
            coverage.claim_mark(whole(shape.line).part(0, label))
            if label < len(shape.line):
                prose.append(Prose(whole(shape.line).part(label, len(shape.line)).stripped()))
        elif shape.kind is Kind.SUBTITLE or (_is_title_like(shape.line) and not prose):
            headings.append(shape)
        elif len(shape.line) < MIN_LEAD and not is_complete(shape.line.folded) and not prose:
            coverage.leave_out(shape.line, EXTRA_HEADING)
        else:
            prose.append(Prose(whole(shape.line)))
    _place_headings(headings, page, coverage)
    return prose


def lead_label(line: Line, labels: frozenset[str]) -> int:
    """Return the length of the lead label (编者按: or 【导语】) that a line begins with, or 0."""
    match = _LABEL.match(line.folded)
    return match.end() if match and match["label"] in labels and (match["close"] or match.end() == len(line)) else 0


def _is_title_like(line: Line) -> bool:
    return is_heading(line) and not (is_complete(line.folded) and len(line) > 30)


def _place_headings(headings: list[Shape], page: Page, coverage: Coverage) -> None:
    if page.headline or page.subtitle or page.kicker:
        _place_around_labelled(headings, page, coverage)
    else:
        _place_by_layout(headings, page, coverage)


def _place_by_layout(headings: list[Shape], page: Page, coverage: Coverage) -> None:
    dash = next((i for i, shape in enumerate(headings) if shape.kind is Kind.SUBTITLE and i > 0), None)
    if dash is None:
        above, below = _without_dash(headings, page, coverage)
    else:
        above, below = headings[:dash], headings[dash + 1 :]
        page.subtitle = [headings[dash].content or whole(headings[dash].line)]
        if below and below[0].line.gap == 0:
            page.subtitle.append(below[0].content or whole(below[0].line))
            coverage.add_note("subtitle", below[0].line, "紧接在副题下面的短行，并入副题")
            below = below[1:]
    _place_headline(above, page, coverage)
    for shape in below:
        coverage.leave_out(shape.line, EXTRA_HEADING)


def _place_around_labelled(headings: list[Shape], page: Page, coverage: Coverage) -> None:
    """Place the remaining headings around those that labels have placed."""
    if page.headline:
        place = page.headline[0].line.number
        above = [shape for shape in headings if shape.line.number < place]
        below = [shape for shape in headings if shape.line.number > place]
    else:
        above, below = (headings, []) if page.subtitle else (headings[:1], headings[1:])
        _place_headline(above, page, coverage)
        above = []
    if above and not page.kicker:
        page.kicker = [whole(above.pop().line)]
    if below and not page.subtitle:
        shape = below.pop(0)
        page.subtitle = [shape.content or whole(shape.line)]
    for shape in [*above, *below]:
        coverage.leave_out(shape.line, EXTRA_HEADING)


def _without_dash(headings: list[Shape], page: Page, coverage: Coverage) -> tuple[list[Shape], list[Shape]]:
    if len(headings) < 2 or _is_one_headline(headings[0].line, headings[1].line):
        count = min(2, len(headings))
        if len(headings) > 2:
            page.subtitle = [whole(headings[2].line)]
            coverage.add_note("subtitle", headings[2].line, "主题下面的短行，按副题处理")
        return headings[:count], headings[3:]
    if len(headings) > 2 or _is_kicker(headings[0].line, headings[1].line):
        above = headings[:2]
        if len(headings) > 2:
            page.subtitle = [whole(headings[2].line)]
            coverage.add_note("subtitle", headings[2].line, "主题下面的短行，按副题处理")
        return above, headings[3:]
    page.subtitle = [whole(headings[1].line)]
    coverage.add_note("subtitle", headings[1].line, "主题下面的短行，按副题处理")
    return headings[:1], headings[2:]


def _is_kicker(first: Line, second: Line) -> bool:
    if _has_clauses(second) != _has_clauses(first):
        return _has_clauses(second)
    return any(word in first.text for word in KICKER_WORDS) and not any(word in second.text for word in KICKER_WORDS)


def _has_clauses(line: Line) -> bool:
    return " " in line.folded


def _is_one_headline(first: Line, second: Line) -> bool:
    """Tell whether two consecutive lines of equal length are one headline."""
    return second.gap == 0 and len(first) == len(second) and not _has_clauses(first) and len(first) <= 16


def _place_headline(shapes: list[Shape], page: Page, coverage: Coverage) -> None:
    if not shapes:
        return
    lines = [shape.line for shape in shapes]
    count = 2 if len(lines) > 1 and _is_one_headline(lines[-2], lines[-1]) else 1
    page.headline = [whole(line) for line in lines[-count:]]
    if count == 2:
        coverage.add_note("headline", lines[-1], "上下两行字数相同，合为一个主题")
    above = lines[:-count]
    if above and not page.kicker:
        page.kicker = [whole(above[-1])]
        coverage.add_note("kicker", above.pop(), "主题上面的短行，按肩题处理")
    for line in above:
        coverage.leave_out(line, EXTRA_HEADING)
