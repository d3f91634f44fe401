from __future__ import annotations

from typing import TypeVar

from interviews.document import FeatureDocument, Interview, Portrait
from interviews.document import Photo as PlacedPhoto
from interviews.models import Photo

Picture = TypeVar("Picture", PlacedPhoto, Portrait)


def with_newest_files(document: FeatureDocument) -> FeatureDocument:
    """The same page with the newest file of each picture: a window that was open while one was replaced names the old
    one still. One query where the page has pictures and none was replaced."""
    newer = newest({picture.id for picture in document.pictures if picture.id})
    if not newer:
        return document

    def renewed(picture: Picture) -> Picture:
        return picture.model_copy(update={"id": newer.get(picture.id or 0, picture.id)})

    def interview(each: Interview) -> Interview:
        return each.model_copy(update={"portrait": renewed(each.portrait)}) if each.portrait else each

    topics = tuple(
        topic.model_copy(update={"interviews": tuple(map(interview, topic.interviews))}) for topic in document.topics
    )
    cover = renewed(document.cover) if document.cover else None
    return document.model_copy(
        update={"topics": topics, "cover": cover, "photos": tuple(map(renewed, document.photos))}
    )


def newest(keys: set[int]) -> dict[int, int]:
    """Those that were replaced, each with the last of its successors."""
    found: dict[int, int] = {}
    asked = keys
    while asked:
        rows = Photo.objects.filter(pk__in=asked).exclude(replaced_by=None).order_by()
        step = {old: new for old, new in rows.values_list("pk", "replaced_by") if new is not None}
        found |= step
        asked = set(step.values()) - set(found)
    return {key: _last(found, key) for key in keys & set(found)}


def _last(found: dict[int, int], key: int) -> int:
    while key in found:
        key = found[key]
    return key
