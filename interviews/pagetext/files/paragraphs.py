"""Join the lines of columns to paragraphs. Full lines continue on the next; indented lines start a paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interviews.pagetext.shapes import is_complete
from interviews.pagetext.source import needs_space
from interviews.text.chinese import fold_width

from .blocks import SAME_SIZE, Block, bounding_box
from .geometry import Box, Line, Paragraph

HEADING_RATIO = 1.12  # times the body size: a heading
INDENT = 0.9  # em
JUSTIFIED, RAGGED = 0.6, 2.05  # em a full line may end early: ragged lines do before a mark that must not begin one
MIN_COLUMN_WIDTH = {JUSTIFIED: 7.0, RAGGED: 13.0}  # em; narrower columns are lists of names
PARAGRAPH_SPACING = 1.12  # times the usual pitch: space between paragraphs
MAX_CREDIT_LINE = 25  # characters; the longest line of a list of credits


@dataclass(frozen=True, slots=True)
class _PlacedLine:
    """A line with the context that decides whether the next one continues it."""

    line: Line
    block: Block
    column: int
    edges: Box
    slack: float
    heading: bool


def paragraphs_of(columns: list[list[Block]], body: float, obstacles: Sequence[Box]) -> list[Paragraph]:
    """Join the flow of a sheet to paragraphs, across column ends, pictures and frames."""
    indents = _uses_indents(columns, body)
    found: list[Paragraph] = []
    before: _PlacedLine | None = None
    running: tuple[_PlacedLine, Paragraph] | None = None  # the last line of running text
    for placed in _placed(columns, body):
        line = placed.line
        above = before if before and before.block is placed.block else None
        if above and not _starts_paragraph(above, placed, obstacles):
            paragraph = found[-1]
            _extend(paragraph, line)
        elif not above and running and _continues_across(running, placed, body, obstacles, indents):
            paragraph = running[1]
            _extend(paragraph, line)
        else:
            short = above is not None and len(above.line.text) <= MAX_CREDIT_LINE and len(line.text) <= MAX_CREDIT_LINE
            paragraph = Paragraph(line.text, line.size, line, follows_closely=short)
            found.append(paragraph)
        before = placed
        if placed.heading:
            running = None
        elif line.size > body / HEADING_RATIO:
            running = (placed, paragraph)
    return found


def _placed(columns: list[list[Block]], body: float) -> Iterator[_PlacedLine]:
    for number, column in enumerate(columns):
        ordinary = [line for block in column for line in block.lines if abs(line.size - body) < 0.08 * body]
        edges = bounding_box(ordinary or [line for block in column for line in block.lines])
        for block in column:
            own = bounding_box(block.lines)
            other_size = abs(block.size - body) >= 0.08 * body
            wide = len(block.lines) >= 4 and own.width > 0.4 * edges.width
            text = "".join(line.text for line in block.lines)
            heading = block.size > HEADING_RATIO * body and len(block.lines) <= 3 and "。" not in text
            at = own if (other_size and not heading) or wide else edges
            slack = _slack(block, at)
            for line in block.lines:
                yield _PlacedLine(line, block, number, at, slack, heading)


def _slack(block: Block, edges: Box) -> float:
    ends = [edges.x1 - line.x1 for line in block.lines[:-1]]
    flush = sum(end < 0.3 * block.size for end in ends)
    return JUSTIFIED if len(ends) >= 2 and flush * 3 >= len(ends) * 2 else RAGGED


def _uses_indents(columns: list[list[Block]], body: float) -> bool:
    count = 0
    for column in columns:
        for block in column:
            left = min(line.x0 for line in block.lines)
            if len(block.lines) > 1 and abs(block.size - body) < 0.08 * body:
                count += sum(1.4 < (line.x0 - left) / line.size < 2.6 for line in block.lines)
    return count >= 2


def _starts_paragraph(above: _PlacedLine, placed: _PlacedLine, obstacles: Sequence[Box]) -> bool:
    line = placed.line
    if placed.heading:
        full = above.line.x1 > placed.edges.x1 - 1.2 * line.size and above.line.x0 < placed.edges.x0 + 1.2 * line.size
        return not full or above.line.width < line.width
    pitch = placed.block.pitch
    is_spaced = line.base - above.line.base > max(PARAGRAPH_SPACING * pitch, pitch + 0.15 * line.size)
    return is_spaced or _is_indented(placed, obstacles) or not _is_full(above, obstacles)


def _is_indented(placed: _PlacedLine, obstacles: Sequence[Box]) -> bool:
    line = placed.line
    beside = [
        box.x1
        for box in obstacles
        if box.overlaps_vertically(line) and box.x0 < placed.edges.x1 and box.x1 <= line.x0 + 1
    ]
    left = max([placed.edges.x0, *(x for x in beside if x > placed.edges.x0)])
    max_indent = INDENT if left == placed.edges.x0 else INDENT + 0.9  # pictures have some space around them
    return line.x0 - left > max_indent * line.size


def _is_full(placed: _PlacedLine, obstacles: Sequence[Box]) -> bool:
    line = placed.line
    beside = [
        box.x0
        for box in obstacles
        if box.overlaps_vertically(line) and box.x1 > placed.edges.x0 and box.x0 >= line.x1 - 1
    ]
    right = min([placed.edges.x1, *(x for x in beside if x < placed.edges.x1)])
    if placed.edges.width < MIN_COLUMN_WIDTH[placed.slack] * line.size:
        return False
    air = 0 if right == placed.edges.x1 else 0.9 * line.size
    return line.x1 > right - placed.slack * line.size - air


def _continues_across(
    running: tuple[_PlacedLine, Paragraph], placed: _PlacedLine, body: float, obstacles: Sequence[Box], indents: bool
) -> bool:
    last, paragraph = running
    a, b = last.line.size, placed.line.size
    if placed.heading or max(a, b) > SAME_SIZE * min(a, b):
        return False
    if abs(last.line.base - placed.line.base) < a:
        return False  # side by side: a row of credits
    if not _is_full(last, obstacles) or _is_indented(placed, obstacles):
        return False
    is_cut = not is_complete(fold_width(paragraph.text[-12:]))
    return is_cut or (indents and placed.column != last.column)


def _extend(paragraph: Paragraph, line: Line) -> None:
    paragraph.text += (" " if needs_space(paragraph.text, line.text) else "") + line.text
    paragraph.box = bounding_box([paragraph.box, line])
