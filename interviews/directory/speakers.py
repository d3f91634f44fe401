"""List the speakers who have statements on public pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from interviews.models import ListedSpeaker, PublishedInterview

from .intervals import Interval, still_to_come, union
from .syncing import sync


def relist_speakers(speakers: Collection[int]) -> None:
    """Relist these speakers: three queries, which read their statements' rows."""
    found: dict[int, list[Interval]] = defaultdict(list)
    spoken = PublishedInterview.objects.filter(still_to_come(), speaker__in=speakers).order_by()
    for key, start, end in spoken.values_list(
        "speaker", "edition__published_from", "edition__published_until"
    ).distinct():
        found[key].append((start, end))
    rows = [
        ListedSpeaker(speaker_id=key, listed_from=start, listed_until=end)
        for key, intervals in sorted(found.items())
        for start, end in union(intervals)
    ]
    sync(ListedSpeaker.objects.filter(speaker__in=speakers), rows)
