"""Split the page into lines: in NFC, without invisible characters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from interviews.text.chinese import drop_unseen, fold_width

# As in Unicode's Stream-Safe Text Format (UAX #15): normalising longer runs of combining marks takes quadratic time.
MARKS_IN_A_ROW = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line. `folded` is its width-folded text, of equal length; `gap` counts the blank lines before it."""

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
        """Return a part of this segment; positions are relative to it."""
        return Segment(self.line, self.start + start, self.start + end)

    def stripped(self) -> Segment:
        text = self.text
        return self.part(len(text) - len(text.lstrip()), len(text.rstrip()))


def whole(line: Line) -> Segment:
    return Segment(line, 0, len(line.text))


def needs_space(before: str, after: str) -> bool:
    """Tell whether joining two lines needs a space: between Latin words, but not after a capital (CO₂)."""
    ends = before[-1:] + after[:1]
    return len(ends) == 2 and ends.isascii() and ends.isalpha() and ends[0].islower()


def to_nfc(text: str) -> str:
    """Normalise to NFC in linear time, dropping combining marks beyond the 30th in a row."""
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
    """Return the non-empty lines and the number of invisible characters dropped."""
    lines: list[Line] = []
    dropped = gap = 0
    for number, raw in enumerate(to_nfc(text).splitlines(), start=1):
        seen = drop_unseen(raw).replace("\t", " ")
        dropped += len(raw) - len(seen)
        stripped = seen.strip()
        if not stripped:
            gap += 1
            continue
        lines.append(Line(number, stripped, fold_width(stripped), gap, seen[:1] in (" ", "\u3000")))
        gap = 0
    return lines, dropped
