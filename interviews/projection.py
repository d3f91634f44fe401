"""Projection of editions to the published rows, from which public lists and search read. Rebuildable at any time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from interviews.drafting.aliases import Aliases, aliases, resolved
from interviews.text.folding import fold

from .document import Contributor, Credit, FeatureDocument, Interview, Portrait, Speaker, Topic
from .document import Photo as Picture
from .models import (
    Edition,
    Photo,
    PhotoPlace,
    PublishedCredit,
    PublishedFeature,
    PublishedInterview,
    PublishedPhoto,
    PublishedTopic,
    search_tokens,
)
from .text import richtext

SUMMARY_LENGTH = 120


def rebuild_published() -> int:
    """Rebuild all rows from the editions. Returns the number of editions."""
    with transaction.atomic():
        PublishedFeature.objects.all().delete()
        for rows in (PublishedPhoto, PublishedCredit, PublishedInterview, PublishedTopic):
            rows.objects.all().delete()
        search_tokens.empty()
        editions = Edition.objects.for_reading().order_by("pk")
        known = aliases()
        for edition in editions.iterator(chunk_size=100):
            write_published(edition, known)
        return editions.count()


def write_published(edition: Edition, known: Aliases | None = None) -> None:
    """Write the rows of an edition, with merged people resolved. Call in the transaction that creates it."""
    document = resolved(edition.revision.read(), known)
    page = PublishedFeature.objects.create(
        edition=edition,
        feature_id=edition.feature_id,
        headline=document.headline,
        subtitle=document.subtitle,
        summary=_summary(document),
        date=_date(document, edition),
        page_number=document.issue.page,
        page_name=document.issue.page_name,
        searched=fold(
            "\n".join((document.kicker, document.headline, document.subtitle, *document.lead, *_credited(document)))
        ),
    )
    subjects = PublishedFeature.subjects.through
    subjects.objects.bulk_create(
        subjects(publishedfeature=page, subject_id=subject.id) for subject in document.subjects
    )
    PublishedTopic.objects.bulk_create(
        PublishedTopic(edition=edition, topic_id=_id(topic), position=position, title=topic.title)
        for position, topic in enumerate(document.topics)
    )
    interviews = _interviews(edition, document)
    PublishedInterview.objects.bulk_create(interviews)
    search_tokens.write((row.search_key, row.searched) for row in interviews)
    PublishedCredit.objects.bulk_create(_credits(edition, document))
    PublishedPhoto.objects.bulk_create(_photos(edition, document))


def point_at_people(editions: Iterable[int]) -> None:
    """Update the people of these editions' rows after a merge or its undoing, as a rebuild would."""
    known = aliases()
    for edition in Edition.objects.for_reading().filter(pk__in=editions).order_by("pk"):
        document = resolved(edition.revision.read(), known)
        speakers = {row.interview_id: row.speaker_id for row in _interviews(edition, document)}
        for key, speaker in edition.interviews.values_list("interview_id", "speaker"):
            if speakers[key] != speaker:
                edition.interviews.filter(interview_id=key).update(speaker=speakers[key])
        contributors = {row.position: row.contributor_id for row in _credits(edition, document)}
        for position, contributor in edition.credits.values_list("position", "contributor"):
            if contributors[position] != contributor:
                edition.credits.filter(position=position).update(contributor=contributors[position])


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


def _interviews(edition: Edition, document: FeatureDocument) -> list[PublishedInterview]:
    pairs = [(topic, interview) for topic in document.topics for interview in topic.interviews]
    return [_interview(edition, *pair, position) for position, pair in enumerate(pairs)]


def _interview(edition: Edition, topic: Topic, interview: Interview, position: int) -> PublishedInterview:
    speaker, text = interview.speaker, richtext.plain_text(interview.body)
    bylines = [person.name for credit in interview.credits for person in credit.contributors]
    head = fold("\n".join((topic.title, speaker.organisation + speaker.job_title + speaker.name, *bylines)))
    return PublishedInterview(
        edition=edition,
        interview_id=_id(interview),
        topic_id=_id(topic),
        topic_title=topic.title,
        position=position,
        speaker_id=_id(speaker),
        speaker_name=speaker.name,
        organisation=speaker.organisation,
        job_title=speaker.job_title,
        text=text,
        search_key=search_tokens.key_of(edition.pk, position),
        search_head=len(head),
        searched=f"{head}\n{fold(text)}",
    )


def _credits(edition: Edition, document: FeatureDocument) -> list[PublishedCredit]:
    rows: list[PublishedCredit] = []

    def add(credits: tuple[Credit, ...], **place: Any) -> None:
        for credit in credits:
            for person in credit.contributors:
                rows.append(
                    PublishedCredit(
                        edition=edition,
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


def _photos(edition: Edition, document: FeatureDocument) -> list[PublishedPhoto]:
    """Rows for the photos that are in the library: one query, none for a page without pictures."""
    places: list[tuple[PhotoPlace, Picture | Portrait | None, int | None]] = [
        (PhotoPlace.COVER, document.cover, None),
        *((PhotoPlace.PORTRAIT, i.portrait, i.id) for topic in document.topics for i in topic.interviews),
        *((PhotoPlace.PLACED, photo, None) for photo in document.photos),
    ]
    keys = [picture.id for picture in document.pictures if picture.id]
    existing = set(Photo.objects.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    rows: list[PublishedPhoto] = []
    for place, picture, interview in places:
        if picture is not None and picture.id is not None and picture.id in existing:
            row = PublishedPhoto(
                edition=edition,
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
