"""Count the rows of the public lists by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Value

from interviews.models import CountedList, ListCount, ListedPhoto, PublishedCredit, PublishedFeature
from interviews.models.months import days_of

from .intervals import LONG_AGO, Interval, horizon, still_to_come
from .syncing import sync

# List and key.
Place = tuple[CountedList, int]


def recount(months: Iterable[str]) -> None:
    """Recount these months ("2025-03"): four queries a month, which read the month's pages, topics and credits."""
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
        sync(ListCount.objects.filter(list__in=CountedList, month=month), rows)


def _add(moments: Counter[datetime], interval: Interval, number: int) -> None:
    start, end = interval
    moments[start if start > horizon() else LONG_AGO] += number
    if end is not None:
        moments[end] -= number


def _contributions(month: str) -> Iterator[tuple[Place, Interval, int]]:
    counted: set[int] = set()
    for kind, edition, key, begins, ends, number in _rows(month):
        interval = begins, ends
        if kind == "page":  # a row for each subject, and one if there is none
            for place in {key or 0} if edition in counted else {key or 0, 0}:
                yield (CountedList.FEATURES, place), interval, 1
                yield (CountedList.TOPICS, place), interval, number
            counted.add(edition)
        else:
            yield (CountedList(kind), key), interval, number


def _rows(month: str) -> QuerySet[Any, Any]:
    """The month's pages, credits and photos: kind, edition, key, begin, end, number of rows. One query."""
    start, end = days_of(month)
    within: dict[str, Any] = {"date__gte": start, "date__lt": end}
    interval = "edition__published_from", "edition__published_until"
    pages = PublishedFeature.objects.filter(still_to_come(), **within)
    credits = PublishedCredit.objects.filter(still_to_come(), **within)
    photos = ListedPhoto.objects.filter(**within).order_by()
    topics = Count("edition__topics__position", distinct=True)
    return (
        pages.order_by()
        .values_list(Value("page"), "pk", "subjects", *interval)
        .annotate(number=topics)
        .union(
            credits.order_by()
            .values_list(Value(CountedList.CREDITS.value), "edition_id", "contributor_id", *interval)
            .annotate(number=Count("position")),
            photos.values_list(
                Value(CountedList.PHOTOS.value), "edition_id", Value(0), "listed_from", "listed_until", Value(1)
            ),
            all=True,
        )
    )
