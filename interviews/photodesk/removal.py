"""Delete photos, or withdraw them from readers."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from interviews import tasks
from interviews.errors import RefusedError
from interviews.models import Photo, PublishedPhoto, TaskKind
from interviews.text.chinese import clean_line

from .admin_log import DELETION, record
from .describing import lock
from .orphans import clean_up, note
from .permissions import may_delete, may_withdraw
from .replacements import versions
from .storage import Kind
from .usage import uses

REPLACES = "这张照片换下过旧的一张，不能删除。换错了，就用旧的那个文件再替换一次，换回以后可以删除这一张。"

# Readers never saw those editions, but the audit chain refers to them.
CALLED_OFF = "这张照片用在排定过时间的版面里。那次发布后来取消或改了时间，但留有记录，所以不能删除。"


def delete(*, photo: Photo, actor: User) -> None:
    """Delete a photo and its files. Refused, with a list of uses, if anything uses it or ever showed it."""
    try:
        with transaction.atomic():
            photo = lock(photo)
            if not may_delete(actor, photo):
                raise RefusedError("你不能删除这张照片。")
            _refuse_to_delete(photo)
            original, consent = photo.original, photo.consent_file
            names = list(photo.renditions.values_list("name", flat=True))
            record(actor, photo, "删除", DELETION)
            tasks.forget(TaskKind.RENDITIONS, photo.pk)
            photo.delete()
            files = {Kind.ORIGINALS: [original], Kind.CONSENTS: [consent], Kind.RENDITIONS: names}
            for kind, each in files.items():
                note(kind, each)
            transaction.on_commit(lambda: _remove(files))
    except IntegrityError as error:
        raise RefusedError("这张照片刚刚有人用上，不能删除。") from error


def _refuse_to_delete(photo: Photo) -> None:
    if found := [use for use in uses(photo) if not use.elsewhere]:
        raise RefusedError("这张照片还有用处，不能删除：" + "；".join(map(str, found)) + "。")
    if Photo.objects.filter(replaced_by=photo).exists():
        raise RefusedError(REPLACES)
    if PublishedPhoto.objects.filter(photo=photo).exists():
        raise RefusedError(CALLED_OFF)


def _remove(files: dict[Kind, list[str]]) -> None:
    for kind, names in files.items():
        clean_up(kind, names)


def withdraw(*, photo: Photo, actor: User, reason: str) -> Photo:
    """Withdraw a photo, with all files of the same picture, from every page at once."""
    with transaction.atomic():
        photo = lock(photo)
        if not may_withdraw(actor):
            raise RefusedError("你不能撤下照片。")
        reason = "\n".join(filter(None, map(clean_line, reason.splitlines())))
        if not reason:
            raise RefusedError("撤下照片须写明原因。")
        if photo.withdrawn_at:
            raise RefusedError("这张照片已经撤下了。")
        values = {"withdrawn_at": timezone.now(), "withdrawn_by": actor, "withdrawal_reason": reason}
        Photo.objects.filter(pk__in=versions(photo), withdrawn_at=None).update(**values)
        photo.refresh_from_db()
        record(actor, photo, f"撤下：{reason}")
        return photo


def reinstate(*, photo: Photo, actor: User) -> Photo:
    """Undo a withdrawal. The history keeps who withdrew it and why."""
    with transaction.atomic():
        photo = lock(photo)
        if not may_withdraw(actor):
            raise RefusedError("你不能恢复撤下的照片。")
        if not photo.withdrawn_at:
            raise RefusedError("这张照片没有撤下。")
        values = {"withdrawn_at": None, "withdrawn_by": None, "withdrawal_reason": ""}
        Photo.objects.filter(pk__in=versions(photo)).update(**values)
        photo.refresh_from_db()
        record(actor, photo, "恢复公开")
        return photo
