"""Make renditions: from the queue after an upload or a change, or by `make_renditions`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from interviews import tasks
from interviews.imaging import SPECS, Rendered, renditions
from interviews.models import Photo, Rendition, Task, TaskKind

from . import storage
from .failures import FAILURES, reason
from .orphans import new_files
from .storage import Files, Kind

# Increase when specs or encoders change; `make_renditions` then remakes everything.
VERSION = 2
EXTENSIONS = {"jpeg": "jpg", "webp": "webp", "avif": "avif"}


def recipe_of(photo: Photo) -> str:
    """Fingerprint of everything but the original that renditions depend on."""
    specs = [(spec.name, spec.ratio, spec.edges) for spec in SPECS.values()]
    facts = [VERSION, specs, settings.PHOTO_FORMATS, photo.focal, photo.credit_line, photo.copyright]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def schedule(photo: Photo) -> None:
    """Queue the photo's renditions in the caller's transaction; a worker begins right after the commit."""
    tasks.enqueue(TaskKind.RENDITIONS, photo.pk)


@tasks.handles(TaskKind.RENDITIONS)
def make_queued(photo_id: int) -> bool:
    """Make the renditions of a photo from the queue; False if it changed meanwhile. A deleted photo needs none."""
    photo = Photo.objects.filter(pk=photo_id).first()
    try:
        if photo is None or make(photo):
            return True
    except FAILURES as error:
        if _exists(photo_id):
            raise tasks.TaskError(reason(error)) from error
    return not _exists(photo_id)


def _exists(photo_id: int) -> bool:
    return Photo.objects.filter(pk=photo_id).exists()


def failure_of(photo: Photo) -> Task | None:
    """The queued task if its last attempt at the photo's renditions failed. One query."""
    return Task.objects.failed().filter(kind=TaskKind.RENDITIONS, subject=photo.pk).first()


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
    with new_files(Kind.RENDITIONS, files) as record_files:
        for name, each in files.items():
            storage.public_files().write(name, each.data)
        recorded = _recorded(photo, recipe, files, record_files)
    return len(files) if recorded else 0


def _recorded(photo: Photo, recipe: str, files: dict[str, Rendered], record_files: Callable[[], None]) -> bool:
    with transaction.atomic():
        held = Photo.objects.select_for_update().filter(pk=photo.pk).first()
        if held is None or recipe_of(held) != recipe:
            return False
        _record(held, files)
        record_files()
        Photo.objects.filter(pk=held.pk).update(recipe=recipe)
        # Whoever wants renditions holds the photo's lock: what is queued now is what was made.
        tasks.forget(TaskKind.RENDITIONS, held.pk)
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
    """Find photos whose renditions are outdated or not recorded. Looks at rows only."""
    fresh = Rendition.objects.fresh().filter(photo=OuterRef("pk"))
    photos = Photo.objects.order_by("pk").only("recipe", "focal_x", "focal_y", "credit_line", "copyright")
    for photo in photos.annotate(is_made=Exists(fresh)).iterator():
        if photo.recipe != recipe_of(photo) or not photo.is_made:  # type: ignore[attr-defined]  # annotated above
            yield photo


def damaged() -> Iterator[Photo]:
    """Find photos with a rendition whose file is lost or truncated. Asks for every file, so it takes long."""
    folder = storage.public_files()
    for photo in Photo.objects.order_by("pk").prefetch_related("renditions").iterator(chunk_size=200):
        if any(_is_damaged(folder, row) for row in photo.renditions.all() if row.superseded_at is None):
            yield photo


def _is_damaged(folder: Files, row: Rendition) -> bool:
    return folder.size(row.name) != row.bytes


__all__ = ["damaged", "failure_of", "make", "make_queued", "missing", "recipe_of", "rendition_name", "schedule"]
