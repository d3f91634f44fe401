"""List each photo of public pages once, as its newest page shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from interviews.models import ListedPhoto, PublishedPhoto

from .intervals import LONG_AGO, Interval, horizon, still_to_come
from .syncing import sync

# A row of a photo and when it is public.
Shown = tuple[PublishedPhoto, Interval]


def relist_photos(photos: Collection[int]) -> set[date]:
    """Relist these photos: three queries, which read their published rows. Returns the dates whose lists change."""
    found: dict[int, list[Shown]] = defaultdict(list)
    rows = PublishedPhoto.objects.filter(still_to_come(), photo__in=photos).select_related("edition")
    for row in rows.order_by("-date", "-edition_id", "position"):
        found[row.photo_id].append((row, (row.edition.published_from, row.edition.published_until)))
    listed = [_listed(*each) for _, rows_of_photo in sorted(found.items()) for each in _timeline(rows_of_photo)]
    changed = sync(ListedPhoto.objects.filter(photo__in=photos), listed)
    return {value for values in changed for value in values if type(value) is date}


def _timeline(rows: list[Shown]) -> Iterator[Shown]:
    """Yield the row that stands in the list and since when until when. `rows` are sorted, the newest first."""
    moments = {moment for _, interval in rows for moment in interval if moment and moment > horizon()}
    edges = [LONG_AGO, *sorted(moments)]
    last: Shown | None = None
    for start, end in zip(edges, [*edges[1:], None], strict=True):
        row = next((row for row, interval in rows if _covers(interval, start, end)), None)
        if last and row is last[0]:
            last = (last[0], (last[1][0], end))
            continue
        if last:
            yield last
        last = (row, (start, end)) if row else None
    if last:
        yield last


def _covers(interval: Interval, start: object, end: object) -> bool:
    """Whether an interval covers a stretch between two neighbouring edges."""
    begins, ends = interval
    since = begins if begins > horizon() else LONG_AGO
    return since <= start and (ends is None or (end is not None and end <= ends))  # type: ignore[operator]


def _listed(row: PublishedPhoto, interval: Interval) -> ListedPhoto:
    start, end = interval
    return ListedPhoto(
        photo_id=row.photo_id,
        edition_id=row.edition_id,
        position=row.position,
        caption=row.caption,
        credit_line=row.credit_line,
        alt_text=row.alt_text,
        feature_id=row.feature_id,
        date=row.date,
        page_order=row.page_order,
        published_from=row.published_from,
        listed_from=start,
        listed_until=end,
    )
