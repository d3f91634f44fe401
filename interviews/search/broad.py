"""Searches with very many hits: their counts are stored, and what changed since is counted on top.

Exact at any moment: a stored count holds for a moment in the past, and every edition that began or ended since is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from interviews.models import Invalidation, LedgerHead, SearchTally
from interviews.models.published import PublishedInterviewQuerySet

from .tally import COLUMNS, Key, Tally

# Longer than a transaction lasts: what was committed after the count began before it by less than this.
MARGIN = timedelta(minutes=10)
# Changed statements on top of a stored count, from which on it is stored anew.
MOST_ON_TOP = 500
MOST_STORED = 300
# What a merge changed is dated by its beginning.
LONGEST_MERGE = timedelta(minutes=1)

# Statements that match, whether public or not.
Matching = Callable[[], PublishedInterviewQuerySet]


def stored(name: object, matching: Matching) -> Tally | None:
    """Return the exact count of a search, if it is stored. Two queries, which read the statements changed since."""
    row = SearchTally.objects.filter(key=_key(name)).first()
    if row is None:
        return None
    now, tally = timezone.now(), Tally.from_data(row.counts)
    if now < row.moment:  # a clock that was put back
        return None
    changed = _changes(matching, row.moment, now)
    for count, sign in changed:
        tally.add(count, sign)
    if sum(count.total for count, _ in changed) > MOST_ON_TOP and row.moment < now - 2 * MARGIN:
        store(name, matching, tally, began=now)
    return tally


def store(name: object, matching: Matching, tally: Tally, began: datetime) -> None:
    """Store a count that began at a moment, as it was a little earlier, if the database takes it. Six queries.

    Not if a merge or a rebuild may have changed rows meanwhile: those forget all stored counts, and hold the lock.
    """
    now = timezone.now()
    moment, earlier = now - MARGIN, Tally.from_data(tally.to_data())
    for count, sign in _changes(matching, moment, now):
        earlier.add(count, -sign)
    values = {"moment": moment, "counts": earlier.to_data()}
    # Readers get their answer whether it could be kept or not: another one may have kept it, or the database may be
    # read-only.
    with suppress(DatabaseError), transaction.atomic():
        LedgerHead.objects.select_for_update().filter(pk=1).first()
        if Invalidation.objects.filter(tag="lists", due=None, created_at__gte=began - LONGEST_MERGE).exists():
            return
        SearchTally.objects.update_or_create(key=_key(name), defaults=values)
        for surplus in SearchTally.objects.order_by("-pk").values_list("pk", flat=True)[MOST_STORED:]:
            SearchTally.objects.filter(pk=surplus).delete()


def _changes(matching: Matching, since: datetime, until: datetime) -> list[tuple[Tally, int]]:
    """Count what became public after `since` until `until`, and what ended then."""
    begun = Q(edition__published_from__gt=since, edition__published_from__lte=until)
    ended = Q(edition__published_until__gt=since, edition__published_until__lte=until)
    rows = matching().filter(begun | ended).order_by()
    columns = rows.values_list(*COLUMNS, "edition__published_from", "edition__published_until")
    gained, lost = [], []
    for *values, start, end in columns:
        was = start <= since and (end is None or end > since)
        is_now = start <= until and (end is None or end > until)
        if is_now and not was:
            gained.append(Key(*values))
        elif was and not is_now:
            lost.append(Key(*values))
    return [(Tally.of(gained), 1), (Tally.of(lost), -1)]


def _key(name: object) -> str:
    return hashlib.sha256(json.dumps(name, ensure_ascii=False).encode()).hexdigest()
