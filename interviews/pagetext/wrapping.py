"""Soft-wrapped pages: some extractors hand over one line of print at a time. Paragraphs are put together again."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from interviews.chinese import fold_width

from .grammar import Grammar
from .people import opening
from .roles import byline_at_end, credits
from .shapes import is_complete
from .source import Line, whole

NARROWEST, WIDEST = 10, 80
SLACK = 3  # marks that may not begin a line make lines of one column differ by a character or two


def join_wrapped(lines: list[Line], grammar: Grammar) -> tuple[list[Line], list[Line]]:
    """The lines with soft wraps undone, and those that were put together of several."""
    adjacent = _adjacency(lines)
    wrapped = adjacent is not None
    indents = wrapped and sum(line.indented for line in lines) >= 2
    joined: list[Line] = []
    together: list[Line] = []
    for index, line in enumerate(lines):
        previous = lines[index - 1] if index else None
        if previous is not None and (
            _broken_byline(joined[-1], line, grammar)
            or (
                adjacent is not None
                and line.gap <= adjacent
                and _is_full(lines, index - 1, adjacent)
                and _runs_on(previous, line, grammar, indents)
            )
        ):
            if together and together[-1] is joined[-1]:
                together.pop()
            joined[-1] = _glue(joined[-1], line)
            together.append(joined[-1])
        else:
            joined.append(line)
    return joined, together


def _adjacency(lines: list[Line]) -> int | None:
    """The gap (0 or 1 blank lines) over which this page's lines run on, or None for a page that is not wrapped."""
    for gap in (0, 1):
        pairs = [(a, b) for a, b in pairwise(lines) if b.gap <= gap and len(a) >= NARROWEST]
        broken = [a for a, b in pairs if _looks_broken(a, b)]
        if len(broken) >= (3, 8)[gap] and len(broken) * 5 >= len(pairs) * 2:
            width = median(map(len, broken))
            if sum(abs(len(line) - width) <= SLACK for line in broken) * 2 >= len(broken):
                return gap
    return None


def _looks_broken(line: Line, following: Line) -> bool:
    return len(line) <= WIDEST and not is_complete(line.folded) and len(following) <= len(line) + SLACK


def _is_full(lines: list[Line], index: int, gap: int) -> bool:
    """Whether a line fills its column, judged by its neighbours: columns of one page differ."""
    line = lines[index]
    around = [line]
    for step in (1, 2):
        if index + step < len(lines) and lines[index + step].gap <= gap and len(around) == step:
            around.append(lines[index + step])
    before = 0
    while before < 2 and index - before > 0 and lines[index - before].gap <= gap:
        before += 1
        around.append(lines[index - before])
    width = max(len(other) for other in around if len(other) <= WIDEST) if len(line) <= WIDEST else len(line)
    return len(line) >= max(NARROWEST, width - SLACK)


def _runs_on(line: Line, following: Line, grammar: Grammar, indents: bool) -> bool:
    if following.indented and indents:
        return False
    if _is_structural(line, grammar) or _is_structural(following, grammar):
        return False
    if len(following) > len(line) + SLACK:
        return False
    if is_complete(line.folded):
        return not indents and opening(following.folded, grammar) is None
    return True


def _is_structural(line: Line, grammar: Grammar) -> bool:
    if len(line) > WIDEST:
        return False
    return bool(
        grammar.topic_mark.fullmatch(line.folded)
        or grammar.caption_mark.match(line.folded)
        or ((roll := byline_at_end(whole(line), grammar)) and roll[1] == 0)
        or credits(whole(line), grammar)
    )


def _broken_byline(line: Line, following: Line, grammar: Grammar) -> bool:
    """`(记者` at the end of a line, the name on the next."""
    opened = line.folded.rfind("(", max(0, len(line) - 40))
    if opened < 0 or ")" in line.folded[opened:] or following.gap > 1:
        return False
    if not grammar.byline_role.match(line.folded, opened + 1) or not following.folded[:40].rstrip("。. ").endswith(")"):
        return False
    glued = _glue(line, following)
    return byline_at_end(whole(glued), grammar) is not None


def _glue(line: Line, following: Line) -> Line:
    latin = (
        line.text[-1:].isascii()
        and line.text[-1:].isalpha()
        and following.text[:1].isascii()
        and following.text[:1].isalpha()
    )
    text = line.text + (" " if latin else "") + following.text
    return Line(line.number, text, fold_width(text), line.gap, line.indented)
