"""Neighbouring pages in print: the same issue's other pages, the previous and next issue, and earlier pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from interviews.models import PublishedFeature
from interviews.models.prepared import PreparedStatement

from .kept import keys

OTHERS = 3
# Enough earlier rows for the others beside a previous issue of many pages.
EARLIER = 12
# Rows read at first: those, and an issue and the next of usual size.
NEAR = 36
# What links and brief cards show.
COLUMNS = ("feature_id", "date", "page_number", "page_name", "headline", "subtitle")
Row = Any
# A longer interval depends on every publication.
MOST_MONTHS = 36


@dataclass(frozen=True)
class Neighbours:
    """Neighbouring pages; None at either end. `others` are earlier pages, so that new ones do not change them."""

    previous_page: Row | None = None
    next_page: Row | None = None
    previous_issue: Row | None = None
    next_issue: Row | None = None
    others: tuple[Row, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.features)

    @property
    def features(self) -> set[int]:
        pages = (self.previous_page, self.next_page, self.previous_issue, self.next_issue)
        return {page.feature_id for page in pages if page}

    @property
    def tags(self) -> list[str]:
        """What would change them: the pages themselves, and any page that comes between."""
        dates = [page.date for page in (*self.others, self.previous_issue) if page]
        first = min(dates) if len(self.others) == OTHERS and self.previous_issue else None
        last = self.next_issue.date if self.next_issue else None
        return keys("feature", {*self.features, *(page.feature_id for page in self.others)}) + months(first, last)


def months(first: Date | None, last: Date | None) -> list[str]:
    """The tags of the months from one date to another; every publication if an end is open or far."""
    if first is None or last is None:
        return ["lists"]
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"month:{n // 12:04}-{n % 12 + 1:02}" for n in numbers] if len(numbers) <= MOST_MONTHS else ["lists"]


def neighbours(feature_id: int, date: Date, at: datetime | None = None) -> Neighbours:
    """Find a page's neighbours. A neighbouring issue is entered at its first page.

    One query of NEAR rows; more only if this issue and the next have more than about two dozen pages.
    """
    around = _enough(date, at or timezone.now())
    rows = sorted((row for row in around if row.date >= date), key=_in_print)
    before = [row for row in around if row.date < date][:EARLIER]
    same = [row for row in rows if row.date == date]
    place = next((place for place, row in enumerate(same) if row.feature_id == feature_id), None)
    near = Neighbours(
        previous_page=same[place - 1] if place else None,
        next_page=same[place + 1] if place is not None and place + 1 < len(same) else None,
        previous_issue=min((row for row in before if row.date == before[0].date), key=_in_print, default=None),
        next_issue=next((row for row in rows if row.date > date), None),
    )
    linked = {feature_id, *near.features}
    others = [row for row in (*before, *rows) if row.feature_id not in linked][:OTHERS]
    return replace(near, others=tuple(others))


def _enough(date: Date, at: datetime) -> list[Row]:
    """The pages of the next date that has pages, of this date, and at least EARLIER before, if any; newest first."""
    size = NEAR
    while True:
        rows = _until_next(slice(size), date=date, at=at)
        if len(rows) < size or sum(row.date < date for row in rows) >= EARLIER:
            return rows
        size *= 4


@PreparedStatement
def _until_next(date: Date, at: datetime) -> QuerySet[PublishedFeature, Row]:
    """Always limited: for a range of dates, PostgreSQL's kept plan would read all editions."""
    pages: QuerySet[PublishedFeature] = PublishedFeature.objects.public(at)
    following = pages.filter(date__gt=date).order_by("date").values("date")[:1]
    return pages.filter(date__lte=Coalesce(following, date)).values_list(*COLUMNS, named=True)


def _in_print(page: Row) -> tuple[Date, int, int]:
    return page.date, page.page_number or 0, page.feature_id
