"""From the read page to the document. Text enters only by way of the ledger."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from interviews import document as doc
from interviews.chinese import normalise_punctuation

from .columns import Judge, paragraphs
from .ledger import Ledger
from .page import Page, Picture, Section, Statement
from .people import closed_up
from .reading import Bucket
from .roles import Group
from .source import Segment, breaks_words

REPORTER = "记者"
LONGEST_SPACED = 4  # 李　娜 is one name; a name with its post keeps its space
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･", "·"))


def build(page: Page, judge: Judge, ledger: Ledger) -> doc.FeatureDocument:
    """The document of a page that has topics."""
    return doc.FeatureDocument(
        kicker=_line([page.kicker] if page.kicker else [], Bucket.KICKER, doc.HEADLINE_LENGTH, ledger),
        headline=_line(page.headline, Bucket.HEADLINE, doc.HEADLINE_LENGTH, ledger, gap="\u3000"),
        subtitle=_line(page.subtitle, Bucket.SUBTITLE, doc.HEADLINE_LENGTH, ledger),
        lead=tuple(text for parts in page.lead if (text := _running(parts, Bucket.LEAD, ledger))),
        topics=tuple(_topic(section, judge, ledger) for section in page.sections),
        photos=tuple(photo for picture in page.pictures if (photo := _photo(picture, ledger))),
        credits=_credits(page.credits, ledger),
    )


def _line(segments: list[Segment], bucket: Bucket, limit: int, ledger: Ledger, gap: str = "") -> str:
    if sum(len(segment.text) + len(gap) for segment in segments) > limit:
        for segment in segments:
            ledger.leave(segment, f"超过了 {limit} 个字的上限")
        return ""
    return normalise_punctuation(gap.join(ledger.take(segment, bucket) for segment in segments))


def _running(parts: list[Segment], bucket: Bucket, ledger: Ledger) -> str:
    pieces = [ledger.take(parts[0], bucket)]
    for before, after in pairwise(parts):
        pieces += [" " if breaks_words(before.text, after.text) else "", ledger.take(after, bucket)]
    return normalise_punctuation("".join(pieces))


def _topic(section: Section, judge: Judge, ledger: Ledger) -> doc.Topic:
    return doc.Topic(
        title=_line(section.title, Bucket.TITLE, doc.TITLE_LENGTH, ledger, gap="\u3000"),
        interviews=tuple(_interview(statement, judge, ledger) for statement in section.statements),
    )


def _interview(statement: Statement, judge: Judge, ledger: Ledger) -> doc.Interview:
    body = (_running(parts, Bucket.BODY, ledger) for parts in paragraphs(statement.prose, judge, ledger))
    return doc.Interview(
        speaker=doc.Speaker(
            name=_name(statement.name, Bucket.SPEAKER, ledger),
            organisation=_optional(statement.organisation, Bucket.ORGANISATION, doc.ORGANISATION_LENGTH, ledger),
            job_title=_optional(statement.job_title, Bucket.JOB_TITLE, doc.JOB_TITLE_LENGTH, ledger),
        ),
        body="".join(f"<p>{escape(text, quote=False)}</p>" for text in body if text),
        credits=_credits(statement.credits, ledger),
    )


def _optional(segment: Segment | None, bucket: Bucket, limit: int, ledger: Ledger) -> str:
    return normalise_punctuation(ledger.take(segment, bucket, limit)) if segment else ""


def _name(segment: Segment, bucket: Bucket, ledger: Ledger) -> str:
    return closed_up(ledger.take(segment, bucket, doc.NAME_LENGTH)).translate(_DOTS)


def _photo(picture: Picture, ledger: Ledger) -> doc.Photo | None:
    caption = _optional(picture.caption, Bucket.CAPTION, doc.CAPTION_LENGTH, ledger)
    if picture.is_name and len(closed_up(caption)) <= LONGEST_SPACED:
        caption = closed_up(caption)
    credit_line = _optional(picture.credit_line, Bucket.CREDIT_LINE, doc.TITLE_LENGTH, ledger)
    return doc.Photo(caption=caption, credit_line=credit_line) if caption or credit_line else None


def _credits(groups: list[Group], ledger: Ledger) -> tuple[doc.Credit, ...]:
    return tuple(credit for group in groups if (credit := _credit(group, ledger)))


def _credit(group: Group, ledger: Ledger) -> doc.Credit | None:
    if not group.names:
        if group.role is not None:
            ledger.leave(group.role, "只有职责，没有姓名")
        return None
    if group.role is None:
        ledger.supplied.append(REPORTER)
    role = REPORTER if group.role is None else closed_up(ledger.take(group.role, Bucket.ROLE, doc.ROLE_LENGTH))
    names = [_name(name, Bucket.CONTRIBUTOR, ledger) for name in group.names]
    return doc.Credit(role=role, contributors=tuple(doc.Contributor(name=name) for name in names))
