"""The paper on which somebody agreed to be shown."""

from __future__ import annotations

import hashlib
import logging
from typing import BinaryIO

from django.contrib.auth.models import User
from django.db import Error, transaction

from .. import storage
from ..models import Photo
from ..refusal import Refused
from .describing import lock
from .intake import NO_ROOM, NOT_STORED, is_full
from .permissions import may_edit

log = logging.getLogger(__name__)

MOST_BYTES = 20 * 1024 * 1024
KINDS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


def keep_consent(*, photo: Photo, actor: User, file: BinaryIO) -> Photo:
    """Keep a signed paper with a photo, in the place of an earlier one. It is known by its content, not by its name."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refused(f"授权书超过 {MOST_BYTES // 1024 // 1024} MB 的上限。")
    kind = next((kind for start, kind in KINDS.items() if data.startswith(start)), "")
    if not kind:
        raise Refused("授权书应是 PDF、JPEG 或 PNG 文件。")
    name = f"{hashlib.sha256(data).hexdigest()}.{kind}"
    try:
        with storage.writing(), transaction.atomic():
            photo = lock(photo)
            if not may_edit(actor, photo):
                raise Refused("你不能修改这张照片的资料。")
            photo.consent_file = name
            photo.save(update_fields=["consent_file", "updated_at"])
            storage.consents().write(name, data)
            return photo
    except (OSError, Error) as error:
        log.exception("a consent could not be stored")
        raise Refused(NO_ROOM if is_full(error) else NOT_STORED) from error
