"""Parse the introduction of a speaker: organisation, job title and name."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from interviews.text.chinese import HAN

from .grammar import Grammar
from .tables import NOT_ENDS, ORGANISATION_ENDS, POST_JOINS

MAX_PREFIX = 90
MAX_POST = 16
_HAN_ONLY = re.compile(f"[{HAN}]+")
_DOTTED = re.compile(f"[{HAN}]{{1,12}}(?:·[{HAN}]{{1,12}}){{1,4}}")
_DOTTED_END = re.compile(f"([{HAN}]{{1,40}})((?:·[{HAN}]{{1,12}}){{1,4}})$")
_LATIN_END = re.compile(r"[A-Za-z][A-Za-z.'·-]*(?: [A-Za-z][A-Za-z.'·-]*){0,3}$")
STOPS = re.compile(r"[。!?;,…“‘]$|[。!?;,…]")
_PARENTHESISED = re.compile(r"(?P<name>[^()]{2,20})\((?P<post>[^()]{2,60})\)$")


@dataclass(frozen=True, slots=True)
class Introduction:
    """Spans (start, end) of organisation, job title and name in a text. `doubt` says what is uncertain."""

    organisation: tuple[int, int]
    job_title: tuple[int, int]
    name: tuple[int, int]
    doubt: str = ""


def looks_like_name(text: str, grammar: Grammar) -> bool:
    """Match a known surname with one or two more characters, or parts joined by middle dots, in width-folded text."""
    if _DOTTED.fullmatch(text):
        return True
    if not _HAN_ONLY.fullmatch(text) or text in grammar.not_names or text in grammar.posts:
        return False
    if any(text.startswith(surname) and 1 <= len(text) - len(surname) <= 2 for surname in grammar.compound_surnames):
        return True
    return 2 <= len(text) <= 3 and text[0] in grammar.surnames


def could_be_name(text: str, grammar: Grammar) -> bool:
    """Match anything as short as a name, for places where names are expected: the surname need not be known."""
    return bool(
        _DOTTED.fullmatch(text)
        or (_HAN_ONLY.fullmatch(text) and 2 <= len(text) <= 4 and text not in grammar.not_names)
        or (len(text) <= 40 and re.fullmatch(r"[A-Za-z][A-Za-z.'· -]+", text))
    )


def without_spacing(name: str) -> str:
    """Remove letter-spacing from a name: 李　娟 becomes 李娟, John Smith stays."""
    return re.sub(rf"(?<=[{HAN}])\s+(?=[{HAN}])", "", name.strip())


def parse_introduction(
    text: str, grammar: Grammar, *, known: Collection[str] = (), expected: bool = False
) -> Introduction | None:
    """Parse width-folded text such as `市生态环境局大气科科长裴国欣`; None if it is no introduction.

    `known` are names confirmed elsewhere on the page. If a speaker is `expected`, unknown posts and surnames are
    accepted, with a doubt.
    """
    end = len(text.rstrip())
    start = end - len(text[:end].lstrip())
    if end - start < 2 or end - start > MAX_PREFIX or STOPS.search(text):
        return None
    found = _parse_parenthesised(text[:end], grammar, known)
    if found:
        return found
    best: tuple[float, Introduction] | None = None
    for name_start in _name_starts(text, start, end, grammar, known, expected):
        name = without_spacing(text[name_start:end])
        scored = _score(text, start, name_start, end, name, grammar, known, expected)
        if scored and (best is None or scored[0] > best[0]):
            best = scored
    return best[1] if best else None


def _parse_parenthesised(text: str, grammar: Grammar, known: Collection[str]) -> Introduction | None:
    match = _PARENTHESISED.fullmatch(text)
    if not match:
        return None
    name = without_spacing(match["name"])
    split = match_post(match["post"], grammar)
    if not (looks_like_name(name, grammar) or name in known) or split is None:
        return None
    offset = match.start("post")
    return Introduction((offset, offset + split), (offset + split, match.end("post")), match.span("name"))


def _name_starts(
    text: str, start: int, end: int, grammar: Grammar, known: Collection[str], expected: bool
) -> list[int]:
    starts: set[int] = set()
    dotted = _DOTTED_END.search(text, max(start, end - 100), end)
    if dotted:
        starts.update(range(max(dotted.start(), dotted.end(1) - 8), dotted.end(1)))
    latin = _LATIN_END.search(text, max(start, end - 60), end)
    if latin:
        starts.add(latin.start())
    spaced = re.search(rf"(?:(?<=\s)|^)[{HAN}] {{1,4}}[{HAN}](?: {{1,4}}[{HAN}])?$", text[start:end])
    if spaced:
        starts.add(start + spaced.start())
    unspaced = re.search(rf"[{HAN}] {{1,4}}[{HAN}]$", text[start:end])
    if unspaced:
        starts.add(start + unspaced.start())
    tail = text[max(start, end - 4) : end]
    starts.update(end - length for length in (2, 3, 4) if length <= len(tail) and " " not in tail[-length:])
    return sorted(position for position in starts if position >= start)


def _score(
    text: str,
    start: int,
    name_start: int,
    end: int,
    name: str,
    grammar: Grammar,
    known: Collection[str],
    expected: bool,
) -> tuple[float, Introduction] | None:
    """Score a name and the organisation and post before it; None if they do not fit."""
    confirmed, shaped = name in known, looks_like_name(name, grammar)
    if not (confirmed or shaped or (expected and could_be_name(name, grammar))):
        return None
    before = text[start:name_start].rstrip()
    split = match_post(before, grammar)
    if split is None and not (confirmed or (expected and shaped)):
        return None
    if split is None and not confirmed and (not before or "·" in name):
        return None
    if not confirmed and not shaped and (split is None or len(name) == 4):
        return None
    doubt = "" if confirmed or shaped else f"“{name}”的姓不在姓氏表里"
    if split is None:
        split = _organisation_end(before)
        doubt = f"“{before[split:]}”不在职务表里" if before[split:] else "没有认出职务" if before else "这里只有姓名"
    title_end = start + len(before)
    score = 40.0 * confirmed + 20.0 * shaped + 10.0 * (not doubt)
    score += len(name) == (4 if name[:2] in grammar.compound_surnames else 3)  # the usual length
    score += 25.0 * (match_post(before, grammar) is not None)
    score += 0.6 * (len(before) - split)  # 政协委员 长孙无忌, but 董事长 孙小明
    score += 3.0 * bool(before and text[name_start - 1 : name_start] == " ") + 4.0 * ("·" in name)
    if "·" in name:
        score -= len(name) * 0.3
    organisation_end = start + len(before[:split].rstrip())
    return score, Introduction((start, organisation_end), (start + split, title_end), (name_start, end), doubt)


def match_post(text: str, grammar: Grammar) -> int | None:
    """Return the start of the post at the end of a text, including joined posts (党组书记、局长), or None."""
    end = len(text)
    start = _post_start(text, end, grammar)
    if start is None:
        return None
    while start > 1 and text[start - 1] in POST_JOINS:
        previous = _post_start(text, start - 1, grammar)
        if previous is None:
            break
        start = previous
    else:
        start = _include_inner_organ(text, start, grammar)
    return start


def _post_start(text: str, end: int, grammar: Grammar) -> int | None:
    for length in range(min(grammar.longest_post, end), 0, -1):
        start = end - length
        if text[start:end] in grammar.posts and not _starts_in_organisation(text, start, end, grammar):
            break
    else:
        return None
    start = _include_field(text, start, grammar)
    extended = True
    while extended:
        extended = False
        for length in (4, 3, 2, 1):
            if length < start + 1 and text[start - length : start] in grammar.post_prefixes:
                start, extended = start - length, True
                break
    return start


def _starts_in_organisation(text: str, start: int, end: int, grammar: Grammar) -> bool:
    """Tell whether a post begins within the organisation: 大寨村主任 is 大寨村 + 主任, not 大寨 + 村主任."""
    own = text[start] not in ORGANISATION_ENDS or text[start + 1 : end] not in grammar.posts
    return not own and start > 0 and text[start - 1] not in ORGANISATION_ENDS


def _include_field(text: str, start: int, grammar: Grammar) -> int:
    for length in range(min(5, start), 1, -1):
        before = start - length
        if text[before:start] in grammar.post_fields and (before == 0 or text[before - 1] in ORGANISATION_ENDS):
            return before
    return start


def _include_inner_organ(text: str, start: int, grammar: Grammar) -> int:
    """Include an inner organ after a 、 in the post: 党支部书记、村委会主任."""
    joins = [text.rfind(join, 0, start) for join in POST_JOINS if join != "和"]
    join = max(joins)
    if join > 0 and text[join + 1 : start] in grammar.inner_organs:
        previous = match_post(text[:join], grammar)
        return start if previous is None else previous
    return start


def _organisation_end(before: str) -> int:
    for position in range(len(before), 0, -1):
        left = len(before) - position
        ends = before[position - 1] in ORGANISATION_ENDS and before[position - 1 : position + 1] not in NOT_ENDS
        if ends and left <= MAX_POST and left != 1:
            return position
    return 0 if len(before) <= 6 else len(before)


def introduction_at_start(
    line: str, grammar: Grammar, *, known: Collection[str] = (), expected: bool = False
) -> tuple[Introduction, int] | None:
    """Return the introduction before the first colon of a line, and the start of the statement."""
    colon = line.find(":", 0, MAX_PREFIX + 1)
    if colon < 2:
        return None
    prefix = line[:colon]
    found = parse_introduction(prefix, grammar, known=known, expected=expected)
    verb = _speech_verb(prefix, grammar) if expected else 0
    if verb:
        found = parse_introduction(prefix[:-verb], grammar, known=known, expected=True) or found
    elif found and _speech_verb(prefix, grammar) and without_spacing(line[slice(*found.name)]) not in known:
        return None
    return (found, colon + 1) if found else None


def _speech_verb(prefix: str, grammar: Grammar) -> int:
    return next((length for length in (4, 3, 2, 1) if prefix[-length:] in grammar.speech_verbs), 0)
