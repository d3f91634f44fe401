"""Join soft-wrapped lines: some text extractors emit every printed line of a paragraph as a line of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from interviews.text.chinese import fold_width

from .bylines import byline_at_end, parse_credits
from .grammar import Grammar
from .labels import Label
from .shapes import is_complete
from .source import Line, needs_space, whole
from .speaker_lines import introduction_at_start, looks_like_name, without_spacing

MIN_WIDTH, MAX_WIDTH = 10, 80
STANDALONE = frozenset(Label) - {Label.LEAD, Label.SPEAKER, Label.STATEMENT, Label.CONTINUATION, Label.CAPTION}
TOLERANCE = 3  # lines of one column differ by a character or two, because some marks must not begin a line


def join_wrapped(lines: list[Line], grammar: Grammar, labels: Mapping[int, Label]) -> tuple[list[Line], list[Line]]:
    """Return the lines with soft wraps undone, and those joined from several. A labelled line starts a new one."""
    layout = _detect_layout(lines)
    groups: list[list[Line]] = []
    for index, line in enumerate(lines):
        starts_anew = line.number in labels or (index and labels.get(lines[index - 1].number) in STANDALONE)
        if (
            index
            and not starts_anew
            and (
                _is_broken_byline(lines[index - 1], line, grammar)
                or (layout is not None and _is_wrapped(lines, index, layout, grammar))
            )
        ):
            groups[-1].append(line)
        else:
            groups.append([line])
    joined = [_join(group) for group in groups]
    return joined, [line for line, group in zip(joined, groups, strict=True) if len(group) > 1]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Layout of a wrapped page: blank lines within a paragraph, usual line length, whether paragraphs are indented."""

    gap: int
    width: float
    indents: bool


def _detect_layout(lines: list[Line]) -> _Layout | None:
    """Detect the layout of a wrapped page; None if the page is not wrapped."""
    for gap in (0, 1):
        pairs = [(a, b) for a, b in pairwise(lines) if b.gap <= gap and len(a) >= MIN_WIDTH]
        broken = [a for a, b in pairs if _looks_broken(a, b)]
        if len(broken) >= (3, 8)[gap] and len(broken) * 5 >= len(pairs) * 2:
            width = median(map(len, broken))
            if sum(abs(len(line) - width) <= TOLERANCE for line in broken) * 2 >= len(broken):
                return _Layout(gap, width, sum(line.indented for line in lines) >= 2)
    return None


def _looks_broken(line: Line, following: Line) -> bool:
    return len(line) <= MAX_WIDTH and not is_complete(line.folded) and len(following) <= len(line) + TOLERANCE


def _column_width(lines: list[Line], index: int, gap: int) -> int:
    """Return the length of the longest nearby line: columns of one page differ in width."""
    first = index
    while first > max(0, index - 2) and lines[first].gap <= gap:
        first -= 1
    last = index
    while last < min(len(lines) - 1, index + 2) and lines[last + 1].gap <= gap:
        last += 1
    return max((len(line) for line in lines[first : last + 1] if len(line) <= MAX_WIDTH), default=0)


def _is_wrapped(lines: list[Line], index: int, layout: _Layout, grammar: Grammar) -> bool:
    line, following = lines[index - 1], lines[index]
    width = _column_width(lines, index - 1, layout.gap)
    if (
        following.gap > layout.gap
        or len(line) < max(MIN_WIDTH, width - TOLERANCE)
        or len(following) > len(line) + TOLERANCE
    ):
        return False
    if following.indented and layout.indents:
        return False
    if _is_structural(line, grammar) or _is_structural(following, grammar):
        return False
    if not is_complete(line.folded) or layout.indents:
        return True
    # The sentence ends with the line, so the paragraph may end, too. If the line is full, it probably does not.
    full = min(width - 1, layout.width) if abs(width - layout.width) <= TOLERANCE else width - 1
    return len(line) >= full and introduction_at_start(following.folded, grammar) is None


def _is_structural(line: Line, grammar: Grammar) -> bool:
    if len(line) > MAX_WIDTH:
        return False
    return bool(
        grammar.topic_mark.fullmatch(line.folded)
        or grammar.caption_mark.match(line.folded)
        or line.folded.startswith("—")
        or (len(line) <= 6 and looks_like_name(without_spacing(line.folded), grammar))
        or ((byline := byline_at_end(whole(line), grammar)) and byline[1] == 0)
        or parse_credits(whole(line), grammar)
    )


def _is_broken_byline(line: Line, following: Line, grammar: Grammar) -> bool:
    """Tell whether a byline is broken over two lines: `(记者` at the end of one, the name on the next."""
    bracket = line.folded.rfind("(", max(0, len(line) - 40))
    if bracket < 0 or ")" in line.folded[bracket:] or following.gap > 1:
        return False
    closes = following.folded[:40].rstrip("。. ").endswith(")")
    if not closes or not grammar.byline_role.match(line.folded, bracket + 1):
        return False
    return byline_at_end(whole(_join([line, following])), grammar) is not None


def _join(lines: list[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    pieces = [lines[0].text]
    for line, following in pairwise(lines):
        pieces += [" " if needs_space(line.text, following.text) else "", following.text]
    text = "".join(pieces)
    return Line(lines[0].number, text, fold_width(text), lines[0].gap, lines[0].indented)
