"""Run every check on a document, or on the text of one field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from interviews.document import FeatureDocument

from . import (
    arithmetic,
    captions,
    consistency,
    dates,
    lists,
    named_people,
    paired_marks,
    punctuation,
    quotations,
    repeats,
    stops,
    terms,
    units,
)
from .context import Context
from .findings import Fault, Finding, finding
from .passages import Field, Kind, Passage, fields_of, kind_of, passages_of

DEFAULT = Context(terms=lists.sample_terms())
MAX_FINDINGS = 200  # findings of one rule in one field; hostile text would give millions
CACHE_SIZE = 4096  # paragraphs, about fifty pages
MAX_CACHED_LENGTH = 2000  # characters of a paragraph
MAX_CACHED_FAULTS = 60  # faults of a paragraph; others would fill the memory
# These checks overlap on the same characters: the first to report a place wins.
_FORM = (
    repeats.furniture,
    *units.CHECKS,
    *punctuation.UNREADABLE,
    *paired_marks.CHECKS,
    *stops.CHECKS,
    *punctuation.FORM,
)
_SENSE = (*arithmetic.CHECKS, repeats.words)
ContextCheck = Callable[[Passage], Iterator[Fault]]


def proofread(document: FeatureDocument, context: Context = DEFAULT) -> list[Finding]:
    """Return all findings in the order of the page, in linear time. Never raises; deterministic.

    The document's issue date, if set, replaces `context.today` for dates, terms and offices.
    """
    if document.issue.date:
        context = replace(context, today=date.fromisoformat(document.issue.date))
    fields = fields_of(document)
    order = {field.path: index for index, field in enumerate(fields)}
    context_checks = _context_checks(context)
    findings = [found for field in fields for found in _field_findings(field, context_checks)]
    for checked in (
        named_people.check(document, fields, context),
        captions.check(document, fields, context),
        quotations.check(fields),
        repeats.check(fields),
        consistency.check(fields),
    ):
        findings += _limited(finding(fault, field) for field, fault in checked)
    return _sorted(_unique(findings), order, context)


def proofread_text(text: str, path: str, *, context: Context = DEFAULT, identity: str = "") -> list[Finding]:
    """Return the findings in one field's plain text alone, for checking while an editor types.

    `path` determines the kind of text (`lead[0]`, `topics[0].interviews[0].body`). With the field's `identity`
    (`interview:12.body`, `topic:3.title`) the keys equal those of `proofread`.
    """
    field = Field(path, text, kind_of(path), identity or path)
    own = [finding(fault, field) for _, fault in (*repeats.check([field]), *consistency.check([field]))]
    return _sorted(_unique([*_field_findings(field, _context_checks(context)), *_limited(own)]), {path: 0}, context)


def _context_checks(context: Context) -> tuple[ContextCheck, ...]:
    """Prepare the checks that need the context, once for all paragraphs of a page."""
    words = terms.vocabulary(context.terms, context.today)
    known = terms.offices(context.officials, context.today)
    return (
        lambda passage: dates.check(passage, context),
        lambda passage: terms.check(passage, words),
        lambda passage: terms.officials(passage, known),
    )


def _field_findings(field: Field, context_checks: tuple[ContextCheck, ...]) -> list[Finding]:
    return list(
        _limited(
            finding(fault, field, passage.offset)
            for passage in passages_of(field)
            for fault in _faults(passage, context_checks)
        )
    )


def _faults(passage: Passage, context_checks: tuple[ContextCheck, ...]) -> Iterator[Fault]:
    yield from _cached_faults(passage)
    for check in context_checks:
        yield from check(passage)


def _cached_faults(passage: Passage) -> tuple[Fault, ...]:
    """Return the cached faults of a paragraph: while an editor types in one, the others are unchanged."""
    end = passage.offset + len(passage.text)
    scripts = tuple(
        (start - passage.offset, stop - passage.offset)
        for start, stop in passage.field.scripts
        if passage.offset <= start < end
    )
    args = (passage.text, passage.kind, passage.after[:1], scripts)
    if len(passage.text) > MAX_CACHED_LENGTH:
        return _uncached_faults(*args)
    try:
        return _faults_of_text(*args)
    except _TooManyError as error:
        return error.faults


class _TooManyError(Exception):
    def __init__(self, faults: tuple[Fault, ...]):
        self.faults = faults


@lru_cache(maxsize=CACHE_SIZE)
def _faults_of_text(text: str, kind: Kind, after: str, scripts: tuple[tuple[int, int], ...]) -> tuple[Fault, ...]:
    faults = _uncached_faults(text, kind, after, scripts)
    if len(faults) > MAX_CACHED_FAULTS:
        raise _TooManyError(faults)  # exceptions are not cached
    return faults


def clear_cache() -> None:
    """Clear the cache of paragraphs, for benchmarks."""
    _faults_of_text.cache_clear()


def _uncached_faults(text: str, kind: Kind, after: str, scripts: tuple[tuple[int, int], ...]) -> tuple[Fault, ...]:
    """Return the faults that depend on a paragraph and the beginning of the next one only."""
    passage = Passage(Field("", text, kind, "", scripts), text, 0, after=after)
    return (*_form_faults(passage), *(fault for check in _SENSE for fault in check(passage)))


def _form_faults(passage: Passage) -> Iterator[Fault]:
    covered = bytearray(len(passage.text))
    for check in _FORM:
        for fault in check(passage):
            if not any(covered[fault.start : fault.end]):
                covered[fault.start : fault.end] = b"\1" * (fault.end - fault.start)
                yield fault


def _limited(findings: Iterable[Finding]) -> Iterator[Finding]:
    counts: dict[tuple[str, str], int] = {}
    for found in findings:
        kind = (found.rule, found.path)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= MAX_FINDINGS:
            yield found


def _unique(findings: list[Finding]) -> list[Finding]:
    seen: set[tuple[str, str, int, int]] = set()
    unique = []
    for found in findings:
        index = (found.rule, found.path, found.start, found.end)
        if index not in seen:
            seen.add(index)
            unique.append(found)
    return unique


def _sorted(findings: list[Finding], order: dict[str, int], context: Context) -> list[Finding]:
    enabled = (found for found in findings if found.rule not in context.disabled_rules)
    return sorted(enabled, key=lambda found: (order[found.path], found.start, found.end, found.rule, found.message))
