"""Resolve the ids of merged people to those of the records they were merged into.

Documents are immutable and keep old ids, so readers resolve them.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Value

from interviews.document import FeatureDocument
from interviews.document.edit import map_people
from interviews.models import Contributor, Credit, Feature, Interview, PersonKind, Speaker

Aliases = dict[str, dict[int, int]]


def aliases() -> Aliases:
    """Return `{"speaker": {old: kept}, "contributor": {old: kept}}` with chains of merges resolved: one query."""
    steps: Aliases = {kind.value: {} for kind in PersonKind}
    for kind, key, target in _merged(Speaker, PersonKind.SPEAKER).union(_merged(Contributor, PersonKind.CONTRIBUTOR)):
        steps[kind][key] = target
    return {kind: _ends(each) for kind, each in steps.items()}


def kept_id(table: type[Speaker] | type[Contributor], key: int) -> int:
    """Return the id of the record that this one was finally merged into, or its own: one query."""
    rows = table.objects.exclude(merged_into=None).values_list("pk", "merged_into")
    return _ends({key: target for key, target in rows if target is not None}).get(key, key)


def _merged(table: type[Speaker] | type[Contributor], kind: PersonKind) -> QuerySet[Any, tuple[str, int, int]]:
    rows: QuerySet[Any, Any] = table.objects.exclude(merged_into=None).order_by()
    return rows.values_list(Value(kind.value), "pk", "merged_into")


def _ends(steps: dict[int, int]) -> dict[int, int]:
    return {key: _end(steps, key) for key in steps}


def _end(steps: dict[int, int], key: int) -> int:
    # Merging can't create a cycle; bounded in case somebody edits the database.
    for _ in steps:
        if key not in steps:
            break
        key = steps[key]
    return key


def resolved(document: FeatureDocument, known: Aliases | None = None) -> FeatureDocument:
    """Replace the ids of merged people by those of the kept records.

    For comparing documents across a merge, and for the read side. For many documents, pass `known` from `aliases()`.
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
    """Point the feature's rows at kept people: a form opened before a merge may be saved after it.

    Locks the people first, so that no merge runs in between.
    """
    interviews = Interview.objects.filter(topic__feature=feature)
    for speaker in _lock_people(Speaker, interviews.values("speaker")):
        interviews.filter(speaker=speaker).update(speaker=kept_id(Speaker, speaker))
    credits = Credit.objects.filter(feature=feature)
    for contributor in _lock_people(Contributor, credits.values("contributor")):
        credits.filter(contributor=contributor).update(contributor=kept_id(Contributor, contributor))


def _lock_people(table: type[Speaker] | type[Contributor], keys: QuerySet[Any, Any]) -> list[int]:
    """Lock these people and return the ids of the merged ones."""
    locked = table.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return [key for key, merged_into in locked.values_list("pk", "merged_into") if merged_into]
