"""Parse bylines `(记者 武玲芳 通讯员 李娟)` and credits `本版策划:路丽华`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviews.text.chinese import HAN

from .grammar import Grammar
from .source import Segment
from .speaker_lines import could_be_name, looks_like_name, without_spacing

BYLINE_LIMIT = 120
CREDIT_LIMIT = 300
_BRACKETED = re.compile(
    rf"[(\[【〖〔<〈]([^()\[\]【】〖〗〔〕<>〈〉]{{2,{BYLINE_LIMIT}}})[)\]】〗〕>〉](?P<stop>\s?[。.]?)$"
)
_UNBRACKETED = re.compile(r"(?:^|(?<=[。!?”]))\s*[□■●◆▲◎○☆★—]{0,2}\s*(?=[^。!?]{4,60}$)")
_NAME = re.compile(rf"[A-Za-z][A-Za-z.' -]+|(?P<spaced>[{HAN}](?: {{1,4}}[{HAN}](?![{HAN}]))+)|[{HAN}]+(?:·[{HAN}]+)*")
_GIVEN = re.compile(rf" {{1,4}}[{HAN}]{{1,2}}(?![{HAN}])")
_PROVIDED = re.compile(r"\s(?:提供|供图|摄影|摄)$")
_SEPARATORS = re.compile(r"(?:[\s、,;:/|&。.+■□●◆▲○]|(?<=\s)[和及](?=\s))*")


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """A role and its contributors, as segments. `role` is None if only names are printed."""

    role: Segment | None
    names: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Credits:
    """The parsed byline or line of credits: its entries in order, and words understood but not stored."""

    entries: tuple[CreditEntry, ...]
    marks: tuple[Segment, ...] = ()


def byline_at_end(text: Segment, grammar: Grammar) -> tuple[Credits, int, int] | None:
    """Find the byline at the end of a paragraph. Return its credits, its start, and the position of a 。 printed after
    the bracket (or the end)."""
    folded = text.folded
    start = max(0, len(folded) - BYLINE_LIMIT - 4)
    match = _BRACKETED.search(folded, start)
    if match:
        credits = parse_byline(text.part(*match.span(1)), grammar, bracketed=True)
        return (credits, match.start(), match.start("stop")) if credits else None
    for match in _UNBRACKETED.finditer(folded, start if start == 0 else start + 1):
        credits = parse_byline(text.part(match.end(), len(folded)), grammar, bracketed=False)
        if credits:
            return credits, match.start(), len(folded)
    return None


def parse_byline(text: Segment, grammar: Grammar, *, bracketed: bool) -> Credits | None:
    """Parse `记者 武玲芳 通讯员 李娟` or `武玲芳 文 程婧 图`; None if it is no byline."""
    found = list(grammar.byline_role.finditer(text.folded))
    if not found:
        names = _parse_names(text, grammar, strict=True) if bracketed else None
        return Credits((CreditEntry(None, names),)) if names else None
    if not bracketed and (text.folded[: found[0].start()].strip() or not _starts_byline(found[0], grammar)):
        return None
    head = _parse_names(text.part(0, found[0].start()), grammar, strict=False)
    pairs: list[CreditEntry] = []
    for match, end in zip(found, [m.start() for m in found[1:]] + [len(text.folded)], strict=True):
        between = text.part(match.end(), end)
        glued = between.folded[:1] not in (":", "/", "、", " ", "")
        names = _parse_names(between, grammar, strict=glued or not bracketed)
        if names is None:
            return None
        pairs.append(CreditEntry(text.part(*match.span("role")), names))
    if head is None:
        return None
    own = [text.part(*match.span("own")) for match in found if match["own"]]
    credits = _pair_with_roles_after(head, pairs, grammar) if head else _pair_with_roles_before(pairs, grammar)
    return Credits(credits.entries, (*credits.marks, *own)) if credits else None


def _pair_with_roles_after(head: tuple[Segment, ...], pairs: list[CreditEntry], grammar: Grammar) -> Credits | None:
    """Pair names with the roles after them: 武玲芳 文 程婧 图. In 武玲芳 通讯员 李娟 the first name has no role."""
    entries: list[CreditEntry] = []
    if pairs[0].role is not None and pairs[0].role.folded not in grammar.trailing_roles:
        credits = _pair_with_roles_before(pairs, grammar)
        return Credits((CreditEntry(None, head), *credits.entries), credits.marks) if credits else None
    names = head
    for pair in pairs:
        if not names or pair.role is None or pair.role.folded not in grammar.trailing_roles:
            return None
        entries.append(CreditEntry(pair.role, names))
        names = pair.names
    return None if names else Credits(tuple(entries))


def _pair_with_roles_before(pairs: list[CreditEntry], grammar: Grammar) -> Credits | None:
    """Pair roles with the names after them: 记者 武玲芳 通讯员 李娟, 记者 武玲芳 文/图, 记者 武玲芳 文 程婧 图."""
    entries: list[CreditEntry] = []
    marks: list[Segment] = []
    for pair in pairs:
        if pair.role is None:
            return None
        if pair.names:
            entries.append(pair)
        elif not entries or pair.role.folded not in grammar.trailing_roles:
            return None
        elif len(entries) > 1 and entries[-1].role is not None and entries[-1].role.folded == "文":
            marks.append(entries[-1].role)
            entries[-1] = CreditEntry(pair.role, entries[-1].names)
        else:
            marks.append(pair.role)
    return Credits(tuple(entries), tuple(marks))


def _starts_byline(match: re.Match[str], grammar: Grammar) -> bool:
    """Tell whether a role makes a byline without brackets: 记者 does; 摄影 and 本版记者 are page credits."""
    return match["role"].endswith(grammar.reporting) and not (match["own"] or "").startswith("本版")


def _parse_names(text: Segment, grammar: Grammar, *, strict: bool) -> tuple[Segment, ...] | None:
    """Parse a list of names; None if it contains anything else."""
    folded = text.folded
    names: list[Segment] = []
    position = _skip_separators(folded, 0)
    while position < len(folded):
        match = _NAME.match(folded, position)
        if not match:
            return None
        for start, end in _letterspaced_spans(match, grammar) if match["spaced"] else [_name_span(match, grammar)]:
            name = without_spacing(folded[start:end])
            if not (looks_like_name(name, grammar) if strict else could_be_name(name, grammar)):
                return None
            names.append(text.part(start, end))
        following = _skip_separators(folded, end)
        if following == end and end < len(folded):
            return None
        position = following
    return tuple(names)


def _name_span(match: re.Match[str], grammar: Grammar) -> tuple[int, int]:
    """Return the span of a name; a compound surname and its spaced given name are one: 欧阳 修."""
    given = _GIVEN.match(match.string, match.end()) if match.group() in grammar.compound_surnames else None
    return match.start(), given.end() if given else match.end()


def _letterspaced_spans(match: re.Match[str], grammar: Grammar) -> list[tuple[int, int]]:
    """Group letter-spaced characters to names that begin with a surname: 武 玲 芳 李 娟."""
    positions = [position for position in range(match.start(), match.end()) if match.string[position] != " "]
    lengths = _split_names(tuple(match.string[position] for position in positions), grammar)
    spans: list[tuple[int, int]] = []
    for length in lengths or (2,) * (len(positions) // 2):
        spans.append((positions[0], positions[length - 1] + 1))
        positions = positions[length:]
    return [*spans[:-1], (spans[-1][0], match.end())]


def _split_names(characters: tuple[str, ...], grammar: Grammar) -> tuple[int, ...]:
    """Split characters into names of 2 or 3 that begin with a surname. Return the lengths, empty if impossible."""
    reached: dict[int, tuple[int, ...]] = {0: ()}
    for end in range(2, len(characters) + 1):
        for length in (2, 3):
            before = reached.get(end - length)
            if before is not None and characters[end - length] in grammar.surnames:
                reached.setdefault(end, (*before, length))
    return reached.get(len(characters), ())


def _skip_separators(text: str, position: int) -> int:
    match = _SEPARATORS.match(text, position)
    return match.end() if match else position


def parse_credits(text: Segment, grammar: Grammar, *, near: bool = False) -> Credits | None:
    """Parse a line of one or several credits; None if it is anything else.

    A label that is in no table counts after 本版, next to a known label, or `near` other credits.
    """
    if len(text.folded) > CREDIT_LIMIT:
        return None
    sentence = grammar.credit_sentence.fullmatch(text.folded)
    if sentence:
        return _parse_sentence(text, sentence, grammar)
    provided = _PROVIDED.search(text.folded)
    end = provided.start() if provided else len(text.folded)
    labels = _find_labels(text.folded[:end], grammar)
    if not labels or _skip_separators(text.folded, 0) != labels[0][0]:
        return None
    entries: list[CreditEntry] = []
    marks = [text.part(end, len(text.folded)).stripped()] if provided else []
    for (start, own_end, label_end), following in zip(labels, [label[0] for label in labels[1:]] + [end], strict=True):
        between = text.part(label_end, following)
        colon = between.folded.lstrip()[:1] in (":", "/", "|")
        names = _parse_names(between, grammar, strict=not colon)
        if names is None or (not names and (len(labels) > 1 or not colon)):
            return None
        near = near or own_end > start or without_spacing(text.folded[own_end:label_end]) in grammar.credit_labels
        if own_end > start:
            marks.append(text.part(start, own_end))
        entries.append(CreditEntry(text.part(own_end, label_end), names))
    return Credits(tuple(entries), tuple(marks)) if near else None


def _parse_sentence(text: Segment, match: re.Match[str], grammar: Grammar) -> Credits | None:
    """Parse a credit written as a sentence: 本版图片由程婧摄."""
    names = _parse_names(text.part(*match.span("names")), grammar, strict=True)
    rest = [(0, match.start("role")), (match.end("role"), match.start("names")), (match.end("names"), len(text.folded))]
    marks = tuple(text.part(start, end) for start, end in rest if end > start)
    return Credits((CreditEntry(text.part(*match.span("role")), names),), marks) if names else None


def _find_labels(folded: str, grammar: Grammar) -> list[tuple[int, int, int]]:
    """Return for each label its start, the end of its 本版, and its end."""
    labels: list[tuple[int, int, int]] = []
    for match in grammar.credit_label.finditer(folded):
        start = match.start()
        if start and folded[start - 1] not in " 、,;:。|/■□●◆▲○":
            continue
        labels.append((start, match.start("role"), match.end("role")))
    return labels
