"""Who did what: bylines `(记者 武玲芳 通讯员 李娟)` and credits `本版策划:路丽华`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviews.chinese import HAN

from .grammar import Grammar
from .people import closed_up, could_be_name, looks_like_name
from .source import Segment

BYLINE_LIMIT = 120
CREDIT_LIMIT = 300
_BRACKETED = re.compile(rf"[(\[【〔<〈]([^()\[\]【】〔〕<>〈〉]{{2,{BYLINE_LIMIT}}})[)\]】〕>〉](?P<stop>\s?[。.]?)$")
_UNBRACKETED = re.compile(r"(?:^|(?<=[。!?”]))\s*[□■●◆▲◎○☆★—]{0,2}\s*(?=[^。!?]{4,60}$)")
_NAME = re.compile(rf"[A-Za-z][A-Za-z.' -]+|[{HAN}](?: {{1,4}}[{HAN}](?![{HAN}]))|[{HAN}]+(?:·[{HAN}]+)*")
_BETWEEN = re.compile(r"[\s、,,;:/|&。.+]*|\s*[和及]\s+")


@dataclass(frozen=True, slots=True)
class Group:
    """One role and its people, as segments. Without a role segment the page gives names only."""

    role: Segment | None
    names: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Roll:
    """Everything a byline or a line of credits says: groups in order, and the words understood but not kept."""

    groups: tuple[Group, ...]
    marks: tuple[Segment, ...] = ()


def byline_at_end(text: Segment, grammar: Grammar) -> tuple[Roll, int, int] | None:
    """The byline with which a paragraph ends: the roll, where the paragraph ends before it, and where a 。 that was
    printed behind the bracket stands (or the end)."""
    folded = text.folded
    start = max(0, len(folded) - BYLINE_LIMIT - 4)
    match = _BRACKETED.search(folded, start)
    if match:
        roll = byline(text.part(*match.span(1)), grammar, bracketed=True)
        return (roll, match.start(), match.start("stop")) if roll else None
    for match in _UNBRACKETED.finditer(folded, start if start == 0 else start + 1):
        roll = byline(text.part(match.end(), len(folded)), grammar, bracketed=False)
        if roll:
            return roll, match.start(), len(folded)
    return None


def byline(text: Segment, grammar: Grammar, *, bracketed: bool) -> Roll | None:
    """Read `记者 武玲芳 通讯员 李娟`, or answer None where it is anything else."""
    found = list(grammar.byline_role.finditer(text.folded))
    marks = [text.part(*match.span("own")) for match in found if match["own"]]
    if not found:
        names = _names(text, grammar, strict=True) if bracketed else None
        return Roll((Group(None, names),)) if names else None
    head = _names(text.part(0, found[0].start()), grammar, strict=False)
    if head is None or (not bracketed and (head or found[0].start() > 0 or not _is_reporting(found[0], grammar))):
        return None
    groups: list[Group] = []
    waiting: tuple[Segment, ...] = head
    for match, end in zip(found, [m.start() for m in found[1:]] + [len(text.folded)], strict=True):
        role = text.part(*match.span("role"))
        between = text.part(match.end(), end)
        glued = bool(between.folded) and not between.folded[0].isspace() and between.folded[0] not in ":/、"
        names = _names(between, grammar, strict=glued or not bracketed)
        if names is None:
            return None
        if names:
            if waiting:
                return None
            groups.append(Group(role, names))
        elif waiting and role.folded in grammar.trailing_roles:
            groups.append(Group(role, waiting))
            waiting = ()
        elif groups and role.folded in grammar.trailing_roles:
            marks.append(role)
        else:
            return None
    return Roll(tuple(groups), tuple(marks)) if groups and not waiting else None


def _is_reporting(match: re.Match[str], grammar: Grammar) -> bool:
    """Without brackets only 记者 and the like make a byline; 摄影 程婧 and 本版记者 are credits of the page."""
    return match["role"].endswith(grammar.reporting) and not (match["own"] or "").startswith("本版")


def _names(text: Segment, grammar: Grammar, *, strict: bool) -> tuple[Segment, ...] | None:
    """The names in a list of names; None if anything else stands in it."""
    folded = text.folded
    names: list[Segment] = []
    position = _skip(folded, 0)
    while position < len(folded):
        match = _NAME.match(folded, position)
        if not match:
            return None
        end = match.end()
        if match.group() in grammar.compound_surnames:  # 欧阳 修
            given = re.compile(rf" {{1,4}}[{HAN}]{{1,2}}(?![{HAN}])").match(folded, end)
            end = given.end() if given else end
        name = closed_up(folded[position:end])
        if not (looks_like_name(name, grammar) if strict else could_be_name(name, grammar)):
            return None
        names.append(text.part(position, end))
        following = _skip(folded, end)
        if following == end and end < len(folded):
            return None
        position = following
    return tuple(names)


def _skip(text: str, position: int) -> int:
    match = _BETWEEN.match(text, position)
    return match.end() if match else position


def credits(text: Segment, grammar: Grammar, *, near: bool = False) -> Roll | None:
    """Read a line of credits, one or several; None where it is anything else.

    A label that no table holds is taken after 本版, beside a known one, or `near` other credits.
    """
    folded = text.folded
    if len(folded) > CREDIT_LIMIT:
        return None
    provided = re.search(r"\s(?:提供|供图|摄影|摄)$", folded)
    end = provided.start() if provided else len(folded)
    folded = folded[:end]
    labels = _labels(folded, grammar)
    if not labels or _skip(folded, 0) != labels[0][0]:
        return None
    certain = near
    groups: list[Group] = []
    marks = [text.part(end, len(text.folded)).stripped()] if provided else []
    for (start, own_end, end), following in zip(
        labels, [label[0] for label in labels[1:]] + [len(folded)], strict=True
    ):
        role = folded[own_end:end]
        between = text.part(end, following)
        colon = bool(re.match(r" ?[:/|]", between.folded))
        names = _names(between, grammar, strict=not colon)
        if names is None or (not names and (len(labels) > 1 or not colon)):
            return None
        known = role.replace(" ", "") in grammar.credit_labels
        certain |= own_end > start or known
        if own_end > start:
            marks.append(text.part(start, own_end))
        groups.append(Group(text.part(own_end, end), names))
    return Roll(tuple(groups), tuple(marks)) if certain else None


def _labels(folded: str, grammar: Grammar) -> list[tuple[int, int, int]]:
    """Start, end of 本版, and end of each label."""
    labels: list[tuple[int, int, int]] = []
    for match in grammar.credit_label.finditer(folded):
        start = match.start()
        if start and folded[start - 1] not in " 、,;,:。|/":
            continue
        labels.append((start, match.start("role"), match.end("role")))
    return labels
