"""Every rule over a document, or over the text of one field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date as Date
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
MOST = 200  # findings of one rule in one field: nobody reads more, and hostile text would make a million
REMEMBERED = 4096  # paragraphs: some fifty pages
LONGEST_REMEMBERED = 2000  # characters
MOST_REMEMBERED = 60  # faults of a paragraph: text that is nothing but faults shall not fill the memory
# Rules that say something of the same marks: the first one to speak of a place has it.
_FORM = (
    repeats.furniture,
    *units.CHECKS,
    *punctuation.UNREADABLE,
    *paired_marks.CHECKS,
    *stops.CHECKS,
    *punctuation.FORM,
)
_SENSE = (*arithmetic.CHECKS, repeats.words)
Informed = Callable[[Passage], Iterator[Fault]]


def proofread(document: FeatureDocument, context: Context = DEFAULT) -> list[Finding]:
    """All findings, in the order of the page. Never raises; the same document gives the same findings.

    Takes time in proportion to the text. The issue date of the document, if it has one, is the day that dates,
    terms and offices are judged by.
    """
    if document.issue.date:
        context = replace(context, today=Date.fromisoformat(document.issue.date))
    fields = fields_of(document)
    order = {field.path: place for place, field in enumerate(fields)}
    informed = _informed(context)
    findings = [found for field in fields for found in _of_field(field, informed)]
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
    """The findings that one field's plain text shows by itself, for use while somebody types.

    `path` tells what kind of text it is (`lead[0]`, `topics[0].interviews[0].body`). With the field's `identity`
    (`interview:12.body`, `topic:3.title`) the keys are those of `proofread`.
    """
    field = Field(path, text, kind_of(path), identity or path)
    own = [finding(fault, field) for _, fault in (*repeats.check([field]), *consistency.check([field]))]
    return _sorted(_unique([*_of_field(field, _informed(context)), *_limited(own)]), {path: 0}, context)


def _informed(context: Context) -> tuple[Informed, ...]:
    """The checks that need more than the text: made ready once for a page, however many paragraphs it has."""
    words = terms.vocabulary(context.terms, context.today)
    known = terms.offices(context.officials, context.today)
    return (
        lambda passage: dates.check(passage, context),
        lambda passage: terms.check(passage, words),
        lambda passage: terms.officials(passage, known),
    )


def _of_field(field: Field, informed: tuple[Informed, ...]) -> list[Finding]:
    return list(
        _limited(
            finding(fault, field, passage.offset)
            for passage in passages_of(field)
            for fault in _faults(passage, informed)
        )
    )


def _faults(passage: Passage, informed: tuple[Informed, ...]) -> Iterator[Fault]:
    yield from _remembered_faults(passage)
    for check in informed:
        yield from check(passage)


def _remembered_faults(passage: Passage) -> tuple[Fault, ...]:
    """While somebody types in one paragraph, all the others of the page were read a moment ago."""
    end = passage.offset + len(passage.text)
    scripts = tuple(
        (start - passage.offset, stop - passage.offset)
        for start, stop in passage.field.scripts
        if passage.offset <= start < end
    )
    told = (passage.text, passage.kind, passage.after[:1], scripts)
    if len(passage.text) > LONGEST_REMEMBERED:
        return _own_faults(*told)
    try:
        return _read(*told)
    except _TooManyError as many:
        return many.faults


class _TooManyError(Exception):
    def __init__(self, faults: tuple[Fault, ...]):
        self.faults = faults


@lru_cache(maxsize=REMEMBERED)
def _read(text: str, kind: Kind, after: str, scripts: tuple[tuple[int, int], ...]) -> tuple[Fault, ...]:
    faults = _own_faults(text, kind, after, scripts)
    if len(faults) > MOST_REMEMBERED:
        raise _TooManyError(faults)  # what is raised is not remembered
    return faults


def forget() -> None:
    """Read every paragraph anew: for measuring."""
    _read.cache_clear()


def _own_faults(text: str, kind: Kind, after: str, scripts: tuple[tuple[int, int], ...]) -> tuple[Fault, ...]:
    """What a paragraph shows by itself, and by how the next one begins."""
    passage = Passage(Field("", text, kind, "", scripts), text, 0, after=after)
    return (*_of_form(passage), *(fault for check in _SENSE for fault in check(passage)))


def _of_form(passage: Passage) -> Iterator[Fault]:
    taken = bytearray(len(passage.text))
    for check in _FORM:
        for fault in check(passage):
            if not any(taken[fault.start : fault.end]):
                taken[fault.start : fault.end] = b"\1" * (fault.end - fault.start)
                yield fault


def _limited(findings: Iterable[Finding]) -> Iterator[Finding]:
    counts: dict[tuple[str, str], int] = {}
    for found in findings:
        kind = (found.rule, found.path)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= MOST:
            yield found


def _unique(findings: list[Finding]) -> list[Finding]:
    seen: set[tuple[str, str, int, int]] = set()
    kept = []
    for found in findings:
        place = (found.rule, found.path, found.start, found.end)
        if place not in seen:
            seen.add(place)
            kept.append(found)
    return kept


def _sorted(findings: list[Finding], order: dict[str, int], context: Context) -> list[Finding]:
    wanted = (found for found in findings if found.rule not in context.switched_off)
    return sorted(wanted, key=lambda found: (order[found.path], found.start, found.end, found.rule, found.message))
