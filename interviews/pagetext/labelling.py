"""Read a labelled line as its label says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from .bylines import Credits, byline_at_end, parse_byline, parse_credits
from .grammar import Grammar
from .labels import Label
from .shapes import Kind, Shape, classify_line
from .source import Line, Segment, whole
from .speaker_lines import Introduction, introduction_at_start, parse_introduction

MAX_SPEAKER = 100


def shape_from_label(line: Line, label: Label, grammar: Grammar, known: Collection[str]) -> Shape:
    """Return the shape of a labelled line. A byline or credit without a name is `Kind.UNREADABLE`."""
    text = whole(line)
    match label:
        case Label.TOPIC:
            return _topic(text, grammar)
        case Label.SPEAKER:
            return _speaker(text, grammar, known)
        case Label.STATEMENT | Label.CONTINUATION:
            return Shape(Kind.STATEMENT, line, content=text, label=label)
        case Label.BYLINE:
            return _credits_shape(Kind.BYLINE, text, _byline(text, grammar), label)
        case Label.CREDIT:
            return _credits_shape(
                Kind.CREDITS, text, parse_credits(text, grammar, near=True) or _byline(text, grammar), label
            )
        case Label.CAPTION:
            found = classify_line(line, grammar, known)
            if found.kind is Kind.CAPTION:
                return replace(found, label=label)
            return Shape(Kind.CAPTION, line, content=text, label=label)
        case Label.FURNITURE:
            return Shape(Kind.FURNITURE, line, content=text, label=label)
        case Label.SUBTITLE:
            found = classify_line(line, grammar, known)
            return Shape(
                Kind.HEADING, line, content=found.content if found.kind is Kind.SUBTITLE else text, label=label
            )
        case _:
            return Shape(Kind.HEADING, line, content=text, label=label)


def _topic(text: Segment, grammar: Grammar) -> Shape:
    found = classify_line(text.line, grammar, ())
    if found.kind in (Kind.TOPIC, Kind.BULLET):
        return replace(found, kind=Kind.TOPIC, label=Label.TOPIC)
    number = grammar.title_number.match(text.folded)
    start = number.end() if number else 0
    marks = (text.part(0, start),) if start else ()
    return Shape(Kind.TOPIC, text.line, marks=marks, content=text.part(start, len(text.text)), label=Label.TOPIC)


def _speaker(text: Segment, grammar: Grammar, known: Collection[str]) -> Shape:
    bullet = grammar.bullet_mark.match(text.folded)
    mark = bullet.end() if bullet else 0
    word = next((each for each in grammar.speaker_labels if text.folded.startswith(each + ":", mark)), "")
    mark += len(word) + bool(word)
    rest = text.part(mark, len(text.text)).stripped()
    found = introduction_at_start(rest.folded[:MAX_SPEAKER], grammar, known=known, expected=True)
    colon = rest.folded.find(":", 0, MAX_SPEAKER)
    if found:
        speaker, end = found[0], found[1] - 1
    else:
        end = colon if colon > 0 else len(rest.text)
        speaker = parse_introduction(rest.folded[:end], grammar, known=known, expected=True) or Introduction(
            (0, 0), (0, 0), (0, end), "没能把单位、职务和姓名分开"
        )
    return Shape(
        Kind.SPEAKER,
        text.line,
        marks=(text.part(0, rest.start - text.start),) if rest.start > text.start else (),
        content=rest.part(min(end + 1, len(rest.text)), len(rest.text)).stripped(),
        names=(rest.part(0, end),),
        introduction=speaker,
        label=Label.SPEAKER,
    )


def _byline(text: Segment, grammar: Grammar) -> Credits | None:
    found = byline_at_end(text, grammar)
    if found and found[1] == 0:
        return found[0]
    inner = text.part(*_within_brackets(text.folded))
    return parse_byline(inner, grammar, bracketed=True)


def _within_brackets(folded: str) -> tuple[int, int]:
    start = len(folded) - len(folded.lstrip("([【 "))
    return start, max(start, len(folded.rstrip(")]】。. ")))


def _credits_shape(kind: Kind, text: Segment, credits: Credits | None, label: Label) -> Shape:
    if credits is None or not any(entry.names for entry in credits.entries):
        return Shape(Kind.UNREADABLE, text.line, content=text, label=label)
    return Shape(kind, text.line, credits=credits, label=label)
