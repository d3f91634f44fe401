from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model

from interviews import document as d
from interviews.models import Credit, Feature, Interview, Photo, Placement, Subject, Topic

from .columns import INTERVIEW_COLUMNS, credited, feature_columns, interview_columns, placement_columns
from .person_records import People, people_of


def draft(
    *,
    document: d.FeatureDocument,
    actor: User | None,
    source_text: str = "",
    source_labels: Mapping[int, str] | None = None,
) -> Feature:
    """Write a document as a new feature owned by `actor`.

    People are found as `people_of` says; missing ones are made. The feature's `.people` says which were matched and
    which were made. The document's own topic and interview ids are another feature's, so new ones are given.
    """
    with transaction.atomic():
        text = source_text.replace("\x00", "")
        feature = Feature.objects.create(
            owner=actor,
            source_text=text,
            source_digest=d.digest_of(text) if text else "",
            source_labels={str(line): str(label) for line, label in (source_labels or {}).items()},
        )
        feature.people = rewrite(feature=feature, document=document)
    return feature


def rewrite(*, feature: Feature, document: d.FeatureDocument) -> People:
    """Make the feature's rows say what the document says.

    Topics and interviews are known by their ids: they are changed in place, moved, or deleted. One that the feature
    had in an earlier revision comes back under its old id, so that its address is the same again. Inside the
    transaction of whoever asked; the number of queries does not grow with the page.
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
    """Of the pictures that the document names, those that there are. Held until the transaction ends: none is deleted
    between the look and the write. No query for a page without pictures."""
    keys = {picture.id for picture in document.pictures}
    if not keys:
        return set()
    held = Photo.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return set(held.values_list("pk", flat=True))


def _write_head(feature: Feature, document: d.FeatureDocument, pictures: set[int]) -> None:
    columns = feature_columns(document, pictures)
    for name, value in columns.items():
        setattr(feature, name, value)
    feature.save(update_fields=[*columns, "updated_at"])


def _write_subjects(feature: Feature, subjects: Iterable[d.Subject]) -> None:
    """In the order of the document: the rows between are read back by their keys."""
    names = list(dict.fromkeys(subject.name for subject in subjects))
    # Made in one order everywhere: two saves that bring the same new ones must not wait for each other.
    keys = {name: Subject.objects.get_or_create(name=name)[0].pk for name in sorted(names)}
    wanted = [keys[name] for name in names]
    through = Feature.subjects.through
    held = through.objects.filter(feature=feature).order_by("pk")
    if list(held.values_list("subject_id", flat=True)) != wanted:
        held.delete()
        through.objects.bulk_create(through(feature=feature, subject_id=key) for key in wanted)


def _match(feature: Feature, document: d.FeatureDocument) -> tuple[list[Topic], list[Interview]]:
    """The row of each topic and each interview of the document, in its order. New ones are not stored yet."""
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


def _rows(table: type[Model], wanted: list[int | None], held: dict, former: set[int]) -> list:
    rows, taken = [], set()
    for key in wanted:
        known = key is not None and key not in taken and (key in held or key in former)
        rows.append(held[key] if known and key in held else table(pk=key if known else None))
        taken.add(key)
    return rows


def _former_ids(feature: Feature) -> tuple[set[int], set[int]]:
    """Ids of topics and interviews in the feature's revisions: nobody else can have been given them."""
    topics, interviews = set(), set()
    for text in feature.revisions.values_list("document", flat=True).iterator(chunk_size=50):
        for topic in json.loads(text)["topics"]:
            topics.add(topic["id"])
            interviews.update(interview["id"] for interview in topic["interviews"])
    return topics - {None}, interviews - {None}


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
    for row, (topic_row, position, interview) in zip(interviews, places, strict=True):
        row.topic, row.position, row.speaker = topic_row, position, people.speakers.get(interview.speaker)
        for name, value in interview_columns(interview, pictures).items():
            setattr(row, name, value)
    _store(interviews, ["topic", "position", "speaker", *INTERVIEW_COLUMNS])
    # Interviews first: one that was dragged out of a deleted topic would go with it.
    Interview.objects.filter(topic__feature=feature).exclude(pk__in=[row.pk for row in interviews]).delete()
    feature.topics.exclude(pk__in=[row.pk for row in topics]).delete()


def _store(rows: list, columns: list[str]) -> None:
    if not rows:
        return
    table = type(rows[0])
    new = [row for row in rows if row._state.adding]
    table.objects.bulk_update([row for row in rows if not row._state.adding], columns)
    table.objects.bulk_create(new)


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
