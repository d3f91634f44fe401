"""The book of the page: every stretch is entered once, under the part of the document that it became."""

from __future__ import annotations

from collections import defaultdict

from .result import Bucket, Note, Span, letters
from .source import Line, Segment, whole

EXCERPT = 40


def excerpt_of(text: str) -> str:
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"


class Ledger:
    """Text enters the document only by `take`, which books it: the document cannot hold what the book does not."""

    def __init__(self, lines: list[Line]):
        self.lines = lines
        self.notes: list[Note] = []
        self.supplied: list[str] = []
        self._taken: dict[int, list[tuple[int, int, Bucket, str]]] = defaultdict(list)
        self._explained: set[int] = set()

    def take(self, segment: Segment, bucket: Bucket, path: str, limit: int | None = None) -> str:
        """The text of a segment, booked; or nothing, and a note, where it is longer than the document allows."""
        segment = segment.stripped()
        if limit is not None and segment.end - segment.start > limit:
            self.leave(segment, f"这段文字有 {segment.end - segment.start} 个字，超过了 {limit} 个字的上限")
            return ""
        self._taken[segment.line.number].append((segment.start, segment.end, bucket, path))
        return segment.text

    def mark(self, *segments: Segment) -> None:
        """Book words that were understood and are no text of the document: 话题, 本版."""
        for segment in segments:
            self._taken[segment.line.number].append((segment.start, segment.end, Bucket.MARK, ""))

    def note(self, kind: str, about: Segment | Line | str, reason: str) -> None:
        line = about.number if isinstance(about, Line) else about.line.number if isinstance(about, Segment) else None
        text = about if isinstance(about, str) else about.text
        self.notes.append(Note(kind, excerpt_of(text), reason, line))

    def leave(self, about: Segment | Line, reason: str) -> None:
        """Say why a text finds no place."""
        segment = whole(about) if isinstance(about, Line) else about
        self._explained.add(segment.line.number)
        self.note("unplaced", segment, reason)

    def spans(self) -> tuple[Span, ...]:
        """The page in its order, every letter in exactly one span."""
        spans: list[Span] = []
        for line in self.lines:
            position = 0
            for start, end, bucket, path in sorted(self._taken[line.number]):
                spans += self._unplaced(line, position, start)
                begin = max(start, position)
                spans.append(Span(line.number, line.text[begin:end], bucket, begin, path))
                position = max(position, end)
            spans += self._unplaced(line, position, len(line.text))
        return tuple(spans)

    def _unplaced(self, line: Line, start: int, end: int) -> list[Span]:
        text = line.text[start:end].strip()
        if not letters(text):
            return []
        if line.number not in self._explained:
            self.leave(Segment(line, start, end).stripped(), "看不出它属于版面的哪一部分")
        return [Span(line.number, text, Bucket.UNPLACED, line.text.index(text, start))]
