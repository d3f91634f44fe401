"""Merge two records of one person, and undo merges.

The merged record stays as an alias. Working rows move and the merge records which; published rows are updated as a
rebuild through the aliases would. Names and titles as printed don't change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from interviews.errors import RefusedError
from interviews.models import (
    Contributor,
    Credit,
    Feature,
    Interview,
    LedgerHead,
    Merge,
    MergeUndo,
    PersonKind,
    Photo,
    PublishedCredit,
    PublishedInterview,
    Speaker,
)
from interviews.projection import point_at_people

Person = Speaker | Contributor
Row = type[Interview] | type[Credit]
PublishedRow = type[PublishedInterview] | type[PublishedCredit]

TABLES: dict[str, type[Person]] = {PersonKind.SPEAKER: Speaker, PersonKind.CONTRIBUTOR: Contributor}
WORKING: dict[str, tuple[str, Row]] = {
    PersonKind.SPEAKER: ("speaker", Interview),
    PersonKind.CONTRIBUTOR: ("contributor", Credit),
}
PUBLISHED: dict[str, PublishedRow] = {
    PersonKind.SPEAKER: PublishedInterview,
    PersonKind.CONTRIBUTOR: PublishedCredit,
}
# SQLite limits the number of parameters.
CHUNK = 500
ATTEMPTS = 5


def kind_of(person: Person) -> str:
    return PersonKind.SPEAKER.value if isinstance(person, Speaker) else PersonKind.CONTRIBUTOR.value


def may_merge(user: User, kind: str) -> bool:
    return user.is_active and user.has_perms(["interviews.merge_people", f"interviews.change_{kind}"])


def merge(*, kept: Person, merged: Person, actor: User) -> Merge:
    """Point everything that refers to `merged` at `kept`; `merged` becomes its alias."""
    kind = kind_of(kept)
    if kind_of(merged) != kind:
        raise RefusedError("受访者和采编人员不能合并。")
    _refuse_unless_allowed(actor, kind)
    with _locked(kind, kept.pk, merged.pk) as (kept, merged):
        _refuse_unless_unmerged(kept, merged)
        account = None
        if isinstance(kept, Contributor) and isinstance(merged, Contributor):
            account = _move_account(merged, kept)
        moved = {
            "rows": _move(kind, merged.pk, kept.pk),
            "published": _published_keys(kind, merged.pk),
            **_move_photos(kind, merged.pk, kept.pk),
        }
        merged.merged_into = kept
        merged.save(update_fields=["merged_into"])
        point_at_people(_editions_of(kind, merged.pk))
        return Merge.objects.create(
            kind=kind,
            merged_id=merged.pk,
            merged_label=str(merged),
            kept_id=kept.pk,
            kept_label=str(kept),
            moved={**moved, "account": account},
            actor=actor,
        )


def undo_merge(*, merge: Merge, actor: User) -> MergeUndo:
    """Revive the alias and give it back its rows that still refer to the kept record."""
    kind = merge.kind
    _refuse_unless_allowed(actor, kind)
    with _locked(kind, merge.kept_id, merge.merged_id) as (kept, merged):
        if MergeUndo.objects.filter(merge=merge).exists() or merged.merged_into_id != kept.pk:
            raise RefusedError("这次合并已经撤销了。")
        if kept.merged_into_id:
            raise RefusedError(f"{kept}后来又并入了{kept.merged_into}，请先撤销那一次合并。")
        merged.merged_into = None
        merged.save(update_fields=["merged_into"])
        field, table = WORKING[kind]
        for keys in _chunks(merge.moved["rows"]):
            table.objects.filter(pk__in=keys, **{field: kept.pk}).update(**{field: merged.pk})
        _return_photos(merge)
        if merge.moved["account"] and isinstance(kept, Contributor) and isinstance(merged, Contributor):
            _return_account(merge.moved["account"], kept, merged)
        point_at_people(_editions_of(kind, kept.pk))
        return MergeUndo.objects.create(merge=merge, actor=actor)


def _refuse_unless_allowed(actor: User, kind: str) -> None:
    if not may_merge(actor, kind):
        raise RefusedError(f"你不能合并{PersonKind(kind).label}。")


@contextmanager
def _locked(kind: str, *keys: int) -> Iterator[list[Person]]:
    """Lock two people and every feature that names them, in one transaction.

    Lock order: features first, as in every use case, to avoid deadlocks. A save may name the people in another feature
    before they are locked, but not afterwards; then release everything and retry.
    """
    for _ in range(ATTEMPTS):
        with transaction.atomic():
            features = _lock_features(kind, keys)
            people = _lock_people(kind, keys)
            if features.issuperset(_features_naming(kind, keys).values_list("pk", flat=True)):
                yield people
                return
            transaction.set_rollback(True)
    raise RefusedError("有关的专题正在修改，请稍后再合并。")


def _features_naming(kind: str, people: Sequence[int]) -> QuerySet[Feature]:
    field, table = WORKING[kind]
    feature = "feature" if table is Credit else "topic__feature"
    return Feature.objects.filter(pk__in=table.objects.filter(**{f"{field}__in": people}).values(feature))


def _lock_features(kind: str, people: Sequence[int]) -> set[int]:
    features = _features_naming(kind, people).select_for_update().order_by("pk")
    return set(features.values_list("pk", flat=True))


def _lock_people(kind: str, keys: Sequence[int]) -> list[Person]:
    # Publishing holds this lock while it writes published rows, so it can't miss the new alias.
    LedgerHead.objects.select_for_update().get_or_create(pk=1)
    rows = {row.pk: row for row in TABLES[kind].objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    if len(rows) < len(set(keys)):
        raise RefusedError("其中一条记录已经删除。")
    return [rows[key] for key in keys]


def _refuse_unless_unmerged(kept: Person, merged: Person) -> None:
    if kept.pk == merged.pk:
        raise RefusedError("这是同一条记录，不用合并。")
    for person in (kept, merged):
        if person.merged_into_id:
            raise RefusedError(f"{person}已经并入{person.merged_into}，不能再合并。")


def _move(kind: str, source: int, target: int) -> list[int]:
    field, table = WORKING[kind]
    rows = table.objects.filter(**{field: source})
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(**{field: target})
    return keys


def _move_photos(kind: str, source: int, target: int) -> dict[str, list[int]]:
    """Move photos and return their ids: `photos` moved; `photos_of_both` showed both, so one link was deleted."""
    rows = _photo_rows(kind)
    both: list[int] = []
    if kind == PersonKind.SPEAKER:
        shown = rows.filter(speaker=target).values("photo")
        both = list(rows.filter(speaker=source, photo__in=shown).order_by("photo").values_list("photo", flat=True))
        rows.filter(speaker=source, photo__in=both).delete()
    field, photo = _photo_fields(kind)
    photos = list(rows.filter(**{field: source}).order_by(photo).values_list(photo, flat=True))
    rows.filter(**{field: source}).update(**{field: target})
    return {"photos": photos, "photos_of_both": both}


def _return_photos(merge: Merge) -> None:
    """Give photos back. Old merges recorded none."""
    rows = _photo_rows(merge.kind)
    field, photo = _photo_fields(merge.kind)
    for keys in _chunks(merge.moved.get("photos", [])):
        rows.filter(**{f"{photo}__in": keys, field: merge.kept_id}).update(**{field: merge.merged_id})
    for keys in _chunks(merge.moved.get("photos_of_both", [])):
        shown = rows.filter(photo__in=keys, speaker=merge.kept_id).values_list("photo", flat=True)
        Photo.people.through.objects.bulk_create(
            (Photo.people.through(photo_id=key, speaker_id=merge.merged_id) for key in shown), ignore_conflicts=True
        )


def _photo_rows(kind: str) -> QuerySet[Any]:
    return (Photo.people.through if kind == PersonKind.SPEAKER else Photo).objects.all()


def _photo_fields(kind: str) -> tuple[str, str]:
    """Return the names of the columns for the person and the photo."""
    return ("speaker", "photo") if kind == PersonKind.SPEAKER else ("photographer", "pk")


def _published_keys(kind: str, person: int) -> list[list[int]]:
    rows = PUBLISHED[kind].objects.filter(**{kind: person}).order_by("pk")
    return [list(key) for key in rows.values_list("pk", flat=True)]


def _editions_of(kind: str, person: int) -> list[int]:
    rows = PUBLISHED[kind].objects.filter(**{kind: person})
    return list(rows.order_by("edition").values_list("edition", flat=True).distinct())


def _move_account(merged: Contributor, kept: Contributor) -> int | None:
    """Move the user account too, or its owner loses their own work."""
    account = merged.user_id
    if account is None:
        return None
    if kept.user_id:
        raise RefusedError(f"{kept}和{merged}各有账号，请先去掉其中一个。")
    _set_account(merged, None)
    _set_account(kept, account)
    return account


def _return_account(account: int, kept: Contributor, merged: Contributor) -> None:
    if kept.user_id == account:
        _set_account(kept, None)
        _set_account(merged, account)


def _set_account(person: Contributor, account: int | None) -> None:
    person.user_id = account
    person.save(update_fields=["user"])


def _chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
