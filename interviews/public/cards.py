"""Rows as lists show them, with what belongs to them, remembered from one list to the next."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.http import HttpRequest

from interviews.models import CountedList, ListCount, PublishedFeature, PublishedTopic, Subject

from .memory import remembered, remembered_rows

_TAGS = ("lists", "subjects")
# The key of a topic of an edition.
TopicKey = tuple[int, int]


def feature_cards(request: HttpRequest, editions: Collection[int]) -> list[PublishedFeature]:
    """The pages of these editions, in this order, with subjects and topics. Three queries for those not remembered."""

    def load(keys: list[int]) -> dict[int, PublishedFeature]:
        return {row.pk: row for row in PublishedFeature.objects.filter(pk__in=keys).for_cards()}

    return remembered_rows(request, "feature cards", editions, load, _TAGS)


def topic_cards(request: HttpRequest, topics: Collection[TopicKey]) -> list[PublishedTopic]:
    """These topics, in this order, with page, subjects and excerpts. Three queries for those not remembered."""

    def load(keys: list[TopicKey]) -> dict[TopicKey, PublishedTopic]:
        rows = PublishedTopic.objects.filter(edition__in={edition for edition, _ in keys}).for_cards()
        return {row.pk: row for row in rows if row.pk in keys}

    return remembered_rows(request, "topic cards", topics, load, _TAGS)


def months_of(request: HttpRequest, name: CountedList, key: int = 0) -> list[tuple[str, int]]:
    """A list's months with their numbers of rows, newest first. One query if they are not remembered."""
    counts: Callable[[], list[tuple[str, int]]] = lambda: list(ListCount.objects.months(name, key))  # noqa: E731
    return remembered(request, "months", counts, ["lists"], (name, key))


def listed_subjects(request: HttpRequest) -> list[Subject]:
    """The subjects that have published pages. One query, which reads a row for each subject and month."""
    subjects = Subject.objects.filter(pk__in=ListCount.objects.keys_of(CountedList.FEATURES))
    return remembered(request, "listed subjects", lambda: list(subjects), _TAGS)
