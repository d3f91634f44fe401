"""From the read page to the document. Text enters only by way of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from itertools import pairwise
from typing import TypeVar

from interviews import document as doc
from interviews.text.chinese import normalise_punctuation

from .bylines import Group
from .columns import Judge, paragraphs
from .coverage import Ledger
from .page import Page, Picture, Section, Statement
from .result import Bucket
from .source import Segment, breaks_words
from .speaker_lines import closed_up

Part = TypeVar("Part")
Built = TypeVar("Built")
REPORTER = "记者"
LONGEST_SPACED = 4  # 李　娜 is one name; a name with its post keeps its space
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･", "·"))


def build(page: Page, judge: Judge, ledger: Ledger) -> doc.FeatureDocument:
    """The document of a page that has topics."""
    return doc.FeatureDocument(
        kicker=_line(page.kicker, Bucket.KICKER, "kicker", doc.HEADLINE_LENGTH, ledger),
        headline=_line(page.headline, Bucket.HEADLINE, "headline", doc.HEADLINE_LENGTH, ledger, gap="\u3000"),
        subtitle=_line(page.subtitle, Bucket.SUBTITLE, "subtitle", doc.HEADLINE_LENGTH, ledger),
        lead=_all(page.lead, "lead", lambda parts, path: _running(parts, Bucket.LEAD, path, ledger)),
        topics=tuple(_topic(section, f"topics[{n}]", judge, ledger) for n, section in enumerate(page.sections)),
        photos=_all(page.pictures, "photos", lambda picture, path: _photo(picture, path, ledger)),
        credits=_credits(page.credits, "credits", ledger),
    )


def _all(parts: Iterable[Part], path: str, make: Callable[[Part, str], Built | None]) -> tuple[Built, ...]:
    """What becomes of each, without what becomes of none."""
    built: list[Built] = []
    for part in parts:
        if found := make(part, f"{path}[{len(built)}]"):
            built.append(found)
    return tuple(built)


def _line(segments: list[Segment], bucket: Bucket, path: str, limit: int, ledger: Ledger, gap: str = "") -> str:
    if sum(len(segment.text) + len(gap) for segment in segments) > limit:
        for segment in segments:
            ledger.leave(segment, f"超过了 {limit} 个字的上限")
        return ""
    return normalise_punctuation(gap.join(ledger.take(segment, bucket, path) for segment in segments))


def _running(parts: list[Segment], bucket: Bucket, path: str, ledger: Ledger) -> str:
    pieces = [ledger.take(parts[0], bucket, path)]
    for before, after in pairwise(parts):
        pieces += [" " if breaks_words(before.text, after.text) else "", ledger.take(after, bucket, path)]
    return normalise_punctuation("".join(pieces))


def _topic(section: Section, path: str, judge: Judge, ledger: Ledger) -> doc.Topic:
    return doc.Topic(
        title=_line(section.title, Bucket.TITLE, f"{path}.title", doc.TITLE_LENGTH, ledger, gap="\u3000"),
        interviews=tuple(
            _interview(statement, f"{path}.interviews[{n}]", judge, ledger)
            for n, statement in enumerate(section.statements)
        ),
    )


def _interview(statement: Statement, path: str, judge: Judge, ledger: Ledger) -> doc.Interview:
    who = f"{path}.speaker"
    body = (
        _running(parts, Bucket.BODY, f"{path}.body", ledger) for parts in paragraphs(statement.prose, judge, ledger)
    )
    return doc.Interview(
        speaker=doc.Speaker(
            name=_name(statement.name, Bucket.SPEAKER, f"{who}.name", ledger),
            organisation=_optional(
                statement.organisation, Bucket.ORGANISATION, f"{who}.organisation", doc.ORGANISATION_LENGTH, ledger
            ),
            job_title=_optional(
                statement.job_title, Bucket.JOB_TITLE, f"{who}.job_title", doc.JOB_TITLE_LENGTH, ledger
            ),
        ),
        body="".join(f"<p>{escape(text, quote=False)}</p>" for text in body if text),
        credits=_credits(statement.credits, f"{path}.credits", ledger),
    )


def _optional(segment: Segment | None, bucket: Bucket, path: str, limit: int, ledger: Ledger) -> str:
    return normalise_punctuation(ledger.take(segment, bucket, path, limit)) if segment else ""


def _name(segment: Segment, bucket: Bucket, path: str, ledger: Ledger) -> str:
    return closed_up(ledger.take(segment, bucket, path, doc.NAME_LENGTH)).translate(_DOTS)


def _photo(picture: Picture, path: str, ledger: Ledger) -> doc.Photo | None:
    caption = _optional(picture.caption, Bucket.CAPTION, path, doc.CAPTION_LENGTH, ledger)
    if picture.is_name and len(closed_up(caption)) <= LONGEST_SPACED:
        caption = closed_up(caption)
    credit_line = _optional(picture.credit_line, Bucket.CREDIT_LINE, path, doc.TITLE_LENGTH, ledger)
    return doc.Photo(caption=caption, credit_line=credit_line) if caption or credit_line else None


def _credits(groups: list[Group], path: str, ledger: Ledger) -> tuple[doc.Credit, ...]:
    return _all(groups, path, lambda group, place: _credit(group, place, ledger))


def _credit(group: Group, path: str, ledger: Ledger) -> doc.Credit | None:
    if not group.names:
        if group.role is not None:
            ledger.leave(group.role, "只有职责，没有姓名")
        return None
    if group.role is None:
        ledger.supplied.append(REPORTER)
    role = REPORTER if group.role is None else closed_up(ledger.take(group.role, Bucket.ROLE, path, doc.ROLE_LENGTH))
    names = [_name(name, Bucket.CONTRIBUTOR, path, ledger) for name in group.names]
    return doc.Credit(role=role, contributors=tuple(doc.Contributor(name=name) for name in names))
