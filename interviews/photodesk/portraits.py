from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from interviews.models import Feature, Interview, Photo, PhotoPlace, PublishedInterview, PublishedPhoto
from interviews.text.chinese import name_sort_key

from .prefill import interviews_of, named_in, stem
from .rights import hindrances


@dataclass(frozen=True)
class Match:
    """A proposed portrait and why it was proposed: 文件名, 图片说明 or 次序."""

    interview: Interview
    photo: Photo
    reason: str


def match_portraits(feature: Feature, photos: Iterable[Photo]) -> list[Match]:
    """Propose portraits: by file name, then caption, then order. Writes nothing; skips speakers that have one."""
    interviews = interviews_of(feature)
    names = {each.speaker_name for each in interviews if each.speaker_name}
    waiting = [each for each in interviews if not each.portrait_id and each.speaker_name]
    left = list(photos)
    found: list[Match] = []
    for reason, named in (("文件名", _named_by_file), ("图片说明", _named_by_caption)):
        shown = {each: named(each, names) for each in left}
        for interview in list(waiting):
            photo = next((each for each in left if interview.speaker_name in shown[each]), None)
            if photo:
                found.append(Match(interview, photo, reason))
                waiting.remove(interview)
                left.remove(photo)
    found += [Match(interview, photo, "次序") for interview, photo in zip(waiting, left, strict=False)]
    places = {interview.pk: place for place, interview in enumerate(interviews)}
    return sorted(found, key=lambda match: places[match.interview.pk])


def former_portraits(interviews: Iterable[Interview]) -> dict[int, Photo]:
    """Return each speaker's usual portrait: the chosen one, else the newest public one that may still be used.

    Three queries.
    """
    speakers = {each.speaker.pk: each.speaker for each in interviews if each.speaker}
    heard = PublishedInterview.objects.public().filter(speaker__in=speakers).newest_first()
    spoken = list(heard.values_list("edition_id", "interview_id", "speaker_id"))
    rows = PublishedPhoto.objects.filter(place=PhotoPlace.PORTRAIT, interview_id__in=[key for _, key, _ in spoken])
    shown = {(row.edition_id, row.interview_id): row.photo_id for row in rows}
    found: dict[int, int] = {key: speaker.portrait_id for key, speaker in speakers.items() if speaker.portrait_id}
    for edition, key, speaker in spoken:
        if (edition, key) in shown:
            found.setdefault(speaker, shown[edition, key])
    photos = Photo.objects.select_related("photographer__user").in_bulk(found.values())
    return {key: photos[photo] for key, photo in found.items() if not hindrances(photos[photo])}


def _named_by_file(photo: Photo, names: set[str]) -> set[str]:
    text = stem(photo.file_name)
    letters = "".join(character for character in text.lower() if character.isascii() and character.isalpha())
    return named_in(text, names) | {name for name in names if _letters(name) == letters}


def _letters(name: str) -> str:
    return "".join(character for character in name_sort_key(name).lower() if character.isalpha())


def _named_by_caption(photo: Photo, names: set[str]) -> set[str]:
    return named_in("\n".join((photo.caption, photo.headline, photo.alt_text, photo.keywords)), names)
