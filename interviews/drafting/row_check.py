"""Check in one query whether a feature's rows equal a document."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import JSONObject

from interviews import document as d
from interviews.models import Credit, Feature, Interview, Placement, Topic

from .row_columns import (
    INTERVIEW_COLUMNS,
    PLACEMENT_COLUMNS,
    credited,
    feature_columns,
    interview_columns,
    placement_columns,
)

# Columns of a page's rows in order, by table and parent id.
Rows = dict[tuple[str, int | None], list[dict[str, Any]]]


def matches(feature: Feature, document: d.FeatureDocument) -> bool:
    """Return whether the rows equal a frozen document: one query. `feature` must be fresh and locked.

    False may only mean that the ids of merged people differ: freeze to make sure.
    """
    head = feature_columns(document, _pictures(document))
    return all(getattr(feature, name) == value for name, value in head.items()) and (
        _stored(feature) == _expected(feature, document)
    )


def _pictures(document: d.FeatureDocument) -> set[int]:
    return {picture.id for picture in document.pictures if picture.id}


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
    for table, parent, _, _, columns in sorted(first.union(*others, all=True), key=lambda row: row[2:4]):
        rows[table, parent].append(columns)
    return rows


def _select(
    table: str, rows: QuerySet[Any], parent: str, position: str, columns: tuple[str, ...]
) -> QuerySet[Any, tuple[Any, ...]]:
    """Select table name, parent id, position, primary key and the columns as JSON: one shape for a UNION."""
    values = JSONObject(**{name: F(name) for name in columns})
    return rows.order_by().values_list(Value(table), parent, position, "pk", values)


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
    return {key: values for key, values in rows.items() if values}


def _credit_rows(credits: tuple[d.Credit, ...]) -> list[dict[str, Any]]:
    return [
        {"role__name": role, "contributor_id": person.id, "contributor_name": person.name}
        for role, person in credited(credits)
    ]
