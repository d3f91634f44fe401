"""Projection of editions to the published rows, from which public lists and search read. Rebuildable at any time."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from interviews.drafting.aliases import Aliases, aliases, resolved
from interviews.text.folding import fold

from .document import Contributor, Credit, FeatureDocument, Interview, Portrait, Speaker, Topic
from .document import Photo as Picture
from .models import (
    Edition,
    LedgerHead,
    Photo,
    PhotoPlace,
    PublishedCredit,
    PublishedFeature,
    PublishedInterview,
    PublishedPhoto,
    PublishedTopic,
    search_tokens,
)
from .models.bulk import insert
from .text import richtext

SUMMARY_LENGTH = 120
# Editions rebuilt in one transaction.
EDITIONS = 100


def rebuild_published(progress: Callable[[int], None] = lambda edition: None, after: int = 0) -> int:
    """Write the rows that differ from what the editions after this one say. Returns the number of editions read.

    Each batch is a transaction of its own, and rows that are right are not touched: readers and verbs are not held up.
    After an interruption, go on after the last edition that `progress` was told of. Nine queries a batch.
    """
    count = 0
    while keys := list(Edition.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:EDITIONS]):
        with transaction.atomic():
            # Verbs and merges hold this lock while they write published rows.
            LedgerHead.objects.select_for_update().filter(pk=1).first()
            _rebuild(keys)
        after, count = keys[-1], count + len(keys)
        progress(after)
    return count


def _rebuild(keys: list[int]) -> None:
    editions = list(Edition.objects.for_reading().filter(pk__in=keys).order_by("pk"))
    known, rows = aliases(), PublishedRows()
    documents = [resolved(edition.revision.read(), known) for edition in editions]
    wanted = {picture.id for document in documents for picture in document.pictures if picture.id}
    photos = set(Photo.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    for edition, document in zip(editions, documents, strict=True):
        rows.add(edition, document, photos)
    search_tokens.renew((row.search_key, row.searched) for row in rows.interviews)
    rows.replace(keys)


def write_published(edition: Edition, known: Aliases | None = None) -> None:
    """Write the rows of an edition, with merged people resolved. Call in the transaction that creates it."""
    document = resolved(edition.revision.read(), known)
    rows = PublishedRows()
    rows.add(edition, document, _existing(document))
    rows.save()


@dataclass
class PublishedRows:
    """The rows of some editions, to be saved together: seven queries a few hundred rows, whatever the editions."""

    pages: list[PublishedFeature] = field(default_factory=list)
    subjects: list[Any] = field(default_factory=list)
    topics: list[PublishedTopic] = field(default_factory=list)
    interviews: list[PublishedInterview] = field(default_factory=list)
    credits: list[PublishedCredit] = field(default_factory=list)
    photos: list[PublishedPhoto] = field(default_factory=list)

    def add(self, edition: Edition, document: FeatureDocument, photos: Container[int]) -> None:
        """Add an edition's rows. `photos` are the ids of photos that are in the library."""
        subjects = PublishedFeature.subjects.through
        self.pages.append(_page(edition, document))
        self.subjects += [subjects(publishedfeature_id=edition.pk, subject_id=each.id) for each in document.subjects]
        self.topics += [
            PublishedTopic(edition=edition, topic_id=_id(topic), position=position, title=topic.title)
            for position, topic in enumerate(document.topics)
        ]
        self.interviews += _interviews(edition, document)
        self.credits += _credits(edition, document)
        self.photos += _photos(edition, document, photos)

    @property
    def tables(self) -> list[tuple[type[models.Model], list[Any]]]:
        """The rows by table, pages first."""
        return [
            (PublishedFeature, self.pages),
            (PublishedFeature.subjects.through, self.subjects),
            (PublishedTopic, self.topics),
            (PublishedInterview, self.interviews),
            (PublishedCredit, self.credits),
            (PublishedPhoto, self.photos),
        ]

    def replace(self, editions: list[int]) -> None:
        """Replace the stored rows of these editions that differ from these."""
        for table, rows in self.tables:
            edition, columns = _columns(table)
            stored = table._default_manager.filter(**{f"{edition}__in": editions})
            is_right = set(stored.values_list(*columns))
            wanted = {tuple(getattr(row, name) for name in columns): row for row in rows}
            wrong = {values[0] for values in is_right.symmetric_difference(wanted)}
            if wrong:
                stored.filter(**{f"{edition}__in": wrong}).delete()
                insert([row for values, row in wanted.items() if values[0] in wrong])

    def save(self) -> None:
        for _, rows in self.tables:
            insert(rows)
        search_tokens.write((row.search_key, row.searched) for row in self.interviews)


def _columns(table: type[models.Model]) -> tuple[str, list[str]]:
    """Return the column that refers to the edition, and all columns that say something, that one first."""
    names = [field.attname for field in table._meta.concrete_fields if not isinstance(field, models.AutoField)]
    edition = next(name for name in names if name in ("edition_id", "publishedfeature_id"))
    return edition, [edition, *(name for name in names if name != edition)]


def _existing(document: FeatureDocument) -> set[int]:
    """Return the page's photos that are in the library: one query, none for a page without pictures."""
    keys = [picture.id for picture in document.pictures if picture.id]
    return set(Photo.objects.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


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


def _page(edition: Edition, document: FeatureDocument) -> PublishedFeature:
    return PublishedFeature(
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


def _photos(edition: Edition, document: FeatureDocument, existing: Container[int]) -> list[PublishedPhoto]:
    """Return rows for the photos that are in the library."""
    places: list[tuple[PhotoPlace, Picture | Portrait | None, int | None]] = [
        (PhotoPlace.COVER, document.cover, None),
        *((PhotoPlace.PORTRAIT, i.portrait, i.id) for topic in document.topics for i in topic.interviews),
        *((PhotoPlace.PLACED, photo, None) for photo in document.photos),
    ]
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
