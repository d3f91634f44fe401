"""Turn a sheet into paragraphs in reading order, with captions and insets taken out of the flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from interviews.pagetext.grammar import DEFAULT

from .blocks import Block, blocks_of, bounding_box
from .geometry import Box, Glyph, Line, Paragraph, Part, Sheet
from .lines import body_size, lines_of
from .paragraphs import HEADING_RATIO, paragraphs_of
from .reading_order import columns

CAPTION_LINES = 4
INSET_SHARE = 0.25  # of the page's letters; a larger frame is a story of its own
PAGE_SHARE = 0.7  # of the page's area; a larger frame surrounds the whole page
MIN_PICTURE = 18.0  # points; anything smaller is an ornament


def paragraphs_on(sheet: Sheet, page: int = 1) -> list[Paragraph]:
    """Return the paragraphs: the flow in reading order, then insets, captions and rotated text."""
    body = body_size(sheet.glyphs)
    pictures = [box for box, _ in sheet.pictures if min(box.width, box.height) >= MIN_PICTURE]
    pictures = [box for box in pictures if box.width * box.height < PAGE_SHARE * sheet.width * sheet.height]
    frames = _outermost(sheet, pictures)
    inside: list[list[Glyph]] = [[] for _ in frames]
    outside: list[Glyph] = []
    for glyph in sheet.glyphs:
        _list_for(glyph, frames, inside, outside).append(glyph)
    lines = lines_of(outside, body)
    captions, lines = _captions(lines, pictures, body)
    blocks = blocks_of(lines, [*sheet.rules, *pictures])
    insets: list[list[Block]] = []
    inset_frames: list[Box] = []
    for frame, glyphs in zip(frames, inside, strict=True):
        if not glyphs:
            continue
        frame_captions, inner_lines = _captions(lines_of(glyphs, body), pictures, body)
        captions += frame_captions
        inner = columns(blocks_of(inner_lines, [*sheet.rules, *pictures]), body)
        if _is_inset(inner, len(glyphs), len(sheet.glyphs)):
            insets += inner
            inset_frames.append(frame)
        elif inner:
            blocks.append(Block([_as_line(frame)], inner=inner))
    blocks += _obstacle_blocks(blocks, [*inset_frames, *_with_captions(pictures, captions)], body)
    flow = [stack for column in columns(blocks, body) for stack in _split_at_frames(column)]
    obstacles = [*pictures, *frames]
    found = paragraphs_of(flow, body, obstacles)
    for column in insets:
        found += [replace(p, part=Part.INSET) for p in paragraphs_of([column], body, pictures)]
    found += [Paragraph(line.text, line.size, line, part=Part.CAPTION) for line in captions]
    found += [Paragraph(text, body, Box(0, 0, 0, 0), part=Part.ROTATED) for text in sheet.rotated]
    for paragraph in found:
        paragraph.page = page
    return found


def _list_for(glyph: Glyph, frames: list[Box], inside: list[list[Glyph]], outside: list[Glyph]) -> list[Glyph]:
    x, y = (glyph.x0 + glyph.x1) / 2, glyph.base - glyph.size * 0.35
    for frame, glyphs in zip(frames, inside, strict=True):
        if frame.contains(x, y):
            return glyphs
    return outside


def _outermost(sheet: Sheet, pictures: list[Box]) -> list[Box]:
    """Return the frames with room for text, except those around a picture or the whole page, and nested ones."""
    kept: list[Box] = []
    for frame in sorted(sheet.frames, key=lambda box: -box.width * box.height):
        if frame.width * frame.height > PAGE_SHARE * sheet.width * sheet.height:
            continue
        if frame.height < 16 or frame.width < 40 or any(_same(frame, picture) for picture in pictures):
            continue
        middle = ((frame.x0 + frame.x1) / 2, (frame.top + frame.bottom) / 2)
        if not any(other.contains(*middle) for other in kept):
            kept.append(frame)
    return kept


def _same(frame: Box, picture: Box) -> bool:
    return all(
        abs(a - b) < 8
        for a, b in zip(
            (frame.x0, frame.top, frame.x1, frame.bottom),
            (picture.x0, picture.top, picture.x1, picture.bottom),
            strict=True,
        )
    )


def _is_inset(inner: list[list[Block]], letters: int, total: int) -> bool:
    lines = [line for column in inner for block in column for line in block.lines]
    return letters < INSET_SHARE * total and not any(DEFAULT.topic_mark.fullmatch(line.text[:80]) for line in lines)


def _obstacle_blocks(blocks: list[Block], boxes: list[Box], body: float) -> list[Block]:
    """Return empty blocks for insets and pictures that take up room in a column; wider ones span columns."""
    widths = [b.box.width for b in blocks if len(b.lines) > 2 and b.size < HEADING_RATIO * body]
    widest = 1.2 * median(widths) if widths else 0
    return [Block([_as_line(box)], inner=[]) for box in boxes if box.width <= widest]


def _with_captions(pictures: list[Box], captions: list[Line]) -> list[Box]:
    def is_below(line: Line, picture: Box) -> bool:
        return line.overlaps_horizontally(picture) and 0 <= line.top - picture.bottom + line.size < 3 * line.size

    return [bounding_box([picture, *(line for line in captions if is_below(line, picture))]) for picture in pictures]


def _as_line(box: Box) -> Line:
    return Line(box.x0, box.top, box.x1, box.bottom, "", 10, box.bottom)


def _split_at_frames(column: list[Block]) -> list[list[Block]]:
    """Split a column at frames, inserting the frames' own columns."""
    stacks: list[list[Block]] = [[]]
    for block in column:
        if block.inner is None:
            stacks[-1].append(block)
        elif block.inner:
            stacks += [*block.inner, []]
    return [stack for stack in stacks if stack]


