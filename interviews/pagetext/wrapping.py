"""Soft-wrapped pages: some extractors hand over one line of print at a time. Paragraphs are put together again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from interviews.text.chinese import fold_width

from .bylines import byline_at_end, credits
from .grammar import Grammar
from .labels import Label
from .shapes import is_complete
from .source import Line, breaks_words, whole
from .speaker_lines import closed_up, looks_like_name, opening

NARROWEST, WIDEST = 10, 80
ALONE = frozenset(Label) - {Label.LEAD, Label.SPEAKER, Label.STATEMENT, Label.CONTINUATION, Label.CAPTION}
SLACK = 3  # marks that may not begin a line make lines of one column differ by a character or two


def join_wrapped(lines: list[Line], grammar: Grammar, labels: Mapping[int, Label]) -> tuple[list[Line], list[Line]]:
    """The lines with soft wraps undone, and those that were put together of several. A labelled line begins anew."""
    setting = _setting(lines)
    groups: list[list[Line]] = []
    for index, line in enumerate(lines):
        apart = line.number in labels or (index and labels.get(lines[index - 1].number) in ALONE)
        if (
            index
            and not apart
            and (
                _broken_byline(lines[index - 1], line, grammar)
                or (setting is not None and _goes_on(lines, index, setting, grammar))
            )
        ):
            groups[-1].append(line)
        else:
            groups.append([line])
    joined = [_glue(group) for group in groups]
    return joined, [line for line, group in zip(joined, groups, strict=True) if len(group) > 1]


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a wrapped page is set: blank lines between the lines of a paragraph, usual width, paragraphs indented."""

    gap: int
    width: float
    indents: bool


def _setting(lines: list[Line]) -> _Setting | None:
    """None for a page that is not wrapped."""
    for gap in (0, 1):
        pairs = [(a, b) for a, b in pairwise(lines) if b.gap <= gap and len(a) >= NARROWEST]
        broken = [a for a, b in pairs if _looks_broken(a, b)]
        if len(broken) >= (3, 8)[gap] and len(broken) * 5 >= len(pairs) * 2:
            width = median(map(len, broken))
            if sum(abs(len(line) - width) <= SLACK for line in broken) * 2 >= len(broken):
                return _Setting(gap, width, sum(line.indented for line in lines) >= 2)
    return None


def _looks_broken(line: Line, following: Line) -> bool:
    return len(line) <= WIDEST and not is_complete(line.folded) and len(following) <= len(line) + SLACK


def _column_width(lines: list[Line], index: int, gap: int) -> int:
    """The longest line near by: the columns of one page differ in width."""
    first = index
    while first > max(0, index - 2) and lines[first].gap <= gap:
        first -= 1
    last = index
    while last < min(len(lines) - 1, index + 2) and lines[last + 1].gap <= gap:
        last += 1
    return max((len(line) for line in lines[first : last + 1] if len(line) <= WIDEST), default=0)


def _goes_on(lines: list[Line], index: int, setting: _Setting, grammar: Grammar) -> bool:
    line, following = lines[index - 1], lines[index]
    width = _column_width(lines, index - 1, setting.gap)
    if following.gap > setting.gap or len(line) < max(NARROWEST, width - SLACK) or len(following) > len(line) + SLACK:
        return False
    if following.indented and setting.indents:
        return False
    if _is_structural(line, grammar) or _is_structural(following, grammar):
        return False
    if not is_complete(line.folded) or setting.indents:
        return True
    # A sentence ends with the line: so may the paragraph. Only where the line is quite full it probably does not.
    full = min(width - 1, setting.width) if abs(width - setting.width) <= SLACK else width - 1
    return len(line) >= full and opening(following.folded, grammar) is None


def _is_structural(line: Line, grammar: Grammar) -> bool:
    if len(line) > WIDEST:
        return False
    return bool(
        grammar.topic_mark.fullmatch(line.folded)
        or grammar.caption_mark.match(line.folded)
        or line.folded.startswith("—")
        or (len(line) <= 6 and looks_like_name(closed_up(line.folded), grammar))
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
    return byline_at_end(whole(_glue([line, following])), grammar) is not None


def _glue(lines: list[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    pieces = [lines[0].text]
    for line, following in pairwise(lines):
        pieces += [" " if breaks_words(line.text, following.text) else "", following.text]
    text = "".join(pieces)
    return Line(lines[0].number, text, fold_width(text), lines[0].gap, lines[0].indented)
