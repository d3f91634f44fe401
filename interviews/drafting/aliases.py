"""Records of one person that were merged: which id stands for which, in documents and in rows.

Documents are never rewritten. They keep the ids of their day, and whoever reads them asks here who that is now.
"""

from __future__ import annotations

from django.db.models import QuerySet

from interviews.document import FeatureDocument
from interviews.document.edit import map_people
from interviews.models import Contributor, Credit, Feature, Interview, PersonKind, Speaker

Aliases = dict[str, dict[int, int]]


def aliases() -> Aliases:
    """`{"speaker": {old: kept}, "contributor": {old: kept}}`, chains followed to their end: two queries."""
    return {
        PersonKind.SPEAKER.value: _ends(Speaker),
        PersonKind.CONTRIBUTOR.value: _ends(Contributor),
    }


def kept_id(table: type[Speaker] | type[Contributor], key: int) -> int:
    """Where the chain of merges that begins at a record ends. One query where nothing was ever merged."""
    return _ends(table).get(key, key)


def _ends(table: type[Speaker] | type[Contributor]) -> dict[int, int]:
    steps: dict[int, int] = dict(table.objects.exclude(merged_into=None).values_list("pk", "merged_into"))
    return {key: _end(steps, key) for key in steps}


def _end(steps: dict[int, int], key: int) -> int:
    # Only a living record is merged, into a living one: a chain cannot close. Were it closed by hand, this ends still.
    for _ in steps:
        if key not in steps:
            break
        key = steps[key]
    return key


def resolved(document: FeatureDocument, known: Aliases | None = None) -> FeatureDocument:
    """The document with the ids of merged people replaced by those of the kept ones. Nothing else changes.

    For comparing documents across a merge, and for the read side. Pass `known` (from `aliases()`) for many documents.
    """
    known = aliases() if known is None else known
    if not any(known.values()):
        return document
    speakers, contributors = known[PersonKind.SPEAKER.value], known[PersonKind.CONTRIBUTOR.value]
    return map_people(
        document,
        speaker=lambda each: each.model_copy(update={"id": speakers.get(each.id or 0, each.id)}),
        contributor=lambda each: each.model_copy(update={"id": contributors.get(each.id or 0, each.id)}),
    )


def settle(feature: Feature) -> None:
    """Point the feature's rows at kept people: a form opened before a merge may have been saved after it.

    The people are held first: a merge that is under way ends before they are looked at, another waits for this one.
    """
    interviews = Interview.objects.filter(topic__feature=feature)
    for speaker in _hold_merged(Speaker, interviews.values("speaker")):
        interviews.filter(speaker=speaker).update(speaker=kept_id(Speaker, speaker))
    credits = Credit.objects.filter(feature=feature)
    for contributor in _hold_merged(Contributor, credits.values("contributor")):
        credits.filter(contributor=contributor).update(contributor=kept_id(Contributor, contributor))


def _hold_merged(table: type[Speaker] | type[Contributor], keys: QuerySet) -> list[int]:
    """Hold these people; those that were merged into others are returned."""
    held = table.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return [key for key, merged_into in held.values_list("pk", "merged_into") if merged_into]
