"""The house list of words: finding them, and reading and writing the list as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Date
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

from .context import Official, Skip, Term, TermKind
from .fields import Passage
from .findings import Fault
from .names import is_variant
from .pairs import match
from .rules import Severity

Choice = TypeVar("Choice")
COLUMNS = ("词语", "类别", "级别", "改为", "理由", "出处", "负责人", "有效期至", "不查", "例外")
_KINDS = {TermKind.FORBIDDEN: "禁用", TermKind.CAREFUL: "慎用", TermKind.PREFERRED: "推荐"}
_SEVERITIES = {Severity.ERROR: "差错", Severity.WARNING: "警告", Severity.HINT: "提示"}
_SKIPS = {Skip.QUOTATION: "引语", Skip.TITLE: "书名"}


class TermsRefused(ValueError):
    """The list cannot be read. `.faults` are sentences that name the line."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("；".join(faults))


def read_terms(text: str) -> list[Term]:
    """The rows of a CSV with the header COLUMNS (in any order, 词语 required). Raises TermsRefused."""
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True))
    except csv.Error as error:
        raise TermsRefused([f"不是有效的 CSV：{error}"]) from error
    header = [cell.strip() for cell in rows[0]] if rows else []
    unknown = [name for name in header if name not in COLUMNS]
    if "词语" not in header or unknown or len(set(header)) != len(header):
        extra = f"，不认识“{unknown[0]}”" if unknown else ""
        raise TermsRefused([f"第一行应是表头：{'、'.join(COLUMNS)}{extra}。"])
    terms, faults = [], []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            terms.append(_term(dict(zip(header, (cell.strip() for cell in row), strict=False)), len(row) > len(header)))
        except ValueError as error:
            faults.append(f"第 {number} 行：{error}。")
    if faults:
        raise TermsRefused(faults)
    return terms


def _term(row: dict[str, str], too_long: bool) -> Term:
    if too_long:
        raise ValueError("栏目比表头多")
    if not row.get("词语"):
        raise ValueError("缺少词语")
    try:
        expires = Date.fromisoformat(row["有效期至"]) if row.get("有效期至") else None
    except ValueError:
        raise ValueError(f"有效期“{row['有效期至']}”应写作 2026-12-31") from None
    return Term(
        word=row["词语"],
        kind=_choice(_KINDS, row.get("类别") or "慎用", "类别"),
        severity=_choice(_SEVERITIES, row.get("级别") or "警告", "级别"),
        replacement=row.get("改为", ""),
        reason=row.get("理由", ""),
        source=row.get("出处", ""),
        owner=row.get("负责人", ""),
        expires=expires,
        skip=frozenset(_choice(_SKIPS, word, "不查") for word in _listed(row.get("不查", ""))),
        unless=tuple(_listed(row.get("例外", ""))),
    )


def _choice(names: dict[Choice, str], said: str, column: str) -> Choice:
    for choice, name in names.items():
        if name == said:
            return choice
    raise ValueError(f"{column}“{said}”应是{'、'.join(names.values())}之一")


def _listed(cell: str) -> list[str]:
    return [word for word in cell.split("|") if word]


def write_terms(rows: Iterable[Term]) -> str:
    """CSV that `read_terms` reads back as the same rows."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for term in rows:
        skip = "|".join(name for choice, name in _SKIPS.items() if choice in term.skip)
        expires = term.expires.isoformat() if term.expires else ""
        cells = (term.word, _KINDS[term.kind], _SEVERITIES[term.severity], term.replacement, term.reason, term.source)
        writer.writerow((*cells, term.owner, expires, skip, "|".join(term.unless)))
    return out.getvalue()


@lru_cache(maxsize=1)
def sample_terms() -> tuple[Term, ...]:
    """The rows shipped with the site, each with its source."""
    return tuple(read_terms(files(__package__).joinpath("terms.csv").read_text(encoding="utf-8")))


# --- finding -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One expression for all words. A longer exception goes before the word in it, and is let be."""

    find: re.Pattern[str]
    by_word: dict[str, Term]


def vocabulary(terms: Iterable[Term], today: Date | None) -> Vocabulary:
    """Of the words that still count on the day."""
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
    said = {TermKind.FORBIDDEN: "禁用", TermKind.CAREFUL: "慎用", TermKind.PREFERRED: "不作首选"}[term.kind]
    instead = f"，应写作“{term.replacement}”" if term.replacement else ""
    reason = f"：{term.reason.rstrip('。')}" if term.reason else ""
    return Fault(
        "term",
        found.start(),
        found.end(),
        f"“{term.word}”在用语表里是{said}词{instead}{reason}。",
        "" if term.kind is TermKind.CAREFUL else term.replacement,
        term.severity,
        term.source,
        term.kind,
    )


# --- office holders ------------------------------------------------------------------------------------------------

_FORMER = re.compile("(?:时任|原|前|曾任|历任|前任)[^，。]{0,10}$")


@dataclass(frozen=True, slots=True)
class Offices:
    """Everybody on the list, who of them holds which post on the day, and an expression for all posts."""

    find: re.Pattern[str]
    officials: tuple[Official, ...]
    holders: dict[str, list[Official]]


def offices(officials: Iterable[Official], today: Date | None) -> Offices:
    listed = tuple(official for official in officials if official.post and official.name)
    holders: dict[str, list[Official]] = {official.post: [] for official in listed}
    for official in listed:
        if official.held_on(today):
            holders[official.post].append(official)
    posts = sorted(holders, key=lambda post: (-len(post), post))
    return Offices(re.compile("|".join(map(re.escape, posts)) or "(?!)"), listed, holders)


def officials(passage: Passage, known: Offices) -> Iterator[Fault]:
    """A post directly before the name of an office holder who does not hold it on the day of the page."""
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
        said = text[after : after + len(holder.name)]
        if is_variant(holder.name, said, structured=True):
            message = f"按职务表，{post}是{holder.name}，这里写作“{said}”，请核对。"
            end = after + len(said)
            return Fault("official", after, end, message, holder.name, source=holder.source, about=post)
    return None


def _office_fault(text: str, start: int, after: int, said: Official, holders: list[Official]) -> Fault:
    post = text[start:after]
    now = f"，现任是{'、'.join(holder.name for holder in holders)}" if holders else ""
    message = f"按职务表，{said.name}在本版日期不是{post}{now}，请核对。"
    suggestion = post + holders[0].name if len(holders) == 1 else ""
    about = ",".join(holder.name for holder in holders)
    return Fault("official", start, after + len(said.name), message, suggestion, source=said.source, about=about)
