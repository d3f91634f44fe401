"""Characters with their places → lines of print."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from .geometry import Glyph, Line

GAP = 0.8  # em of air that ends a line: columns stand at least that far apart
CLAUSE_GAP = 2.6  # in headings a wider gap separates clauses
FREQUENT = 4  # lines that begin at one place make it the edge of a column
HANGING = frozenset("，。、；：！？,.;:!?”’」』》）)")
BASE = 0.3  # em by which sub- and superscripts leave the base line
TALLEST = 1.7  # a line holds sizes up to this ratio: footnote marks, numbers


def lines_of(glyphs: Iterable[Glyph], body: float) -> list[Line]:
    """The lines, from top to bottom. `body` is the size of running text: larger text may have wider gaps."""
    pieces = _runs(glyphs)
    merged = _merge(pieces, GAP)
    large = [line for line in merged if line[0].size > body * 1.25]
    if large:
        merged = [line for line in merged if line[0].size <= body * 1.25] + _merge(large, CLAUSE_GAP)
    merged = _apart_at_gutters(merged)
    lines = [line for group in merged if (line := _line(group))]
    return sorted(lines, key=lambda line: (line.top, line.x0))


def _runs(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Characters that were drawn one after the other on one base line."""
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
    return max(a.size, b.size) < TALLEST * min(a.size, b.size)


def _merge(runs: list[list[Glyph]], gap: float) -> list[list[Glyph]]:
    """Runs that continue one another on a base line."""
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


def _apart_at_gutters(groups: list[list[Glyph]]) -> list[list[Glyph]]:
    """A mark that hangs into the gutter ties two columns: they part where many lines begin."""
    starts = Counter(round(group[0].x0) for group in groups if len(group) > 3)
    often = {x for x, count in starts.items() if count >= FREQUENT}
    parted: list[list[Glyph]] = []
    for group in groups:
        begin = 0
        for index in range(4, len(group) - 3):
            glyph, last = group[index], group[index - 1]
            if glyph.x0 - last.x1 > 0.12 * glyph.size and round(glyph.x0) in often and last.text in HANGING:
                parted.append(group[begin:index])
                begin = index
        parted.append(group[begin:])
    return parted


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
    """Some programs move the pen instead of drawing the space between two Latin words."""
    gap = glyph.x0 - last.x1
    ends = last.text[-1:] + glyph.text[:1]
    return gap > 0.18 * max(last.size, glyph.size) and len(ends) == 2 and ends.isascii() and ends.isalnum()


def _main_size(glyphs: list[Glyph]) -> float:
    weights: dict[float, int] = defaultdict(int)
    for glyph in glyphs:
        weights[round(glyph.size, 1)] += 1 if glyph.text.strip() else 0
    return max(weights, key=lambda size: (weights[size], size))


def body_size(glyphs: Iterable[Glyph]) -> float:
    """The size in which most is set."""
    weights: dict[float, int] = defaultdict(int)
    for glyph in glyphs:
        weights[round(glyph.size * 2) / 2] += 1
    return max(weights, key=lambda size: weights[size], default=10.0)
