"""Map a document to the columns of its rows, for `rewrite` to write and `matches` to compare."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date
from typing import Any

from interviews import document as d
from interviews.document.walk import LINES

Columns = dict[str, Any]


def feature_columns(document: d.FeatureDocument, pictures: Container[int]) -> Columns:
    """Return the feature's columns. `pictures` are the ids of existing photos; others are left out."""
    cover = document.cover if document.cover and document.cover.id in pictures else None
    reprint = document.reprint or d.Reprint()
    return {
        **{name: getattr(document, name) for name in LINES},
        "lead": "\n".join(document.lead),
        "issue_date": date.fromisoformat(document.issue.date) if document.issue.date else None,
        "page_number": document.issue.page,
        "page_name": document.issue.page_name,
        "cover_id": cover.id if cover else None,
        "cover_caption": cover.caption if cover else "",
        "cover_credit": cover.credit_line if cover else "",
        "cover_alt": cover.alt_text if cover else "",
        "reprint_source": reprint.source,
        "reprint_author": reprint.author,
        "reprint_title": reprint.title,
        "reprint_url": reprint.url,
    }


def interview_columns(interview: d.Interview, pictures: Container[int]) -> Columns:
    portrait = interview.portrait if interview.portrait and interview.portrait.id in pictures else None
    return {
        "speaker_name": interview.speaker.name,
        "organisation": interview.speaker.organisation,
        "job_title": interview.speaker.job_title,
        "body": interview.body,
        "portrait_id": portrait.id if portrait else None,
        "portrait_credit": portrait.credit_line if portrait else "",
        "portrait_alt": portrait.alt_text if portrait else "",
    }


def placement_columns(photo: d.Photo, pictures: Container[int]) -> Columns:
    known = photo.id in pictures
    return {
        "photo_id": photo.id if known else None,
        "caption": photo.caption,
        "credit_line": photo.credit_line,
        "alt_text": photo.alt_text if known else "",
    }


def credited(credits: tuple[d.Credit, ...]) -> Iterator[tuple[str, d.Contributor]]:
    """Yield a role and a person for each credit row."""
    return ((credit.role, person) for credit in credits for person in credit.contributors)


INTERVIEW_COLUMNS = tuple(interview_columns(d.Interview(speaker=d.Speaker(name=""), body=""), ()))
PLACEMENT_COLUMNS = tuple(placement_columns(d.Photo(), ()))
