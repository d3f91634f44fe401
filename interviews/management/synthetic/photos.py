"""The photos of the synthetic newsroom: small JPEG files with their rows and renditions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from random import Random

from PIL import Image

from interviews.imaging import Rendered, renditions
from interviews.models import Photo, Rendition
from interviews.models.bulk import insert
from interviews.photodesk import storage
from interviews.photodesk.renditions import recipe_of, rendition_name
from interviews.photodesk.upload import photo_of, read

from . import plan, words
from .pages import contributor_name
from .record import Staff

SIZE = (160, 120)


def write_photos(total: int, start: int, stop: int, staff: Staff) -> None:
    """Write the photos of these ids, files first. Not flushed to disk one by one: they can be made again."""
    photos, files = [], []
    for key in range(start, stop):
        data = _picture(key)
        photo = _photo(key, total, data, staff)
        storage.originals().write(photo.original, data, durable=False)
        for each in renditions(data, formats=("jpeg",), credit=photo.credit_line):
            name = rendition_name(photo, each)
            storage.public_files().write(name, each.data, durable=False)
            files.append(_rendition(photo, each, name))
        photos.append(photo)
    insert(photos)
    insert(list(_numbered(files)))
    people = Photo.people.through
    people.objects.bulk_create(
        people(pk=photo.pk, photo_id=photo.pk, speaker_id=(photo.pk - plan.covers(total)) * 5)
        for photo in photos
        if photo.pk > plan.covers(total)
    )


def _picture(key: int) -> bytes:
    """A JPEG of coloured tiles, different for every key."""
    random = Random(key)  # noqa: S311 - not a secret
    tiles = Image.frombytes("RGB", (8, 6), random.randbytes(8 * 6 * 3))
    out = BytesIO()
    tiles.resize(SIZE, Image.Resampling.BICUBIC).save(out, "JPEG", quality=60)
    return out.getvalue()


def _photo(key: int, total: int, data: bytes, staff: Staff) -> Photo:
    _, name, found = read(BytesIO(data), f"IMG_{key:06}.jpg")
    photographer = key % plan.contributors(total) + 1
    moment = plan.LAST_DAY - timedelta(hours=plan.photos(total) - key)
    place = words.PLACES[key % len(words.PLACES)]
    photo = photo_of(found, data, name, staff.reporters[key % len(staff.reporters)])
    photo.pk, photo.caption, photo.alt_text = key, f"{place}新貌。", f"从高处看{place}"
    photo.photographer_id, photo.credit_line = photographer, f"{contributor_name(photographer)} 摄"
    photo.taken_at = photo.uploaded_at = photo.updated_at = moment
    photo.place, photo.recipe = place, recipe_of(photo)
    if plan.is_expired(key):
        photo.expires_on = date(2026, 1, 1)
    if plan.is_withdrawn(key):
        photo.withdrawn_at, photo.withdrawn_by, photo.withdrawal_reason = moment, staff.chief, "本人要求撤下。"
    return photo


def _rendition(photo: Photo, each: Rendered, name: str) -> Rendition:
    return Rendition(
        photo=photo,
        spec=each.spec,
        format=each.format,
        width=each.width,
        height=each.height,
        bytes=len(each.data),
        name=name,
    )


def _numbered(rows: list[Rendition]) -> Iterator[Rendition]:
    """Number renditions by their photo, so that batches may be written side by side."""
    places: dict[int, int] = {}
    for row in rows:
        place = places.setdefault(row.photo_id, 0)
        places[row.photo_id] += 1
        row.pk = row.photo_id * 16 + place
        yield row
