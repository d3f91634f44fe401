"""Count the rows of the public lists by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from interviews.models import CountedList, ListCount, ListedPhoto, PublishedCredit, PublishedFeature
from interviews.models.months import days_of

from .intervals import LONG_AGO, Interval, horizon, still_to_come
from .replacing import replace

# List and key.
Place = tuple[CountedList, int]


def recount(months: Iterable[str]) -> None:
    """Count these months ("2025-03") anew: five queries a month, which read the month's pages, topics and credits."""
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
    pages = pages.annotate(topics=Count("edition__topics__position", distinct=True))
    columns = ("pk", "subjects", "edition__published_from", "edition__published_until", "topics")
    editions: dict[int, Interval] = {}
    for key, subject, begins, ends, topics in pages.values_list(*columns):  # a row for each subject
        places = [subject] if subject else []
        if key not in editions:
            editions[key] = begins, ends
            places.append(0)
        for place in places:
            yield (CountedList.FEATURES, place), editions[key], 1
            yield (CountedList.TOPICS, place), editions[key], topics
    for key, contributor, number in _numbers(PublishedCredit.objects.filter(**within), "edition_id", "contributor_id"):
        if key in editions:
            yield (CountedList.CREDITS, contributor), editions[key], number
    shown = ListedPhoto.objects.filter(**within).order_by().values_list("listed_from", "listed_until")
    for begins, ends in shown:
        yield (CountedList.PHOTOS, 0), (begins, ends), 1


def _numbers(rows: QuerySet[Any], *columns: str) -> QuerySet[Any, Any]:
    counted: QuerySet[Any, Any] = rows.order_by().values_list(*columns).annotate(Count("position"))
    return counted
