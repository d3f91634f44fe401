"""Signed consent forms (PDF or image); staff only."""

from __future__ import annotations

import hashlib
import logging
from typing import BinaryIO

from django.contrib.auth.models import User
from django.db import Error, transaction

from interviews.errors import RefusedError
from interviews.imaging import ImageRefusedError, Limits, probe
from interviews.models import Photo

from . import storage
from .admin_log import record
from .describing import lock
from .failures import not_stored
from .orphans import clean_up, new_files, note
from .permissions import may_edit
from .replacements import versions
from .storage import Kind

log = logging.getLogger(__name__)

MOST_BYTES = 20 * 1024 * 1024
# A PDF's end marker lies within its last 1024 bytes (ISO 32000-1, annex H.3).
TAIL = 1024


def attach_consent(*, photo: Photo, file: BinaryIO, actor: User) -> Photo:
    """Store a consent form, replacing the previous one. It holds for every file of the picture."""
    if not may_edit(actor, photo):
        raise RefusedError("你不能修改这张照片的资料。")
    data, extension = _read(file)
    digest = hashlib.sha256(data).hexdigest()
    name = f"{digest[:2]}/{digest}.{extension}"
    try:
        photo, before = _store(photo, name, data, actor)
    except (OSError, Error) as error:
        log.exception("a consent could not be stored")
        raise RefusedError(not_stored(error)) from error
    transaction.on_commit(lambda: clean_up(Kind.CONSENTS, [before]))
    return photo


def _store(photo: Photo, name: str, data: bytes, actor: User) -> tuple[Photo, str]:
    """Write the file and the row; return the previous file's name. Leaves nothing behind if it raises."""
    with new_files(Kind.CONSENTS, [name]) as record_files:
        storage.consents().write(name, data)
        with transaction.atomic():
            photo = lock(photo)
            before = photo.consent_file
            Photo.objects.filter(pk__in=versions(photo)).update(consent_file=name)
            photo.refresh_from_db()
            record(actor, photo, "附上授权书")
            record_files()
            note(Kind.CONSENTS, [before])
            return photo, before


def consent_of(photo: Photo) -> bytes | None:
    """Read the consent form; None if there is none or its file is gone. Raises StorageError."""
    if not photo.consent_file:
        return None
    try:
        return storage.consents().read(photo.consent_file)
    except FileNotFoundError:
        return None


def _read(file: BinaryIO) -> tuple[bytes, str]:
    try:
        data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise RefusedError("文件读不出来，请重新选一次。") from error
    if len(data) > MOST_BYTES:
        raise RefusedError(f"授权书超过 {MOST_BYTES // 1024 // 1024} MB 的上限，请压缩后再传。")
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-TAIL:]:
            raise RefusedError("授权书文件不完整（多半是没有传完），请重新传一次。")
        return data, "pdf"
    try:
        return data, probe(data, limits=Limits(bytes=MOST_BYTES)).extension
    except ImageRefusedError as refusal:
        raise RefusedError(f"授权书请传 PDF 或照片。{refusal}") from refusal
