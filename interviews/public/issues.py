"""Neighbouring pages in print: the same issue's other pages, and the previous and next issue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime

from django.db.models import Q, Subquery

from interviews.models import PublishedFeature


@dataclass(frozen=True)
class Neighbours:
    """Neighbouring pages; None at either end."""

    previous_page: PublishedFeature | None = None
    next_page: PublishedFeature | None = None
    previous_issue: PublishedFeature | None = None
    next_issue: PublishedFeature | None = None

    def __bool__(self) -> bool:
        return bool(self.features)

    @property
    def features(self) -> set[int]:
        pages = (self.previous_page, self.next_page, self.previous_issue, self.next_issue)
        return {page.feature_id for page in pages if page}


def neighbours(feature_id: int, date: Date, at: datetime | None = None) -> Neighbours:
    """Find a page's neighbours. One query. A neighbouring issue is entered at its first page."""
    public = PublishedFeature.objects.public(at)
    before = public.filter(date__lt=date).order_by("-date").values("date")[:1]
    after = public.filter(date__gt=date).order_by("date").values("date")[:1]
    near = public.filter(Q(date=date) | Q(date=Subquery(before)) | Q(date=Subquery(after)))
    rows = sorted(near.order_by(), key=lambda row: (row.date, row.page_number or 0, row.feature_id))
    same = [row for row in rows if row.date == date]
    place = next((place for place, row in enumerate(same) if row.feature_id == feature_id), None)
    return Neighbours(
        previous_page=same[place - 1] if place else None,
        next_page=same[place + 1] if place is not None and place + 1 < len(same) else None,
        previous_issue=next((row for row in rows if row.date < date), None),
        next_issue=next((row for row in rows if row.date > date), None),
    )
