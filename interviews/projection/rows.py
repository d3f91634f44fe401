"""Build the published rows of an edition from its document."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from interviews.document import Contributor, Credit, FeatureDocument, Interview, Portrait, Speaker, Topic
from interviews.document import Photo as Picture
from interviews.models import (
    Edition,
    PhotoPlace,
    PublishedCredit,
    PublishedFeature,
    PublishedInterview,
    PublishedPhoto,
    PublishedTopic,
    search_tokens,
)
from interviews.models.published import NO_PAGE_NUMBER
from interviews.text import richtext
from interviews.text.folding import fold

SUMMARY_LENGTH = 120


def topics_of(edition: Edition, document: FeatureDocument) -> list[PublishedTopic]:
    page = columns_of(edition, document)
    return [
        PublishedTopic(**page, topic_id=_id(topic), position=position, title=topic.title)
        for position, topic in enumerate(document.topics)
    ]


def page_of(edition: Edition, document: FeatureDocument) -> PublishedFeature:
    return PublishedFeature(
        **columns_of(edition, document),
        headline=document.headline,
        subtitle=document.subtitle,
        summary=_summary(document),
        page_number=document.issue.page,
        page_name=document.issue.page_name,
        searched=fold(
            "\n".join((document.kicker, document.headline, document.subtitle, *document.lead, *_credited(document)))
        ),
        search_key=search_tokens.key_of(edition.pk, search_tokens.HEAD),
    )


def columns_of(edition: Edition, document: FeatureDocument) -> dict[str, Any]:
    """Return the columns that all rows of a page have."""
    return {
        "edition": edition,
        "feature_id": edition.feature_id,
        "date": _date(document, edition),
        "page_order": document.issue.page or NO_PAGE_NUMBER,
        "published_from": edition.published_from,
    }


def _summary(document: FeatureDocument) -> str:
    """Return the beginning of the lead, else of the first statement."""
    texts = [*document.lead, *(richtext.plain_text(i.body) for topic in document.topics for i in topic.interviews)]
    text = texts[0] if texts else ""
    return text if len(text) <= SUMMARY_LENGTH else text[: SUMMARY_LENGTH - 1] + "…"


def _credited(document: FeatureDocument) -> list[str]:
    return [person.name for credit in document.credits for person in credit.contributors]


def _date(document: FeatureDocument, edition: Edition) -> date:
    if document.issue.date:
        return date.fromisoformat(document.issue.date)
    return timezone.localdate(edition.published_from)


def _id(part: Topic | Interview | Speaker | Contributor) -> int:
    """Return the id, which every part of an edition's document has."""
    if part.id is None:
        raise ValueError(f"No id: {part!r}")
    return part.id


def interviews_of(edition: Edition, document: FeatureDocument) -> list[PublishedInterview]:
    pairs = [(topic, interview) for topic in document.topics for interview in topic.interviews]
    page = columns_of(edition, document) | {
        "subject_ids": _joined(subject.id for subject in document.subjects),
    }
    everywhere = _contributors(document.credits)
    return [_interview(page, everywhere, *pair, position) for position, pair in enumerate(pairs)]


def _interview(
    page: dict[str, Any], everywhere: set[int], topic: Topic, interview: Interview, position: int
) -> PublishedInterview:
    speaker, text = interview.speaker, richtext.plain_text(interview.body)
    bylines = [person.name for credit in interview.credits for person in credit.contributors]
    head = fold("\n".join((topic.title, speaker.organisation + speaker.job_title + speaker.name, *bylines)))
    return PublishedInterview(
        **page,
        interview_id=_id(interview),
        topic_id=_id(topic),
        topic_title=topic.title,
        position=position,
        speaker_id=_id(speaker),
        speaker_name=speaker.name,
        organisation=speaker.organisation,
        job_title=speaker.job_title,
        text=text,
        search_key=search_tokens.key_of(page["edition"].pk, position),
        search_head=len(head),
        searched=f"{head}\n{fold(text)}",
        credited=_joined({*everywhere, *_contributors(interview.credits)}),
    )


def _contributors(credits: Iterable[Credit]) -> set[int]:
    return {_id(person) for credit in credits for person in credit.contributors}


def _joined(keys: Iterable[int | None]) -> str:
    return ",".join(str(key) for key in sorted(key for key in keys if key))


def credits_of(edition: Edition, document: FeatureDocument) -> list[PublishedCredit]:
    rows: list[PublishedCredit] = []
    page = columns_of(edition, document)

    def add(credits: tuple[Credit, ...], **place: Any) -> None:
        for credit in credits:
            for person in credit.contributors:
                rows.append(
                    PublishedCredit(
                        **page,
                        position=len(rows),
                        role=credit.role,
                        contributor_id=_id(person),
                        contributor_name=person.name,
                        **place,
                    )
                )

    for topic in document.topics:
        for interview in topic.interviews:
            add(
                interview.credits,
                interview_id=interview.id,
                topic_id=topic.id,
                topic_title=topic.title,
                speaker_name=interview.speaker.name,
            )
    add(document.credits)
    return rows


def photos_of(edition: Edition, document: FeatureDocument, existing: Container[int]) -> list[PublishedPhoto]:
    """Return rows for the photos that are in the library."""
    places: list[tuple[PhotoPlace, Picture | Portrait | None, int | None]] = [
        (PhotoPlace.COVER, document.cover, None),
        *((PhotoPlace.PORTRAIT, i.portrait, i.id) for topic in document.topics for i in topic.interviews),
        *((PhotoPlace.PLACED, photo, None) for photo in document.photos),
    ]
    rows: list[PublishedPhoto] = []
    page = columns_of(edition, document)
    for place, picture, interview in places:
        if picture is not None and picture.id is not None and picture.id in existing:
            row = PublishedPhoto(
                **page,
                position=len(rows),
                photo_id=picture.id,
                place=place,
                caption=picture.caption if isinstance(picture, Picture) else "",
                credit_line=picture.credit_line,
                alt_text=picture.alt_text,
                interview_id=interview,
            )
            rows.append(row)
    return rows
