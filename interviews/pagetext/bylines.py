"""Who did what: bylines `(记者 武玲芳 通讯员 李娟)` and credits `本版策划:路丽华`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviews.text.chinese import HAN

from .grammar import Grammar
from .source import Segment
from .speaker_lines import closed_up, could_be_name, looks_like_name

BYLINE_LIMIT = 120
CREDIT_LIMIT = 300
_BRACKETED = re.compile(
    rf"[(\[【〖〔<〈]([^()\[\]【】〖〗〔〕<>〈〉]{{2,{BYLINE_LIMIT}}})[)\]】〗〕>〉](?P<stop>\s?[。.]?)$"
)
_UNBRACKETED = re.compile(r"(?:^|(?<=[。!?”]))\s*[□■●◆▲◎○☆★—]{0,2}\s*(?=[^。!?]{4,60}$)")
_NAME = re.compile(rf"[A-Za-z][A-Za-z.' -]+|(?P<spaced>[{HAN}](?: {{1,4}}[{HAN}](?![{HAN}]))+)|[{HAN}]+(?:·[{HAN}]+)*")
_GIVEN = re.compile(rf" {{1,4}}[{HAN}]{{1,2}}(?![{HAN}])")
_PROVIDED = re.compile(r"\s(?:提供|供图|摄影|摄)$")
_BETWEEN = re.compile(r"(?:[\s、,;:/|&。.+■□●◆▲○]|(?<=\s)[和及](?=\s))*")


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
    """Read `记者 武玲芳 通讯员 李娟` or `武玲芳 文 程婧 图`, or answer None where it is anything else."""
    found = list(grammar.byline_role.finditer(text.folded))
    if not found:
        names = _names(text, grammar, strict=True) if bracketed else None
        return Roll((Group(None, names),)) if names else None
    if not bracketed and (text.folded[: found[0].start()].strip() or not _is_reporting(found[0], grammar)):
        return None
    head = _names(text.part(0, found[0].start()), grammar, strict=False)
    pairs: list[Group] = []
    for match, end in zip(found, [m.start() for m in found[1:]] + [len(text.folded)], strict=True):
        between = text.part(match.end(), end)
        glued = between.folded[:1] not in (":", "/", "、", " ", "")
        names = _names(between, grammar, strict=glued or not bracketed)
        if names is None:
            return None
        pairs.append(Group(text.part(*match.span("role")), names))
    if head is None:
        return None
    own = [text.part(*match.span("own")) for match in found if match["own"]]
    roll = _roles_behind(head, pairs, grammar) if head else _roles_before(pairs, grammar)
    return Roll(roll.groups, (*roll.marks, *own)) if roll else None


def _roles_behind(head: tuple[Segment, ...], pairs: list[Group], grammar: Grammar) -> Roll | None:
    """武玲芳 文 程婧 图. Where no such role follows, the first names have none: 武玲芳 通讯员 李娟."""
    groups: list[Group] = []
    if pairs[0].role is not None and pairs[0].role.folded not in grammar.trailing_roles:
        roll = _roles_before(pairs, grammar)
        return Roll((Group(None, head), *roll.groups), roll.marks) if roll else None
    names = head
    for pair in pairs:
        if not names or pair.role is None or pair.role.folded not in grammar.trailing_roles:
            return None
        groups.append(Group(pair.role, names))
        names = pair.names
    return None if names else Roll(tuple(groups))


def _roles_before(pairs: list[Group], grammar: Grammar) -> Roll | None:
    """记者 武玲芳 通讯员 李娟, 记者 武玲芳 文/图, 记者 武玲芳 文 程婧 图."""
    groups: list[Group] = []
    marks: list[Segment] = []
    for pair in pairs:
        if pair.role is None:
            return None
        if pair.names:
            groups.append(pair)
        elif not groups or pair.role.folded not in grammar.trailing_roles:
            return None
        elif len(groups) > 1 and groups[-1].role is not None and groups[-1].role.folded == "文":
            marks.append(groups[-1].role)
            groups[-1] = Group(pair.role, groups[-1].names)
        else:
            marks.append(pair.role)
    return Roll(tuple(groups), tuple(marks))


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
        for start, end in _spaced(match, grammar) if match["spaced"] else [_compound(match, grammar)]:
            name = closed_up(folded[start:end])
            if not (looks_like_name(name, grammar) if strict else could_be_name(name, grammar)):
                return None
            names.append(text.part(start, end))
        following = _skip(folded, end)
        if following == end and end < len(folded):
            return None
        position = following
    return tuple(names)


def _compound(match: re.Match[str], grammar: Grammar) -> tuple[int, int]:
    """欧阳 修 is one name."""
    given = _GIVEN.match(match.string, match.end()) if match.group() in grammar.compound_surnames else None
    return match.start(), given.end() if given else match.end()


def _spaced(match: re.Match[str], grammar: Grammar) -> list[tuple[int, int]]:
    """武 玲 芳 李 娟: single characters, put together to names that begin with a surname."""
    places = [place for place in range(match.start(), match.end()) if match.string[place] != " "]
    split = _split(tuple(match.string[place] for place in places), grammar) or (2,) * (len(places) // 2)
    spans: list[tuple[int, int]] = []
    for length in split:
        spans.append((places[0], places[length - 1] + 1))
        places = places[length:]
    return [*spans[:-1], (spans[-1][0], match.end())]


def _split(characters: tuple[str, ...], grammar: Grammar) -> tuple[int, ...]:
    """Lengths of names, 2 or 3 each; empty where there is no way. Three characters are one name."""
    reached: dict[int, tuple[int, ...]] = {0: ()}
    for end in range(2, len(characters) + 1):
        for length in (2, 3):
            before = reached.get(end - length)
            if before is not None and characters[end - length] in grammar.surnames:
                reached.setdefault(end, (*before, length))
    return reached.get(len(characters), ())


def _skip(text: str, position: int) -> int:
    match = _BETWEEN.match(text, position)
    return match.end() if match else position


def credits(text: Segment, grammar: Grammar, *, near: bool = False) -> Roll | None:
    """Read a line of credits, one or several; None where it is anything else.

    A label that no table holds is taken after 本版, beside a known one, or `near` other credits.
    """
    if len(text.folded) > CREDIT_LIMIT:
        return None
    sentence = grammar.credit_sentence.fullmatch(text.folded)
    if sentence:
        return _credit_sentence(text, sentence, grammar)
    provided = _PROVIDED.search(text.folded)
    end = provided.start() if provided else len(text.folded)
    labels = _labels(text.folded[:end], grammar)
    if not labels or _skip(text.folded, 0) != labels[0][0]:
        return None
    groups: list[Group] = []
    marks = [text.part(end, len(text.folded)).stripped()] if provided else []
    for (start, own_end, label_end), following in zip(labels, [label[0] for label in labels[1:]] + [end], strict=True):
        between = text.part(label_end, following)
        colon = between.folded.lstrip()[:1] in (":", "/", "|")
        names = _names(between, grammar, strict=not colon)
        if names is None or (not names and (len(labels) > 1 or not colon)):
            return None
        near = near or own_end > start or closed_up(text.folded[own_end:label_end]) in grammar.credit_labels
        if own_end > start:
            marks.append(text.part(start, own_end))
        groups.append(Group(text.part(own_end, label_end), names))
    return Roll(tuple(groups), tuple(marks)) if near else None


def _credit_sentence(text: Segment, match: re.Match[str], grammar: Grammar) -> Roll | None:
    """本版图片由程婧摄."""
    names = _names(text.part(*match.span("names")), grammar, strict=True)
    rest = [(0, match.start("role")), (match.end("role"), match.start("names")), (match.end("names"), len(text.folded))]
    marks = tuple(text.part(start, end) for start, end in rest if end > start)
    return Roll((Group(text.part(*match.span("role")), names),), marks) if names else None


def _labels(folded: str, grammar: Grammar) -> list[tuple[int, int, int]]:
    """Start, end of 本版, and end of each label."""
    labels: list[tuple[int, int, int]] = []
    for match in grammar.credit_label.finditer(folded):
        start = match.start()
        if start and folded[start - 1] not in " 、,;:。|/■□●◆▲○":
            continue
        labels.append((start, match.start("role"), match.end("role")))
    return labels
