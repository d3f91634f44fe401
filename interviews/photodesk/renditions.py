"""Make renditions: after the commit in threads of this process, or by `make_renditions`."""

from __future__ import annotations

import hashlib
import json
import logging
import queue
import threading
from collections.abc import Iterator

from django.conf import settings
from django.db import close_old_connections, connections, transaction
from django.utils import timezone

from interviews.imaging import SPECS, Rendered, renditions
from interviews.models import Photo, Rendition

from . import storage
from .orphans import remove_if_unused

log = logging.getLogger(__name__)

# Increase when specs or encoders change; `make_renditions` then remakes everything.
VERSION = 2
EXTENSIONS = {"jpeg": "jpg", "webp": "webp", "avif": "avif"}

_waiting: queue.Queue[int] = queue.Queue()
_threads: list[threading.Thread] = []
_starting = threading.Lock()


def recipe_of(photo: Photo) -> str:
    """Fingerprint of everything but the original that renditions depend on."""
    specs = [(spec.name, spec.ratio, spec.edges) for spec in SPECS.values()]
    facts = [VERSION, specs, settings.PHOTO_FORMATS, photo.focal, photo.credit_line, photo.copyright]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def schedule(photo_id: int) -> None:
    """Make a photo's renditions soon, in a thread. `make_renditions` makes those a dying process left."""
    if not settings.PHOTO_THREADS:
        return
    _waiting.put(photo_id)
    with _starting:
        alive = [thread for thread in _threads if thread.is_alive()]  # threads do not survive a fork
        _threads[:] = alive
        for _ in range(settings.PHOTO_THREADS - len(alive)):
            thread = threading.Thread(target=_work, name="renditions", daemon=True)
            _threads.append(thread)
            thread.start()


def _work() -> None:
    while True:
        photo_id = _waiting.get()
        close_old_connections()
        try:
            if photo := Photo.objects.filter(pk=photo_id).first():
                make(photo)
        except Exception:
            log.exception("renditions of photo %s could not be made", photo_id)
        finally:
            connections.close_all()
            _waiting.task_done()


def finish() -> None:
    """Wait for everything scheduled in this process. For commands, which would exit before."""
    _waiting.join()


def make(photo: Photo) -> int:
    """Make all renditions of a photo anew and return their number: 0 if the photo was deleted or changed meanwhile.

    Raises ImageRefusedError or OSError if the original is unreadable or the disk full; existing files stay."""
    recipe = recipe_of(photo)
    data = storage.originals().read(photo.original)
    made = list(
        renditions(
            data,
            focal=photo.focal,
            formats=settings.PHOTO_FORMATS,
            credit=photo.credit_line,
            rights=photo.copyright,
        )
    )
    files = {rendition_name(photo, each): each for each in made}
    recorded = False
    try:
        with storage.writing():
            for name, each in files.items():
                storage.public_files().write(name, each.data)
            recorded = _recorded(photo, recipe, files)
    finally:
        if not recorded:
            remove_if_unused(renditions=files)
    return len(files) if recorded else 0


def _recorded(photo: Photo, recipe: str, files: dict[str, Rendered]) -> bool:
    with transaction.atomic():
        held = Photo.objects.select_for_update().filter(pk=photo.pk).first()
        if held is None or recipe_of(held) != recipe:
            return False
        _record(held, files)
        Photo.objects.filter(pk=held.pk).update(recipe=recipe)
    return True


def rendition_name(photo: Photo, each: Rendered) -> str:
    """Name a file by its bytes and its crop: a 3:4 crop of a 3:4 picture is still a file of its own."""
    seal = hashlib.sha256(each.spec.encode() + each.data).hexdigest()[:32]
    return f"{photo.pk}/{seal}.{EXTENSIONS[each.format]}"


def _record(photo: Photo, files: dict[str, Rendered]) -> None:
    photo.renditions.fresh().exclude(name__in=files).update(superseded_at=timezone.now())
    photo.renditions.filter(name__in=files).delete()
    Rendition.objects.bulk_create(
        Rendition(
            photo=photo,
            spec=each.spec,
            format=each.format,
            width=each.width,
            height=each.height,
            bytes=len(each.data),
            name=name,
        )
        for name, each in files.items()
    )


def missing() -> Iterator[Photo]:
    """Find photos whose renditions are outdated, missing or truncated."""
    folder = storage.public_files()
    photos = Photo.objects.order_by("pk").prefetch_related("renditions")
    for photo in photos.iterator(chunk_size=200):
        rows = [row for row in photo.renditions.all() if row.superseded_at is None]
        if photo.recipe != recipe_of(photo) or not rows or any(_broken(folder, row) for row in rows):
            yield photo


def _broken(folder: storage.Folder, row: Rendition) -> bool:
    try:
        return folder.path(row.name).stat().st_size != row.bytes
    except OSError:
        return True


__all__ = ["finish", "make", "missing", "recipe_of", "rendition_name", "schedule"]
