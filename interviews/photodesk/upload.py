from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.auth.models import User
from django.db import Error, IntegrityError, transaction

from interviews.document import alt_text_for
from interviews.imaging import ImageRefusedError, Limits, Probe, probe
from interviews.models import Feature, Photo

from . import prefill, storage
from .admin_log import ADDITION, record
from .failures import NOT_STORED, not_stored
from .near_duplicates import near_duplicates, signed
from .orphans import new_files
from .permissions import may_upload
from .renditions import schedule
from .replacements import newest
from .rights import hindrances
from .storage import Kind

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UploadResult:
    """The result of an upload.

    `photo` is the new photo, or the existing one with the same bytes (`created` is False); `duplicates` look like it.
    Without a photo, `refusal` is one Chinese sentence; `failed` means that the fault was ours and the file may be tried
    again.
    """

    photo: Photo | None = None
    refusal: str = ""
    duplicates: list[Photo] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    created: bool = False
    failed: bool = False


def intake(*, file: BinaryIO, actor: User | None, feature: Feature | None = None, name: str = "") -> UploadResult:
    """Take a file into the library, or say why not. `name` is the fallback for a file object without a name.

    Stores original and row together or not at all; renditions follow after the commit. `actor` is None only on the
    command line.
    """
    if actor is not None and not may_upload(actor):
        return UploadResult(refusal="你不能上传照片。")
    try:
        data, name, found = read(file, name)
    except ImageRefusedError as refusal:
        return UploadResult(refusal=str(refusal))
    if earlier := Photo.objects.filter(sha256=found.sha256).first():
        return known(earlier, found.notes)
    seen = prefill.people_in(feature, found.metadata, name)
    alt_text = alt_text_for((speaker.name, post) for speaker, post in seen)
    photo = photo_of(found, data, name, actor, feature=feature, alt_text=alt_text, **prefill.details(found.metadata))

    def complete() -> None:
        photo.people.set([speaker for speaker, _ in seen])
        record(actor, photo, "上传", ADDITION)

    try:
        store(photo, data, complete)
    except IntegrityError:  # the same file was uploaded twice at once
        earlier = Photo.objects.filter(sha256=found.sha256).first()
        return known(earlier, found.notes) if earlier else UploadResult(refusal=NOT_STORED, failed=True)
    except (OSError, Error) as error:
        log.exception("a photo could not be stored")
        return UploadResult(refusal=not_stored(error), failed=True)
    return UploadResult(photo=photo, duplicates=near_duplicates(photo), notes=found.notes, created=True)


def read(file: BinaryIO, name: str = "") -> tuple[bytes, str, Probe]:
    """Read and probe an upload, never more bytes than may be stored. Raises ImageRefusedError."""
    limits = Limits(bytes=settings.PHOTO_MOST_BYTES)
    name = prefill.file_name(name or getattr(file, "name", ""))
    try:
        data = file.read(limits.bytes + 1)
    except OSError as error:
        raise ImageRefusedError("文件读不出来，请重新选一次。") from error
    if len(data) > limits.bytes:
        raise ImageRefusedError(f"照片超过 {limits.bytes // 1024 // 1024} MB 的上限，请压缩后再传。")
    return data, name, probe(data, name=name, limits=limits)


def photo_of(found: Probe, data: bytes, name: str, actor: User | None, **fields: Any) -> Photo:
    return Photo(
        original=f"{found.sha256[:2]}/{found.sha256}.{found.extension}",
        sha256=found.sha256,
        format=found.format,
        bytes=len(data),
        width=found.width,
        height=found.height,
        perceptual_hash=signed(found.perceptual_hash),
        colour=found.colour,
        file_name=name,
        uploaded_by=actor,
        **fields,
    )


def store(photo: Photo, data: bytes, complete: Callable[[], None]) -> None:
    """Store the original and its row, and what `complete` writes with it.

    Leaves nothing behind if it raises OSError or a database error.
    """
    with new_files(Kind.ORIGINALS, [photo.original]) as record_files:
        storage.originals().write(photo.original, data)
        with transaction.atomic(durable=True):
            photo.save(force_insert=True)
            complete()
            schedule(photo)
            record_files()


def known(earlier: Photo, notes: tuple[str, ...] = ()) -> UploadResult:
    """Return the result for bytes already in the library: the picture's newest file, and why it may not be used."""
    successor = newest({earlier.pk}).get(earlier.pk)
    photo = Photo.objects.get(pk=successor) if successor else earlier
    told = "，".join([str(earlier), *hindrances(earlier)])
    return UploadResult(photo=photo, duplicates=[photo], notes=(f"图片库里已有这张照片（{told}），没有再存。", *notes))
