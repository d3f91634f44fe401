"""Autosave and presence: one working copy for each browser window that edits a feature."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from interviews.errors import RefusedError
from interviews.models import Feature, WorkingCopy
from interviews.workflow.permissions import may_edit, may_submit

LARGEST_COPY = 5 * 1024 * 1024
EMPTY_COPY_LIFETIME = timedelta(days=1)


def keep(*, feature: Feature, actor: User, window: str, base: int, content: str | None) -> WorkingCopy:
    """Autosave a window's content and record that it is open. `content`: None leaves it, empty clears it.

    Writers may autosave even if they can no longer save, because the feature was submitted meanwhile.
    """
    if not may_edit(actor, feature) and not may_submit(actor, feature):
        raise RefusedError("你不能修改这个专题。")
    if content is not None and len(content) > LARGEST_COPY:
        raise RefusedError("内容超过 5 MB，无法自动保存。")
    now = timezone.now()
    values: dict[str, object] = {"seen_at": now}
    if content is not None:
        values |= {"content": content.replace("\x00", ""), "base": base, "changed_at": now if content else None}
    copy, created = WorkingCopy.objects.update_or_create(
        feature=feature, user=actor, window=window, defaults=values, create_defaults={"base": base, **values}
    )
    if created:  # clean up copies of windows closed without unsaved changes
        feature.working_copies.filter(user=actor, content="", seen_at__lt=now - EMPTY_COPY_LIFETIME).delete()
    return copy


def discard(*, copy: WorkingCopy, actor: User) -> None:
    """Delete one's own working copy."""
    if copy.user_id != actor.pk:
        raise RefusedError("这不是你的改动。")
    copy.delete()


def unsaved_copies(feature: Feature, user: User) -> list[WorkingCopy]:
    """List the user's working copies with unsaved changes, newest first. Their windows may be open or closed."""
    return list(feature.working_copies.filter(user=user).unsaved())


def others_present(feature: Feature, user: User) -> list[WorkingCopy]:
    """List who else has the feature open: one working copy per user."""
    copies = feature.working_copies.present().exclude(user=user).select_related("user").order_by("opened_at")
    return list({copy.user_id: copy for copy in copies}.values())
