"""Makes the rows that public lists are read from. They follow from the editions and can be made again at any time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date as Date

from django.db import transaction
from django.utils import timezone

from interviews.drafting.aliases import Aliases, aliases, resolved
from interviews.text.folding import fold

from .document import Credit, FeatureDocument, Interview, Topic
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
    """Make all rows anew from the editions. Returns how many editions there are."""
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
    """The rows of one edition, people as they are known today. Inside the transaction that makes it."""
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
            "\n".join((document.kicker, document.headline, document.subtitle, *document.lead, *_named(document)))
        ),
    )
    subjects = PublishedFeature.subjects.through
    subjects.objects.bulk_create(
        subjects(publishedfeature=page, subject_id=subject.id) for subject in document.subjects
    )
    PublishedTopic.objects.bulk_create(
        PublishedTopic(edition=edition, topic_id=topic.id, position=position, title=topic.title)
        for position, topic in enumerate(document.topics)
    )
    interviews = _interviews(edition, document)
    PublishedInterview.objects.bulk_create(interviews)
    search_tokens.write((row.search_key, row.searched) for row in interviews)
    PublishedCredit.objects.bulk_create(_credits(edition, document))
    PublishedPhoto.objects.bulk_create(_photos(edition, document))


def point_at_people(editions: Iterable[int]) -> None:
    """After a merge or its undoing: the rows of these editions name the people that a rebuild would name."""
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
    """The lead's beginning, or the first statement's."""
    texts = [*document.lead, *(richtext.plain_text(i.body) for topic in document.topics for i in topic.interviews)]
    text = texts[0] if texts else ""
    return text if len(text) <= SUMMARY_LENGTH else text[: SUMMARY_LENGTH - 1] + "…"


def _named(document: FeatureDocument) -> list[str]:
    """Those who made the page, by whom it is found."""
    return [person.name for credit in document.credits for person in credit.contributors]


def _date(document: FeatureDocument, edition: Edition) -> Date:
    if document.issue.date:
        return Date.fromisoformat(document.issue.date)
    return timezone.localdate(edition.published_from)


def _interviews(edition: Edition, document: FeatureDocument) -> list[PublishedInterview]:
    pairs = [(topic, interview) for topic in document.topics for interview in topic.interviews]
    return [_interview(edition, *pair, position) for position, pair in enumerate(pairs)]


def _interview(edition: Edition, topic: Topic, interview: Interview, position: int) -> PublishedInterview:
    speaker, text = interview.speaker, richtext.plain_text(interview.body)
    bylines = [person.name for credit in interview.credits for person in credit.contributors]
    head = fold("\n".join((topic.title, speaker.organisation + speaker.job_title + speaker.name, *bylines)))
    return PublishedInterview(
        edition=edition,
        interview_id=interview.id,
        topic_id=topic.id,
        topic_title=topic.title,
        position=position,
        speaker_id=speaker.id,
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

    def add(credits: tuple[Credit, ...], **where: object) -> None:
        for credit in credits:
            for person in credit.contributors:
                rows.append(
                    PublishedCredit(
                        edition=edition,
                        position=len(rows),
                        role=credit.role,
                        contributor_id=person.id,
                        contributor_name=person.name,
                        **where,
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
    """Those of the library; one query where the page names any."""
    named = [(PhotoPlace.COVER, document.cover, None)]
    named += [(PhotoPlace.PORTRAIT, i.portrait, i.id) for topic in document.topics for i in topic.interviews]
    named += [(PhotoPlace.PLACED, photo, None) for photo in document.photos]
    keys = [picture.id for picture in document.pictures]
    present = set(Photo.objects.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    kept = [each for each in named if each[1] is not None and each[1].id in present]
    return [
        PublishedPhoto(
            edition=edition,
            position=position,
            photo_id=picture.id,
            place=place,
            caption=getattr(picture, "caption", ""),
            credit_line=picture.credit_line,
            alt_text=picture.alt_text,
            interview_id=interview,
        )
        for position, (place, picture, interview) in enumerate(kept)
    ]
