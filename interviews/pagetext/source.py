"""The page as lines: decoded, in NFC, without what nobody sees, soft-wrapped lines joined."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from interviews.text.chinese import drop_unseen, fold_width

# Unicode's stream-safe format (UAX #15) allows 30 combining marks in a row. Sorting more takes quadratic time.
MARKS_IN_A_ROW = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One line of print. `folded` is its text in plain width, position for position; `gap`: blank lines before."""

    number: int
    text: str
    folded: str
    gap: int = 0
    indented: bool = False

    def __len__(self) -> int:
        return len(self.text)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a line."""

    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.line.text[self.start : self.end]

    @property
    def folded(self) -> str:
        return self.line.folded[self.start : self.end]

    def part(self, start: int, end: int) -> Segment:
        """A stretch of this segment, positions counted in it."""
        return Segment(self.line, self.start + start, self.start + end)

    def stripped(self) -> Segment:
        text = self.text
        return self.part(len(text) - len(text.lstrip()), len(text.rstrip()))


def whole(line: Line) -> Segment:
    return Segment(line, 0, len(line.text))


def breaks_words(before: str, after: str) -> bool:
    """Whether a line break stood for the space between two Latin words; an abbreviation (CO₂) has none inside."""
    ends = before[-1:] + after[:1]
    return len(ends) == 2 and ends.isascii() and ends.isalpha() and ends[0].islower()


def compose(text: str) -> str:
    """NFC, in linear time for any text: combining marks beyond the 30th in a row are dropped."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= MARKS_IN_A_ROW:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def read_lines(text: str) -> tuple[list[Line], int]:
    """The lines that hold something, and how many unseen characters were dropped."""
    lines: list[Line] = []
    dropped = gap = 0
    for number, raw in enumerate(compose(text).splitlines(), start=1):
        seen = drop_unseen(raw).replace("\t", " ")
        dropped += len(raw) - len(seen)
        stripped = seen.strip()
        if not stripped:
            gap += 1
            continue
        lines.append(Line(number, stripped, fold_width(stripped), gap, seen[:1] in (" ", "\u3000")))
        gap = 0
    return lines, dropped
