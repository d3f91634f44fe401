"""Coverage of the page's letters: record which part of the document each stretch of text went to."""

from __future__ import annotations

from collections import defaultdict

from .result import Bucket, Note, Span, count_letters
from .source import Line, Segment, whole

EXCERPT = 40


def excerpt_of(text: str) -> str:
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"


class Coverage:
    """Text enters the document only through `claim`, which records it; the rest is reported as unplaced."""

    def __init__(self, lines: list[Line]):
        self.lines = lines
        self.notes: list[Note] = []
        self.supplied: list[str] = []
        self._claims: dict[int, list[tuple[int, int, Bucket, str]]] = defaultdict(list)
        self._noted_lines: set[int] = set()

    def claim(self, segment: Segment, bucket: Bucket, path: str, limit: int | None = None) -> str:
        """Record a segment as placed and return its text; if longer than `limit`, leave it out and return nothing."""
        segment = segment.stripped()
        if limit is not None and segment.end - segment.start > limit:
            self.leave_out(segment, f"这段文字有 {segment.end - segment.start} 个字，超过了 {limit} 个字的上限")
            return ""
        self._claims[segment.line.number].append((segment.start, segment.end, bucket, path))
        return segment.text

    def claim_mark(self, *segments: Segment) -> None:
        """Record words that were understood but are not stored in the document: 话题, 本版."""
        for segment in segments:
            self._claims[segment.line.number].append((segment.start, segment.end, Bucket.MARK, ""))

    def add_note(self, kind: str, about: Segment | Line | str, reason: str) -> None:
        line = about.number if isinstance(about, Line) else about.line.number if isinstance(about, Segment) else None
        text = about if isinstance(about, str) else about.text
        self.notes.append(Note(kind, excerpt_of(text), reason, line))

    def leave_out(self, about: Segment | Line, reason: str) -> None:
        """Note the reason why a text stays unplaced."""
        segment = whole(about) if isinstance(about, Line) else about
        self._noted_lines.add(segment.line.number)
        self.add_note("unplaced", segment, reason)

    def spans(self) -> tuple[Span, ...]:
        """Return the page's text in order; every letter is in exactly one span."""
        spans: list[Span] = []
        for line in self.lines:
            position = 0
            for start, end, bucket, path in sorted(self._claims[line.number]):
                spans += self._unplaced(line, position, start)
                begin = max(start, position)
                spans.append(Span(line.number, line.text[begin:end], bucket, begin, path))
                position = max(position, end)
            spans += self._unplaced(line, position, len(line.text))
        return tuple(spans)

    def _unplaced(self, line: Line, start: int, end: int) -> list[Span]:
        text = line.text[start:end].strip()
        if not count_letters(text):
            return []
        if line.number not in self._noted_lines:
            self.leave_out(Segment(line, start, end).stripped(), "看不出它属于版面的哪一部分")
        return [Span(line.number, text, Bucket.UNPLACED, line.text.index(text, start))]
