"""Excerpts of hits with the search terms highlighted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from interviews.text.chinese import in_one_line
from interviews.text.folding import Folded, Span, merged

AROUND = 36
MOST_WINDOWS = 3
ELLIPSIS = "……"
STOPS = "。！？；\n"


def mark(text: str, terms: Iterable[str]) -> SafeString:
    """Return the whole text as escaped HTML with every occurrence of the terms in `<mark>`."""
    folded = Folded(text)
    return _marked(folded.source, folded.spans(terms))


def passage(texts: Sequence[str], terms: Sequence[str]) -> SafeString:
    """Return an HTML excerpt around each term's first occurrence, in the first text that has it.

    The beginning of the first text if no term occurs.
    """
    missing = list(terms)
    pieces: list[str] = []
    for text in texts:
        folded = Folded(text)
        here = [term for term in missing if term in folded.text]
        if here:
            pieces.append(_windows(folded, here, terms))
            missing = [term for term in missing if term not in here]
        if not missing:
            break
    html = ELLIPSIS.join(pieces) if pieces else escape(texts[0][: 2 * AROUND])
    return mark_safe(html)  # noqa: S308 (each piece is escaped above)


def _windows(folded: Folded, terms: Sequence[str], marked: Sequence[str]) -> str:
    places = [folded.text.index(term) for term in terms]
    spans = [
        (folded.origins[place], folded.origins[place + len(term) - 1] + 1)
        for place, term in zip(places, terms, strict=True)
    ]
    wide = merged((_begin(folded.source, start), _end(folded.source, end)) for start, end in spans)[:MOST_WINDOWS]
    every = folded.spans(marked)
    parts = [in_one_line(_marked(folded.source, every, window)) for window in wide]
    before = ELLIPSIS if wide[0][0] > 0 else ""
    after = ELLIPSIS if wide[-1][1] < len(folded.source) else ""
    return before + ELLIPSIS.join(parts) + after


def _begin(text: str, start: int) -> int:
    """Start the excerpt at the beginning of the sentence if near, else AROUND characters before the term."""
    floor = max(0, start - AROUND)
    stop = max(text.rfind(mark, floor, start) for mark in STOPS)
    return stop + 1 if stop >= 0 else floor


def _end(text: str, end: int) -> int:
    return min(len(text), end + 2 * AROUND)


def _marked(source: str, spans: Iterable[Span], window: Span | None = None) -> SafeString:
    start, end = window or (0, len(source))
    parts, reached = [], start
    for first, last in spans:
        first, last = max(first, start), min(last, end)
        if first < last:
            parts += [escape(source[reached:first]), "<mark>", escape(source[first:last]), "</mark>"]
            reached = last
    return mark_safe("".join([*parts, escape(source[reached:end])]))  # noqa: S308 (all text is escaped)
