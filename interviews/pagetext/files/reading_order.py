"""Sort blocks into columns in reading order: cut the sheet at gutters, and between bands with different gutters."""

from __future__ import annotations

from collections.abc import Sequence

from .blocks import Block, bounding_box
from .geometry import Box

GUTTER = 0.5  # em
OVERLAP = 0.15  # em; blocks that overlap by less count as separate


def columns(blocks: list[Block], body: float) -> list[list[Block]]:
    """Return stacks of blocks, each a column or a part of one, in reading order."""
    if len(blocks) <= 1:
        return [blocks] if blocks else []
    stories = _stories(blocks, body)
    if len(stories) > 1:
        return [column for story in stories for column in columns(story, body)]
    parts = _side_by_side(blocks, body)
    if len(parts) > 1:
        return [column for part in parts for column in columns(part, body)]
    bands = _bands(blocks, body)
    if len(bands) > 1:
        return [column for band in bands for column in columns(band, body)]
    return [sorted(blocks, key=lambda block: (block.box.top, block.box.x0))]


def _stories(blocks: list[Block], body: float) -> list[list[Block]]:
    """Split before each heading that stands alone above columns starting at one height, however short it is."""
    slices = _slices(blocks, body)
    stories: list[list[Block]] = [[]]
    for index, part in enumerate(slices):
        first = index == 0 or not _is_alone(slices[index - 1], body)
        if stories[-1] and first and _heads_columns(slices, index, body):
            stories.append([])
        stories[-1] += part
    return stories


def _is_alone(part: list[Block], body: float) -> bool:
    return len(part) == 1 and _is_heading(part[0], body)


def _heads_columns(slices: list[list[Block]], index: int, body: float) -> bool:
    while index < len(slices) and _is_alone(slices[index], body):
        index += 1
        if index < len(slices) and len(_side_by_side(slices[index], body)) > 1:
            tops = [min(b.box.top for b in column) for column in _side_by_side(slices[index], body)]
            return max(tops) - min(tops) < 0.6 * body
    return False


def _is_heading(block: Block, body: float) -> bool:
    return block.inner is None and block.size > 1.12 * body and len(block.lines) <= 3


def _side_by_side(blocks: Sequence[Block], body: float) -> list[list[Block]]:
    parts: list[list[Block]] = []
    edge = 0.0
    for block in sorted(blocks, key=lambda block: block.solid_box.x0):
        if parts and block.solid_box.x0 < edge + (GUTTER if _is_tall(block, body) else 0.3) * body:
            parts[-1].append(block)
        else:
            parts.append([block])
        edge = max(edge, block.solid_box.x1)
    return parts


def _is_tall(block: Block, body: float) -> bool:
    return block.box.height > 2 * body


def _slices(blocks: Sequence[Block], body: float) -> list[list[Block]]:
    slices: list[list[Block]] = []
    edge = 0.0
    for block in sorted(blocks, key=lambda block: block.box.top):
        if slices and block.box.top < edge - OVERLAP * body:
            slices[-1].append(block)
        else:
            slices.append([block])
        edge = max(edge, block.box.bottom)
    return slices


def _bands(blocks: Sequence[Block], body: float) -> list[list[Block]]:
    """Join horizontal slices of the sheet to bands, as long as their gutters run through."""
    slices = _slices(blocks, body)
    column_counts = [len(_side_by_side(part, body)) for part in slices]
    bands: list[list[Block]] = []
    gutters = 0  # columns of the band so far
    for part, count in zip(slices, column_counts, strict=True):
        if bands and gutters > 1:
            joint_count = len(_side_by_side([*bands[-1], *part], body))
            # A lower slice may have fewer columns; a block across a gutter starts a new band.
            if joint_count >= gutters and not _spans_columns(part, bands[-1], body):
                bands[-1] += part
                continue
        if bands and gutters == 1 and count == 1:
            bands[-1] += part
            continue
        bands.append(list(part))
        gutters = count
    return bands


def _spans_columns(part: list[Block], band: list[Block], body: float) -> bool:
    """Tell whether a slice is a single short block set at no column: centred below or between them."""
    if len(part) != 1 or len(part[0].lines) > 3:
        return False
    edges = [bounding_box([b.box for b in column]) for column in _side_by_side(band, body)]
    return not any(_is_set_in(part[0].box, edge, body) for edge in edges)


def _is_set_in(box: Box, column: Box, body: float) -> bool:
    inside = column.x0 - body <= box.x0 and box.x1 <= column.x1 + body
    middle = abs((box.x0 + box.x1) - (column.x0 + column.x1)) / 2 < body
    return inside and (box.x0 - column.x0 < 3 * body or middle or column.x1 - box.x1 < 1.5 * body)
