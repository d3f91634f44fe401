"""Describe photos: details, people, subjects, focal point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from interviews.errors import RefusedError
from interviews.models import Photo, PublishedPhoto
from interviews.models.photo import expired

from .admin_log import record
from .permissions import may_edit, may_withdraw
from .renditions import recipe_of, schedule
from .replacements import versions

DETAILS = (
    "headline",
    "caption",
    "alt_text",
    "keywords",
    "photographer",
    "credit_line",
    "taken_at",
    "place",
    "source",
    "copyright",
    "terms",
    "consent_note",
    "expires_on",
)
LISTS = ("people", "subjects")


def lock(photo: Photo) -> Photo:
    held = Photo.objects.select_for_update().filter(pk=photo.pk).first()
    if held is None:
        raise RefusedError("这张照片已经删除。")
    return held


def describe(*, photo: Photo, actor: User, changes: Mapping[str, Any]) -> Photo:
    """Change details (`DETAILS`, `people`, `subjects`). Pages that already show the photo keep their own words."""
    if unknown := set(changes) - {*DETAILS, *LISTS}:
        raise TypeError(f"no details of a photo: {sorted(unknown)}")
    with transaction.atomic():
        photo = lock(photo)
        _refuse_unless_allowed(actor, photo)
        before = recipe_of(photo)
        if "expires_on" in changes:
            _refuse_to_hide_or_show(actor, photo, changes["expires_on"])
        names = [name for name in DETAILS if name in changes]
        old = {name: getattr(photo, name) for name in names}
        for name in names:
            setattr(photo, name, changes[name])
        try:
            photo.clean_fields(exclude=[each.name for each in photo._meta.fields if each.name not in names])
        except ValidationError as error:
            raise RefusedError(*error.messages) from error
        photo.save(update_fields=[*names, "updated_at"])
        if "expires_on" in names:
            # Editions keep showing the files that this one replaced.
            Photo.objects.filter(pk__in=versions(photo)).update(expires_on=photo.expires_on)
        changed = [name for name in names if getattr(photo, name) != old[name]]
        changed += [name for name in LISTS if name in changes and _set(photo, name, changes[name])]
        if changed:
            record(actor, photo, "修改" + "、".join(_label(name) for name in changed))
        _render_again(photo, before)
        return photo


def _label(name: str) -> str:
    return str(getattr(Photo._meta.get_field(name), "verbose_name", name))


def _set(photo: Photo, name: str, rows: Iterable[Any]) -> bool:
    """Set the given fields; tell whether anything changed."""
    related = getattr(photo, name)
    before = set(related.values_list("pk", flat=True))
    related.set(rows)
    return before != set(related.values_list("pk", flat=True))


def set_focal(*, photo: Photo, actor: User, x: float | None, y: float | None) -> Photo:
    """Set the point that every crop keeps, as fractions of width and height; None for both resets it."""
    with transaction.atomic():
        photo = lock(photo)
        _refuse_unless_allowed(actor, photo)
        if (x is None) != (y is None) or not all(value is None or 0 <= value <= 1 for value in (x, y)):
            raise RefusedError("焦点应在画面之内。")
        before = recipe_of(photo)
        photo.focal_x, photo.focal_y = x, y
        photo.save(update_fields=["focal_x", "focal_y", "updated_at"])
        record(actor, photo, "修改焦点")
        _render_again(photo, before)
        return photo


def _refuse_unless_allowed(actor: User, photo: Photo) -> None:
    if not may_edit(actor, photo):
        raise RefusedError("你不能修改这张照片的资料。")
    if photo.replaced_by_id:
        raise RefusedError("这张照片已换成新的文件，请改新的那一张。")


def _refuse_to_hide_or_show(actor: User, photo: Photo, expires_on: date | None) -> None:
    """Ask for the permission to withdraw if a new expiry date hides or shows a public photo."""
    if may_withdraw(actor) or photo.withdrawn_at or expired(expires_on) == photo.is_expired:
        return
    if PublishedPhoto.objects.public().filter(photo__in=versions(photo)).exists():
        effect = "重新公开" if photo.is_expired else "从公开的版面上消失"
        raise RefusedError(f"这样改“可用至”，照片会立刻{effect}，要请能撤下照片的人（总编辑）来改。")


def _render_again(photo: Photo, before: str) -> None:
    if recipe_of(photo) != before:
        schedule(photo)
