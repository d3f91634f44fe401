"""Lines of print → blocks: lines of one size that follow each other without a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from .geometry import Box, Line

SAME_SIZE = 1.07
FARTHEST = 2.4  # em from base line to base line
FARTHER = 1.4  # than usual: another block
SLACK = 0.3  # em


@dataclass(slots=True)
class Block:
    lines: list[Line]
    inner: list[list[Block]] | None = None  # a frame: its columns, in order
    pitch: float = 0.0  # from base line to base line, as this size is usually set on the page

    @property
    def box(self) -> Box:
        return around(self.lines)

    @property
    def firm(self) -> Box:
        """Without a mark that hangs into the gutter."""
        box = self.box
        usual = median(line.x1 for line in self.lines)
        return replace(box, x1=usual) if len(self.lines) > 2 and box.x1 - usual < 1.2 * self.size else box

    @property
    def size(self) -> float:
        return self.lines[0].size


def around(boxes: Sequence[Box]) -> Box:
    return Box(
        min(box.x0 for box in boxes),
        min(box.top for box in boxes),
        max(box.x1 for box in boxes),
        max(box.bottom for box in boxes),
    )


def blocks_of(lines: list[Line], walls: Sequence[Box] = ()) -> list[Block]:
    """A line joins the one above where each is the other's only neighbour; `walls` (rules, pictures) part them."""
    below: dict[int, list[int]] = defaultdict(list)
    above: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        for other in _nearest_below(lines, index):
            if not any(_between(wall, line, lines[other]) for wall in walls):
                below[index].append(other)
                above[other].append(index)
    pitch = _pitch(lines, below)
    blocks: list[Block] = []
    home: dict[int, Block] = {}
    for index, line in enumerate(lines):
        parents = above[index]
        parent = parents[0] if len(parents) == 1 else None
        if (
            parent is not None
            and len(below[parent]) == 1
            and _same_size(lines[parent], line)
            and line.base - lines[parent].base < FARTHER * pitch[round(line.size)]
        ):
            home[index] = home[parent]
            home[index].lines.append(line)
        else:
            home[index] = Block([line], pitch=pitch[round(line.size)])
            blocks.append(home[index])
    return blocks


def _nearest_below(lines: list[Line], index: int) -> list[int]:
    """Lines are sorted from top to bottom."""
    line = lines[index]
    found: list[int] = []
    for other in range(index + 1, len(lines)):
        after = lines[other]
        if after.top - line.bottom > FARTHEST * max(line.size, after.size):
            break
        if after.base - line.base < 0.5 * min(line.size, after.size):
            continue
        if line.above(after, SLACK * line.size) and not any(
            lines[seen].above(after, SLACK * line.size) and after.base - lines[seen].base > 0.5 * after.size
            for seen in found
        ):
            found.append(other)
    return found


def _same_size(a: Line, b: Line) -> bool:
    return max(a.size, b.size) <= SAME_SIZE * min(a.size, b.size)


def _between(wall: Box, line: Line, after: Line) -> bool:
    middle = (wall.top + wall.bottom) / 2
    return line.base - line.size / 2 < middle < after.base - after.size / 2 and wall.above(line) and wall.above(after)


def _pitch(lines: list[Line], below: dict[int, list[int]]) -> dict[int, float]:
    """How far apart the lines of each size usually stand."""
    steps: dict[int, list[float]] = defaultdict(list)
    for index, others in below.items():
        line = lines[index]
        steps[round(line.size)] += [lines[o].base - line.base for o in others if _same_size(line, lines[o])]
    usual: dict[int, float] = defaultdict(lambda: 0.0)
    for line in lines:
        found = sorted(steps[round(line.size)])
        # The lower quarter: where paragraphs of a line or two stand apart, most steps are wider.
        usual[round(line.size)] = found[len(found) // 4] if found else 1.8 * line.size
    return usual
