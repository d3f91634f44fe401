from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..chinese import name_sort_key
from ..models import Feature, Interview, Photo
from .prefill import interviews_of, stem


@dataclass(frozen=True)
class Match:
    """A photo proposed as somebody's portrait, and why: 文件名, 图片说明 or 次序."""

    interview: Interview
    photo: Photo
    reason: str


def match_portraits(feature: Feature, photos: Iterable[Photo]) -> list[Match]:
    """Which of the photos shows whom: by the file's name, then by the caption, then by order. A proposal: nothing is
    written. Who has a portrait already gets no other."""
    waiting = [each for each in interviews_of(feature) if not each.portrait_id and each.speaker_name]
    left = list(photos)
    found: list[Match] = []
    for reason, shows in (("文件名", _named_by_file), ("图片说明", _named_by_caption)):
        for interview in list(waiting):
            photo = next((each for each in left if shows(each, interview.speaker_name)), None)
            if photo:
                found.append(Match(interview, photo, reason))
                waiting.remove(interview)
                left.remove(photo)
    found += [Match(interview, photo, "次序") for interview, photo in zip(waiting, left, strict=False)]
    places = {interview.pk: place for place, interview in enumerate(interviews_of(feature))}
    return sorted(found, key=lambda match: places[match.interview.pk])


def _named_by_file(photo: Photo, name: str) -> bool:
    text = stem(photo.file_name)
    letters = "".join(character for character in text.lower() if character.isascii() and character.isalpha())
    return name in text or letters == _letters(name)


def _letters(name: str) -> str:
    return "".join(character for character in name_sort_key(name).lower() if character.isalpha())


def _named_by_caption(photo: Photo, name: str) -> bool:
    return any(name in text for text in (photo.caption, photo.headline, photo.alt_text, photo.keywords))
