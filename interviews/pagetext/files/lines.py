"""Group positioned glyphs into lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from .geometry import Glyph, Line

GAP = 0.8  # em; a wider gap ends a line: columns are at least this far apart
CLAUSE_GAP = 2.6  # em; the same in headings, where gaps separate clauses
MIN_COLUMN_STARTS = 4  # as many lines starting at one x make it the edge of a column
HANGING = frozenset("，。、；：！？,.;:!?”’」』》）)")
BASE = 0.3  # em; subscripts and superscripts leave the baseline by less
MAX_SIZE_RATIO = 1.7  # largest ratio of sizes in a line (footnote marks, numbers)


def lines_of(glyphs: Iterable[Glyph], body: float) -> list[Line]:
    """Return the lines from top to bottom. `body` is the body size; larger text may have wider gaps."""
    pieces = _runs(glyphs)
    merged = _merge(pieces, GAP)
    large = [line for line in merged if line[0].size > body * 1.25]
    if large:
        merged = [line for line in merged if line[0].size <= body * 1.25] + _merge(large, CLAUSE_GAP)
    merged = _split_at_gutters(merged)
    lines = [line for group in merged if (line := _line(group))]
    return sorted(lines, key=lambda line: (line.top, line.x0))


def _runs(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Group glyphs drawn consecutively on one baseline."""
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        if runs:
            last = runs[-1][-1]
            size = max(last.size, glyph.size)
            if glyph.text == last.text and abs(glyph.x0 - last.x0) < size * 0.15 and abs(glyph.base - last.base) < 1:
                continue  # drawn twice to look bold
            near = -0.6 < (glyph.x0 - last.x1) / size < GAP
            if near and abs(glyph.base - last.base) < 0.05 * size and _similar(glyph, last):
                runs[-1].append(glyph)
                continue
        runs.append([glyph])
    return runs


def _similar(a: Glyph, b: Glyph) -> bool:
    return max(a.size, b.size) < MAX_SIZE_RATIO * min(a.size, b.size)


def _merge(runs: list[list[Glyph]], gap: float) -> list[list[Glyph]]:
    """Merge runs that continue each other on a baseline."""
    rows: dict[int, list[list[Glyph]]] = defaultdict(list)
    done: list[list[Glyph]] = []
    for run in sorted(runs, key=lambda run: run[0].x0):
        first = run[0]
        row = round(first.base / 4)
        best = None
        for line in (line for near in (row - 1, row, row + 1) for line in rows[near][-40:]):
            last = line[-1]
            size = max(last.size, first.size)
            if (
                abs(first.base - last.base) < BASE * size
                and -0.6 < (first.x0 - last.x1) / size < gap
                and _similar(first, last)
                and (best is None or last.x1 > best[-1].x1)
            ):
                best = line
        if best is None:
            best = []
            rows[row].append(best)
            done.append(best)
        best.extend(run)
    return done


def _split_at_gutters(groups: list[list[Glyph]]) -> list[list[Glyph]]:
    """Split lines of two columns joined by a mark that hangs into the gutter, where many lines start."""
    starts = Counter(round(group[0].x0) for group in groups if len(group) > 3)
    column_edges = {x for x, count in starts.items() if count >= MIN_COLUMN_STARTS}
    split: list[list[Glyph]] = []
    for group in groups:
        begin = 0
        for index in range(4, len(group) - 3):
            glyph, last = group[index], group[index - 1]
            if glyph.x0 - last.x1 > 0.12 * glyph.size and round(glyph.x0) in column_edges and last.text in HANGING:
                split.append(group[begin:index])
                begin = index
        split.append(group[begin:])
    return split


def _line(glyphs: list[Glyph]) -> Line | None:
    size = _main_size(glyphs)
    pieces: list[str] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if last and glyph.x0 - last.x1 > size * GAP and last.text.strip() and glyph.text.strip():
            pieces.append("\u3000")  # the gap between the clauses of a heading
        elif last and _is_word_gap(last, glyph):
            pieces.append(" ")
        pieces.append(glyph.text)
        last = glyph
    text = "".join(pieces).strip()
    if not text:
        return None
    seen = [glyph for glyph in glyphs if glyph.text.strip()]
    base = max((g.base for g in seen if g.size >= size * 0.9), default=seen[0].base)
    return Line(
        x0=seen[0].x0,
        x1=max(glyph.x1 for glyph in seen),
        top=base - 0.88 * size,
        bottom=base + 0.12 * size,
        text=text,
        size=size,
        base=base,
    )


def _is_word_gap(last: Glyph, glyph: Glyph) -> bool:
    """Detect a word space between Latin letters that is a gap instead of a space glyph."""
    gap = glyph.x0 - last.x1
    ends = last.text[-1:] + glyph.text[:1]
    return gap > 0.18 * max(last.size, glyph.size) and len(ends) == 2 and ends.isascii() and ends.isalnum()


def _main_size(glyphs: list[Glyph]) -> float:
    weights: dict[float, int] = defaultdict(int)
    for glyph in glyphs:
        weights[round(glyph.size, 1)] += 1 if glyph.text.strip() else 0
    return max(weights, key=lambda size: (weights[size], size))


def body_size(glyphs: Iterable[Glyph]) -> float:
    """Return the most frequent size of type."""
    weights: dict[float, int] = defaultdict(int)
    for glyph in glyphs:
        weights[round(glyph.size * 2) / 2] += 1
    return max(weights, key=lambda size: weights[size], default=10.0)
