from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import JSONObject

from interviews import document as d
from interviews.models import Credit, Feature, Interview, Placement, Topic

from .columns import (
    INTERVIEW_COLUMNS,
    PLACEMENT_COLUMNS,
    credited,
    feature_columns,
    interview_columns,
    placement_columns,
)

# The rows of a page by table, and by the row that they belong to.
Rows = dict[tuple[str, int | None], list[dict[str, Any]]]


def matches(feature: Feature, document: d.FeatureDocument) -> bool:
    """Whether the rows still say what a frozen document says, in one query. `feature` is just read, under its lock.

    True is proof. False may mean that only the ids of merged people differ: freeze, then, to know.
    """
    head = feature_columns(document, _pictures(document))
    return all(getattr(feature, name) == value for name, value in head.items()) and (
        _stored(feature) == _expected(feature, document)
    )


def _pictures(document: d.FeatureDocument) -> set[int]:
    return {picture.id for picture in document.pictures}


def _stored(feature: Feature) -> Rows:
    subjects = Feature.subjects.through.objects.filter(feature=feature)
    tables = (
        _select("subject", subjects, "feature_id", "pk", ("subject_id", "subject__name")),
        _select("topic", Topic.objects.filter(feature=feature), "feature_id", "position", ("pk", "title")),
        _select(
            "interview",
            Interview.objects.filter(topic__feature=feature),
            "topic_id",
            "position",
            ("pk", "speaker_id", *INTERVIEW_COLUMNS),
        ),
        _select(
            "credit",
            Credit.objects.filter(feature=feature),
            "interview_id",
            "position",
            ("role__name", "contributor_id", "contributor_name"),
        ),
        _select(
            "placement",
            Placement.objects.filter(feature=feature),
            "feature_id",
            "position",
            PLACEMENT_COLUMNS,
        ),
    )
    first, *others = tables
    rows: Rows = defaultdict(list)
    for table, owner, _, _, columns in sorted(first.union(*others, all=True), key=lambda row: row[2:4]):
        rows[table, owner].append(columns)
    return rows


def _select(table: str, rows: QuerySet, owner: str, position: str, columns: tuple[str, ...]) -> QuerySet:
    """Rows of any table in one shape: what they are, whose, in which order, and what they say."""
    said = JSONObject(**{name: F(name) for name in columns})
    return rows.order_by().values_list(Value(table), owner, position, "pk", said)


def _expected(feature: Feature, document: d.FeatureDocument) -> Rows:
    pictures = _pictures(document)
    rows: Rows = {
        ("subject", feature.pk): [{"subject_id": each.id, "subject__name": each.name} for each in document.subjects],
        ("topic", feature.pk): [{"pk": topic.id, "title": topic.title} for topic in document.topics],
        ("credit", None): _credit_rows(document.credits),
        ("placement", feature.pk): [placement_columns(photo, pictures) for photo in document.photos],
    }
    for topic in document.topics:
        rows["interview", topic.id] = [
            {"pk": each.id, "speaker_id": each.speaker.id, **interview_columns(each, pictures)}
            for each in topic.interviews
        ]
        rows |= {("credit", each.id): _credit_rows(each.credits) for each in topic.interviews}
    return {key: said for key, said in rows.items() if said}


def _credit_rows(credits: tuple[d.Credit, ...]) -> list[dict[str, Any]]:
    return [
        {"role__name": role, "contributor_id": person.id, "contributor_name": person.name}
        for role, person in credited(credits)
    ]
