"""Check text against the house lists: forbidden and preferred terms, and holders of posts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from .context import Official, Skip, Term, TermKind
from .findings import Fault
from .name_variants import is_variant
from .paired_marks import match
from .passages import Passage


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One regular expression for all words. It matches longer exceptions first, which are not reported."""

    find: re.Pattern[str]
    by_word: dict[str, Term]


def vocabulary(terms: Iterable[Term], today: date | None) -> Vocabulary:
    """Compile the terms that have not expired on the day."""
    return _compiled(
        tuple(term for term in terms if term.word and not (term.expires and today and term.expires < today))
    )


@lru_cache(maxsize=8)
def _compiled(terms: tuple[Term, ...]) -> Vocabulary:
    by_word = {term.word: term for term in terms}
    exceptions = {word for term in terms for word in term.unless} - by_word.keys()
    words = sorted({*by_word, *exceptions}, key=lambda word: (-len(word), word))
    return Vocabulary(re.compile("|".join(map(re.escape, words)) or "(?!)"), by_word)


def check(passage: Passage, words: Vocabulary) -> Iterator[Fault]:
    spans: dict[Skip, list[tuple[int, int]]] | None = None
    for found in words.find.finditer(passage.text):
        term = words.by_word.get(found[0])
        if term is None:
            continue
        if term.skip:
            spans = spans or _spans(passage)
            if any(start < found.start() < end for skip in term.skip for start, end in spans[skip]):
                continue
        yield _fault(term, found)


def _spans(passage: Passage) -> dict[Skip, list[tuple[int, int]]]:
    pairs = match(passage.text, passage.after[:1] == "“").pairs
    return {
        Skip.QUOTATION: [pair for pair in pairs if passage.text[pair[0]] in "“「"],
        Skip.TITLE: [pair for pair in pairs if passage.text[pair[0]] == "《"],
    }


def _fault(term: Term, found: re.Match[str]) -> Fault:
    written = {TermKind.FORBIDDEN: "禁用", TermKind.CAREFUL: "慎用", TermKind.PREFERRED: "不作首选"}[term.kind]
    advice = f"，应写作“{term.replacement}”" if term.replacement else ""
    reason = f"：{term.reason.rstrip('。')}" if term.reason else ""
    return Fault(
        "term",
        found.start(),
        found.end(),
        f"“{term.word}”在用语表里是{written}词{advice}{reason}。",
        "" if term.kind is TermKind.CAREFUL else term.replacement,
        term.severity,
        term.source,
        term.kind,
    )


# --- office holders ------------------------------------------------------------------------------------------------

_FORMER = re.compile("(?:时任|原|前|曾任|历任|前任)[^，。]{0,10}$")


@dataclass(frozen=True, slots=True)
class Offices:
    """All officials, the holders of each post on the day, and a regular expression for all posts."""

    find: re.Pattern[str]
    officials: tuple[Official, ...]
    holders: dict[str, list[Official]]


def offices(officials: Iterable[Official], today: date | None) -> Offices:
    listed = tuple(official for official in officials if official.post and official.name)
    holders: dict[str, list[Official]] = {official.post: [] for official in listed}
    for official in listed:
        if official.held_on(today):
            holders[official.post].append(official)
    posts = sorted(holders, key=lambda post: (-len(post), post))
    return Offices(re.compile("|".join(map(re.escape, posts)) or "(?!)"), listed, holders)


def officials(passage: Passage, known: Offices) -> Iterator[Fault]:
    """Report a post directly before the name of an official who does not hold it on the page's date."""
    for found in known.find.finditer(passage.text):
        if fault := _wrong_holder(passage.text, found.start(), found[0], known):
            yield fault


def _wrong_holder(text: str, position: int, post: str, known: Offices) -> Fault | None:
    after = position + len(post)
    if _FORMER.search(text[max(0, position - 12) : position]):
        return None
    holders = known.holders[post]
    for official in known.officials:
        if text.startswith(official.name, after) and official.name not in {holder.name for holder in holders}:
            return _office_fault(text, position, after, official, holders)
    for holder in holders:
        written = text[after : after + len(holder.name)]
        if is_variant(holder.name, written, structured=True):
            message = f"按职务表，{post}是{holder.name}，这里写作“{written}”，请核对。"
            end = after + len(written)
            return Fault("official", after, end, message, holder.name, source=holder.source, about=post)
    return None


def _office_fault(text: str, start: int, after: int, written: Official, holders: list[Official]) -> Fault:
    post = text[start:after]
    now = f"，现任是{'、'.join(holder.name for holder in holders)}" if holders else ""
    message = f"按职务表，{written.name}在本版日期不是{post}{now}，请核对。"
    suggestion = post + holders[0].name if len(holders) == 1 else ""
    about = ",".join(holder.name for holder in holders)
    return Fault("official", start, after + len(written.name), message, suggestion, source=written.source, about=about)
