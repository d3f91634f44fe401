"""Group lines into blocks: consecutive lines of one size without a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from .geometry import Box, Line

SAME_SIZE = 1.07
MAX_DISTANCE = 2.4  # em from baseline to baseline
MAX_PITCH_RATIO = 1.4  # times the usual pitch: a new block
SLACK = 0.3  # em


@dataclass(slots=True)
class Block:
    lines: list[Line]
    inner: list[list[Block]] | None = None  # the columns of a frame, in order
    pitch: float = 0.0  # usual distance of baselines of this size on the page, in points

    @property
    def box(self) -> Box:
        return bounding_box(self.lines)

    @property
    def solid_box(self) -> Box:
        """The box without punctuation that hangs into the gutter."""
        box = self.box
        usual = median(line.x1 for line in self.lines)
        return replace(box, x1=usual) if len(self.lines) > 2 and box.x1 - usual < 1.2 * self.size else box

    @property
    def size(self) -> float:
        return self.lines[0].size


def bounding_box(boxes: Sequence[Box]) -> Box:
    return Box(
        min(box.x0 for box in boxes),
        min(box.top for box in boxes),
        max(box.x1 for box in boxes),
        max(box.bottom for box in boxes),
    )


def blocks_of(lines: list[Line], separators: Sequence[Box] = ()) -> list[Block]:
    """Group lines: a line joins the one above if each is the other's only neighbour and no separator (rule, picture) is
    between them."""
    below: dict[int, list[int]] = defaultdict(list)
    above: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        for other in _nearest_below(lines, index):
            if not any(_between(separator, line, lines[other]) for separator in separators):
                below[index].append(other)
                above[other].append(index)
    pitch = _pitch(lines, below)
    blocks: list[Block] = []
    block_of_line: dict[int, Block] = {}
    for index, line in enumerate(lines):
        parents = above[index]
        parent = parents[0] if len(parents) == 1 else None
        if (
            parent is not None
            and len(below[parent]) == 1
            and _same_size(lines[parent], line)
            and line.base - lines[parent].base < MAX_PITCH_RATIO * pitch[round(line.size)]
        ):
            block_of_line[index] = block_of_line[parent]
            block_of_line[index].lines.append(line)
        else:
            block_of_line[index] = Block([line], pitch=pitch[round(line.size)])
            blocks.append(block_of_line[index])
    return blocks


def _nearest_below(lines: list[Line], index: int) -> list[int]:
    """Return the lines directly below a line. `lines` are sorted from top to bottom."""
    line = lines[index]
    found: list[int] = []
    for other in range(index + 1, len(lines)):
        after = lines[other]
        if after.top - line.bottom > MAX_DISTANCE * max(line.size, after.size):
            break
        if after.base - line.base < 0.5 * min(line.size, after.size):
            continue
        if line.overlaps_horizontally(after, SLACK * line.size) and not any(
            lines[seen].overlaps_horizontally(after, SLACK * line.size)
            and after.base - lines[seen].base > 0.5 * after.size
            for seen in found
        ):
            found.append(other)
    return found


def _same_size(a: Line, b: Line) -> bool:
    return max(a.size, b.size) <= SAME_SIZE * min(a.size, b.size)


def _between(separator: Box, line: Line, after: Line) -> bool:
    middle = (separator.top + separator.bottom) / 2
    return (
        line.base - line.size / 2 < middle < after.base - after.size / 2
        and separator.overlaps_horizontally(line)
        and separator.overlaps_horizontally(after)
    )


def _pitch(lines: list[Line], below: dict[int, list[int]]) -> dict[int, float]:
    """Return the usual distance of baselines for each size (rounded points)."""
    steps: dict[int, list[float]] = defaultdict(list)
    for index, others in below.items():
        line = lines[index]
        steps[round(line.size)] += [lines[o].base - line.base for o in others if _same_size(line, lines[o])]
    usual: dict[int, float] = defaultdict(lambda: 0.0)
    for line in lines:
        found = sorted(steps[round(line.size)])
        # The lower quartile: on pages of short, spaced paragraphs most distances are wider than within a paragraph.
        usual[round(line.size)] = found[len(found) // 4] if found else 1.8 * line.size
    return usual
