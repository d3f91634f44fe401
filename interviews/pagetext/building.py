"""Build the document. Text enters it only through `Coverage.claim`, so every letter is accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from itertools import pairwise
from typing import TypeVar

from interviews import document as doc
from interviews.text.chinese import normalise_punctuation

from .bylines import CreditEntry
from .columns import Scorer, paragraphs
from .coverage import Coverage
from .page import Page, Picture, Section, Statement
from .result import Bucket
from .source import Segment, needs_space
from .speaker_lines import without_spacing

Part = TypeVar("Part")
Result = TypeVar("Result")
REPORTER = "记者"
MAX_SPACED_NAME = 4  # letters: 李　娜 is one name, but the space between a name and a post stays
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･", "·"))


def build(page: Page, scorer: Scorer, coverage: Coverage) -> doc.FeatureDocument:
    """Build the document of a page with topics."""
    return doc.FeatureDocument(
        kicker=_line(page.kicker, Bucket.KICKER, "kicker", doc.HEADLINE_LENGTH, coverage),
        headline=_line(page.headline, Bucket.HEADLINE, "headline", doc.HEADLINE_LENGTH, coverage, gap="\u3000"),
        subtitle=_line(page.subtitle, Bucket.SUBTITLE, "subtitle", doc.HEADLINE_LENGTH, coverage),
        lead=_build_all(page.lead, "lead", lambda parts, path: _join_paragraph(parts, Bucket.LEAD, path, coverage)),
        topics=tuple(_topic(section, f"topics[{n}]", scorer, coverage) for n, section in enumerate(page.sections)),
        photos=_build_all(page.pictures, "photos", lambda picture, path: _photo(picture, path, coverage)),
        credits=_credits(page.credits, "credits", coverage),
    )


def _build_all(parts: Iterable[Part], path: str, make: Callable[[Part, str], Result | None]) -> tuple[Result, ...]:
    """Build each part, numbering the paths, and drop the empty ones."""
    built: list[Result] = []
    for part in parts:
        if found := make(part, f"{path}[{len(built)}]"):
            built.append(found)
    return tuple(built)


def _line(segments: list[Segment], bucket: Bucket, path: str, limit: int, coverage: Coverage, gap: str = "") -> str:
    if sum(len(segment.text) + len(gap) for segment in segments) > limit:
        for segment in segments:
            coverage.leave_out(segment, f"超过了 {limit} 个字的上限")
        return ""
    return normalise_punctuation(gap.join(coverage.claim(segment, bucket, path) for segment in segments))


def _join_paragraph(parts: list[Segment], bucket: Bucket, path: str, coverage: Coverage) -> str:
    pieces = [coverage.claim(parts[0], bucket, path)]
    for before, after in pairwise(parts):
        pieces += [" " if needs_space(before.text, after.text) else "", coverage.claim(after, bucket, path)]
    return normalise_punctuation("".join(pieces))


def _topic(section: Section, path: str, scorer: Scorer, coverage: Coverage) -> doc.Topic:
    return doc.Topic(
        title=_line(section.title, Bucket.TITLE, f"{path}.title", doc.TITLE_LENGTH, coverage, gap="\u3000"),
        interviews=tuple(
            _interview(statement, f"{path}.interviews[{n}]", scorer, coverage)
            for n, statement in enumerate(section.statements)
        ),
    )


def _interview(statement: Statement, path: str, scorer: Scorer, coverage: Coverage) -> doc.Interview:
    who = f"{path}.speaker"
    body = (
        _join_paragraph(parts, Bucket.BODY, f"{path}.body", coverage)
        for parts in paragraphs(statement.prose, scorer, coverage)
    )
    return doc.Interview(
        speaker=doc.Speaker(
            name=_name(statement.name, Bucket.SPEAKER, f"{who}.name", coverage),
            organisation=_optional(
                statement.organisation, Bucket.ORGANISATION, f"{who}.organisation", doc.ORGANISATION_LENGTH, coverage
            ),
            job_title=_optional(
                statement.job_title, Bucket.JOB_TITLE, f"{who}.job_title", doc.JOB_TITLE_LENGTH, coverage
            ),
        ),
        body="".join(f"<p>{escape(text, quote=False)}</p>" for text in body if text),
        credits=_credits(statement.credits, f"{path}.credits", coverage),
    )


def _optional(segment: Segment | None, bucket: Bucket, path: str, limit: int, coverage: Coverage) -> str:
    return normalise_punctuation(coverage.claim(segment, bucket, path, limit)) if segment else ""


def _name(segment: Segment, bucket: Bucket, path: str, coverage: Coverage) -> str:
    return without_spacing(coverage.claim(segment, bucket, path, doc.NAME_LENGTH)).translate(_DOTS)


def _photo(picture: Picture, path: str, coverage: Coverage) -> doc.Photo | None:
    caption = _optional(picture.caption, Bucket.CAPTION, path, doc.CAPTION_LENGTH, coverage)
    if picture.is_name and len(without_spacing(caption)) <= MAX_SPACED_NAME:
        caption = without_spacing(caption)
    credit_line = _optional(picture.credit_line, Bucket.CREDIT_LINE, path, doc.TITLE_LENGTH, coverage)
    return doc.Photo(caption=caption, credit_line=credit_line) if caption or credit_line else None


def _credits(entries: list[CreditEntry], path: str, coverage: Coverage) -> tuple[doc.Credit, ...]:
    return _build_all(entries, path, lambda entry, place: _credit(entry, place, coverage))


def _credit(entry: CreditEntry, path: str, coverage: Coverage) -> doc.Credit | None:
    if not entry.names:
        if entry.role is not None:
            coverage.leave_out(entry.role, "只有职责，没有姓名")
        return None
    if entry.role is None:
        role = REPORTER
        coverage.supplied.append(REPORTER)
    else:
        role = without_spacing(coverage.claim(entry.role, Bucket.ROLE, path, doc.ROLE_LENGTH))
    names = [_name(name, Bucket.CONTRIBUTOR, path, coverage) for name in entry.names]
    return doc.Credit(role=role, contributors=tuple(doc.Contributor(name=name) for name in names))
