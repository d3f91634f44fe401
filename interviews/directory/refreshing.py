from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Value

from interviews.models import (
    Edition,
    LedgerHead,
    ListCount,
    ListedPhoto,
    ListedSpeaker,
    PublishedFeature,
    PublishedInterview,
    PublishedPhoto,
)
from interviews.models.invalidation import EVERYTHING, invalidate
from interviews.models.months import month_of

from .list_lengths import recount
from .photos import relist_photos
from .speakers import relist_speakers

AT_ONCE = 500


def refresh(feature_id: int) -> None:
    """Recompute what a feature's editions change. Call after writing an edition's rows or ending an edition.

    Reads the rows of the months of its editions, and all rows of its speakers and photos.
    """
    spoken = PublishedInterview.objects.filter(feature_id=feature_id).order_by()
    shown = PublishedPhoto.objects.filter(feature_id=feature_id).order_by()
    pages = PublishedFeature.objects.filter(feature_id=feature_id).order_by()
    keys = pages.values_list(Value("page"), "pk", "date").union(
        spoken.values_list(Value("speaker"), "speaker_id", "date"),
        shown.values_list(Value("photo"), "photo_id", "date"),
    )
    found: dict[str, set[int]] = defaultdict(set)
    days: set[date] = set()
    for kind, key, day in keys:
        found[kind].add(key)
        days.add(day)
    relist(found["speaker"], found["photo"], days)


def relist(speakers: Collection[int], photos: Collection[int], days: Iterable[date]) -> None:
    """Recompute the rows of these speakers and photos, and the months of these days.

    Reads all published rows of the speakers and photos, and those of the months.
    """
    relist_speakers(speakers)
    # A photo may leave the month of another page, or come back to it.
    moved = relist_photos(photos) if photos else set()
    recount(sorted({month_of(day) for day in {*days, *moved}}))


def rebuild(progress: Callable[[], None] = lambda: None) -> None:
    """Recompute everything, in a transaction for every few hundred people and photos, and for every month."""
    photos = PublishedPhoto.objects.order_by("photo_id").values_list("photo_id", flat=True).distinct()
    speakers = PublishedInterview.objects.order_by("speaker_id").values_list("speaker_id", flat=True).distinct()
    days = PublishedFeature.objects.dates("date", "month")
    months = {month_of(day) for day in days} | set(ListCount.objects.values_list("month", flat=True).distinct())
    work: list[tuple[Callable[[Any], object], Any]] = []
    work += [(relist_speakers, keys) for keys in _chunks([*speakers])]
    work += [(relist_photos, keys) for keys in _chunks([*photos])]
    work += [(recount, [month]) for month in sorted(months)]
    _forget()
    for derive, keys in work:
        with transaction.atomic():
            LedgerHead.objects.select_for_update().filter(pk=1).first()
            derive(keys)
        progress()
    # Pages may have been rendered in between, or from what was wrong before.
    invalidate(EVERYTHING)


def fill(**_: object) -> None:
    """Compute everything after a migration or a restore, if nothing is there yet: all or nothing."""
    if Edition.objects.exists() and not ListCount.objects.exists():
        with transaction.atomic():
            rebuild()


def _forget() -> None:
    """Delete the rows of people and photos that no page has any more."""
    with transaction.atomic():
        LedgerHead.objects.select_for_update().filter(pk=1).first()
        for listed, published, column in (
            (ListedSpeaker, PublishedInterview, "speaker"),
            (ListedPhoto, PublishedPhoto, "photo"),
        ):
            kept = published._default_manager.order_by().values(column)
            listed._default_manager.exclude(**{f"{column}__in": kept}).delete()


def _chunks(keys: list[int]) -> Iterator[list[int]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