def _captions(lines: list[Line], pictures: list[Box], body: float) -> tuple[list[Line], list[Line]]:
    """Separate the captions, set directly below a picture, from the other lines."""
    if not pictures:
        return [], lines
    found: list[Line] = []
    rest = list(lines)
    for picture in sorted(pictures, key=lambda box: (box.top, box.x0)):
        caption_lines = _below(rest, picture, body)
        if caption_lines:
            rest = [line for line in rest if not any(line is other for other in caption_lines)]
            box = bounding_box(caption_lines)
            text = "".join(line.text for line in caption_lines)
            found.append(Line(box.x0, box.top, box.x1, box.bottom, text, caption_lines[0].size, caption_lines[-1].base))
    return found, rest


def _below(lines: Sequence[Line], picture: Box, body: float) -> list[Line]:
    caption_lines: list[Line] = []
    edge = picture.bottom
    for line in lines:  # from top to bottom
        last = caption_lines[-1] if caption_lines else None
        if line.top < edge - 0.4 * line.size or not line.overlaps_horizontally(picture, 0.2 * line.size):
            continue
        if line.top - edge > (1.8 * body if last is None else 0.9 * line.size):
            break
        if not _is_caption_line(line, picture, body, last):
            break
        caption_lines.append(line)
        edge = line.bottom
        if len(caption_lines) > CAPTION_LINES:
            return []
    return caption_lines


def _is_caption_line(line: Line, picture: Box, body: float, last: Line | None) -> bool:
    if line.size > HEADING_RATIO * body or (last and abs(last.size - line.size) > 0.07 * line.size):
        return False
    if line.x0 < picture.x0 - 1.5 * line.size or line.x1 > picture.x1 + 1.5 * line.size:
        return False
    if line.size < 0.95 * body:
        return True
    centred = abs(line.x0 + line.x1 - picture.x0 - picture.x1) / 2 < 0.6 * line.size
    return centred and line.width < 0.9 * picture.width and last is None
