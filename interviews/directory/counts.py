"""Count the rows of the public lists by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from interviews.models import CountedList, ListCount, ListedPhoto, PublishedCredit, PublishedFeature, PublishedTopic
from interviews.models.months import days_of

from .intervals import LONG_AGO, Interval, horizon, still_to_come
from .replacing import replace

# List and key.
Place = tuple[CountedList, int]
Editions = dict[int, Interval]


def recount(months: Iterable[str]) -> None:
    """Count these months ("2025-03") anew: seven queries a month, which read the month's pages, topics and credits."""
    for month in months:
        places: dict[Place, Counter[datetime]] = defaultdict(Counter)
        for place, interval, number in _contributions(month):
            _add(places[place], interval, number)
        rows = [
            ListCount(list=name, key=key, month=month, since=since, count=count)
            for (name, key), moments in sorted(places.items())
            for since, count in sorted(moments.items())
            if count
        ]
        replace(ListCount.objects.filter(list__in=CountedList, month=month), rows)


def _add(moments: Counter[datetime], interval: Interval, number: int) -> None:
    start, end = interval
    moments[start if start > horizon() else LONG_AGO] += number
    if end is not None:
        moments[end] -= number


def _contributions(month: str) -> Iterator[tuple[Place, Interval, int]]:
    start, end = days_of(month)
    within: dict[str, Any] = {"date__gte": start, "date__lt": end}
    pages = PublishedFeature.objects.filter(still_to_come(), **within).order_by()
    editions: Editions = {
        key: (begins, ends)
        for key, begins, ends in pages.values_list("pk", "edition__published_from", "edition__published_until")
    }
    topics = dict(_numbers(PublishedTopic.objects.filter(**within), "edition_id"))
    for key, interval in editions.items():
        yield (CountedList.FEATURES, 0), interval, 1
        yield (CountedList.TOPICS, 0), interval, topics.get(key, 0)
    for key, subject in _subjects(within):
        if key in editions:
            yield (CountedList.FEATURES, subject), editions[key], 1
            yield (CountedList.TOPICS, subject), editions[key], topics.get(key, 0)
    for key, contributor, number in _numbers(PublishedCredit.objects.filter(**within), "edition_id", "contributor_id"):
        if key in editions:
            yield (CountedList.CREDITS, contributor), editions[key], number
    shown = ListedPhoto.objects.filter(**within).order_by().values_list("listed_from", "listed_until")
    for begins, ends in shown:
        yield (CountedList.PHOTOS, 0), (begins, ends), 1


def _numbers(rows: QuerySet[Any], *columns: str) -> QuerySet[Any, Any]:
    counted: QuerySet[Any, Any] = rows.order_by().values_list(*columns).annotate(Count("position"))
    return counted


def _subjects(within: dict[str, Any]) -> QuerySet[Any, tuple[int, int]]:
    through = PublishedFeature.subjects.through.objects
    rows = through.filter(**{f"publishedfeature__{name}": value for name, value in within.items()})
    return rows.values_list("publishedfeature_id", "subject_id")
