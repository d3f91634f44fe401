"""Write documents to working rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast

from django.contrib.auth.models import User
from django.db import transaction

from interviews import document as d
from interviews.models import Credit, Feature, Interview, Photo, Placement, Subject, Topic

from .person_records import People, people_of
from .row_columns import INTERVIEW_COLUMNS, credited, feature_columns, interview_columns, placement_columns

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

Row = TypeVar("Row", Topic, Interview)


class _WithPeople(TypedDict):
    people: People


# A feature with `.people`: which records its draft found, and which it created.
if TYPE_CHECKING:
    DraftedFeature = WithAnnotations[Feature, _WithPeople]
else:
    DraftedFeature = Feature


def draft(
    *,
    document: d.FeatureDocument,
    actor: User | None,
    source_text: str = "",
    source_labels: Mapping[int, str] | None = None,
) -> DraftedFeature:
    """Write a document as a new feature owned by `actor`.

    Finds or creates people as `people_of` does and reports them as the feature's `.people`. Assigns new topic and
    interview ids: those in the document belong to another feature.
    """
    with transaction.atomic():
        text = source_text.replace("\x00", "")
        created = Feature.objects.create(
            owner=actor,
            source_text=text,
            source_digest=d.digest_of(text) if text else "",
            source_labels={str(line): str(label) for line, label in (source_labels or {}).items()},
        )
        feature = cast(DraftedFeature, created)
        feature.people = rewrite(feature=feature, document=document)
    return feature


def rewrite(*, feature: Feature, document: d.FeatureDocument) -> People:
    """Overwrite the feature's rows with the document.

    Matches topics and interviews by id to update, move or delete them. Those from an earlier revision get their old id
    back, so that their URLs work again. Call in a transaction. The number of queries is independent of the size.
    """
    people = people_of(document)
    pictures = _pictures(document)
    _write_head(feature, document, pictures)
    _write_subjects(feature, document.subjects)
    topics, interviews = _match(feature, document)
    _write_interviews(feature, document, topics, interviews, people, pictures)
    _write_credits(feature, document, interviews, people)
    feature.placements.all().delete()
    Placement.objects.bulk_create(
        Placement(feature=feature, position=position, **placement_columns(photo, pictures))
        for position, photo in enumerate(document.photos)
    )
    return people


def _pictures(document: d.FeatureDocument) -> set[int]:
    """Return the ids of the document's photos that exist, locked so that none is deleted before the write.

    No query for a page without pictures.
    """
    keys = {picture.id for picture in document.pictures if picture.id}
    if not keys:
        return set()
    locked = Photo.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return set(locked.values_list("pk", flat=True))


def _write_head(feature: Feature, document: d.FeatureDocument, pictures: set[int]) -> None:
    columns = feature_columns(document, pictures)
    for name, value in columns.items():
        setattr(feature, name, value)
    feature.save(update_fields=[*columns, "updated_at"])


def _write_subjects(feature: Feature, subjects: Iterable[d.Subject]) -> None:
    """Store subjects in the document's order, which is that of the join table's primary keys."""
    names = list(dict.fromkeys(subject.name for subject in subjects))
    # Sorted, so that concurrent saves of the same new subjects can't deadlock.
    keys = {name: Subject.objects.get_or_create(name=name)[0].pk for name in sorted(names)}
    wanted = [keys[name] for name in names]
    through = Feature.subjects.through
    current = through.objects.filter(feature=feature).order_by("pk")
    if list(current.values_list("subject_id", flat=True)) != wanted:
        current.delete()
        through.objects.bulk_create(through(feature=feature, subject_id=key) for key in wanted)


def _match(feature: Feature, document: d.FeatureDocument) -> tuple[list[Topic], list[Interview]]:
    """Return a row for each topic and interview of the document, in order. New ones are unsaved."""
    wanted_topics = [topic.id for topic in document.topics]
    wanted_interviews = [interview.id for topic in document.topics for interview in topic.interviews]
    topics = {row.pk: row for row in feature.topics.all()}
    interviews = {row.pk: row for row in Interview.objects.filter(topic__feature=feature)}
    former: tuple[set[int], set[int]] = (set(), set())
    if any(key and key not in topics for key in wanted_topics) or any(
        key and key not in interviews for key in wanted_interviews
    ):
        former = _former_ids(feature)
    return (
        _rows(Topic, wanted_topics, topics, former[0]),
        _rows(Interview, wanted_interviews, interviews, former[1]),
    )


def _rows(table: type[Row], wanted: Sequence[int | None], existing: Mapping[int, Row], former: set[int]) -> list[Row]:
    rows: list[Row] = []
    seen: set[int] = set()
    for key in wanted:
        if key is None or key in seen or not (key in existing or key in former):
            rows.append(table())
        else:
            rows.append(existing[key] if key in existing else table(pk=key))
            seen.add(key)
    return rows


def _former_ids(feature: Feature) -> tuple[set[int], set[int]]:
    """Return the ids of topics and interviews in the feature's revisions, which no other feature can have."""
    topics: set[int | None] = set()
    interviews: set[int | None] = set()
    for text in feature.revisions.values_list("document", flat=True).iterator(chunk_size=50):
        for topic in json.loads(text)["topics"]:
            topics.add(topic["id"])
            interviews.update(interview["id"] for interview in topic["interviews"])
    return {key for key in topics if key}, {key for key in interviews if key}


def _write_interviews(
    feature: Feature,
    document: d.FeatureDocument,
    topics: list[Topic],
    interviews: list[Interview],
    people: People,
    pictures: set[int],
) -> None:
    for position, (row, topic) in enumerate(zip(topics, document.topics, strict=True)):
        row.feature, row.position, row.title = feature, position, topic.title
    _store(topics, ["position", "title"])
    places = (
        (topic_row, position, interview)
        for topic_row, topic in zip(topics, document.topics, strict=True)
        for position, interview in enumerate(topic.interviews)
    )
    for interview_row, (topic_row, position, interview) in zip(interviews, places, strict=True):
        interview_row.topic, interview_row.position = topic_row, position
        interview_row.speaker = people.speakers.get(interview.speaker)
        for name, value in interview_columns(interview, pictures).items():
            setattr(interview_row, name, value)
    _store(interviews, ["topic", "position", "speaker", *INTERVIEW_COLUMNS])
    # Interviews first, or deleting a topic would cascade to those moved out of it.
    Interview.objects.filter(topic__feature=feature).exclude(pk__in=[row.pk for row in interviews]).delete()
    feature.topics.exclude(pk__in=[row.pk for row in topics]).delete()


def _store(rows: Sequence[Any], columns: Sequence[str]) -> None:
    if not rows:
        return
    table = type(rows[0])
    table.objects.bulk_update([row for row in rows if not row._state.adding], columns)
    table.objects.bulk_create([row for row in rows if row._state.adding])


def _write_credits(feature: Feature, document: d.FeatureDocument, interviews: list[Interview], people: People) -> None:
    feature.credits.all().delete()
    values = [interview for topic in document.topics for interview in topic.interviews]
    groups = [(None, document.credits), *zip(interviews, [value.credits for value in values], strict=True)]
    Credit.objects.bulk_create(
        Credit(
            feature=feature,
            interview=row,
            position=position,
            role=people.roles[role],
            contributor=people.contributors[person],
            contributor_name=person.name,
        )
        for row, credits in groups
        for position, (role, person) in enumerate(credited(credits))
    )
