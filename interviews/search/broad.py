"""Searches with very many hits: their counts are stored, and what changed since is counted on top.

Exact at any moment: a stored count holds for a moment in the past, and every edition that began or ended since is read.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from interviews.models import Invalidation, LedgerHead, SearchTally
from interviews.models.prepared import PreparedStatement

from .statements import Wanted, changed
from .tally import Key, Tally

# Longer than a transaction lasts: what was committed after the count began before it by less than this.
MARGIN = timedelta(minutes=10)
# Changed statements on top of a stored count, from which on it is stored anew.
MOST_ON_TOP = 500
MOST_STORED = 300
# What a merge changed is dated by its beginning.
LONGEST_MERGE = timedelta(minutes=1)


def stored(name: object, wanted: Wanted) -> Tally | None:
    """Return the exact count of a search, if it is stored. Two queries, which read the statements changed since."""
    rows = _counts(key=_key(name))
    if not rows:
        return None
    moment, counts = rows[0]
    now, tally = timezone.now(), Tally.from_data(counts)
    if now < moment:  # a clock that was put back
        return None
    on_top = _changes(wanted, moment, now)
    for count, sign in on_top:
        tally.add(count, sign)
    if sum(count.total for count, _ in on_top) > MOST_ON_TOP and moment < now - 2 * MARGIN:
        store(name, wanted, tally, began=now)
    return tally


@PreparedStatement
def _counts(key: str) -> QuerySet[SearchTally, tuple[datetime, dict[str, dict[str, int]]]]:
    return SearchTally.objects.filter(key=key).values_list("moment", "counts")


def store(name: object, wanted: Wanted, tally: Tally, began: datetime) -> None:
    """Store a count that began at a moment, as it was a little earlier, if the database takes it. Six queries.

    Not if a merge or a rebuild may have changed rows meanwhile: those forget all stored counts, and hold the lock.
    """
    now = timezone.now()
    moment, earlier = now - MARGIN, Tally.from_data(tally.to_data())
    for count, sign in _changes(wanted, moment, now):
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


def _changes(wanted: Wanted, since: datetime, until: datetime) -> list[tuple[Tally, int]]:
    """Count what became public after `since` until `until`, and what ended then."""
    gained, lost = [], []
    for *values, start, end in changed(since=since, until=until, **wanted):
        was = start <= since and (end is None or end > since)
        is_now = start <= until and (end is None or end > until)
        if is_now and not was:
            gained.append(Key(*values))
        elif was and not is_now:
            lost.append(Key(*values))
    return [(Tally.of(gained), 1), (Tally.of(lost), -1)]


def _key(name: object) -> str:
    return hashlib.sha256(json.dumps(name, ensure_ascii=False).encode()).hexdigest()
