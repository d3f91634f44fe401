"""Create a feature from a parsed page, with its pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from interviews import document as d
from interviews.document.edit import map_interviews
from interviews.document.walk import placed_interviews
from interviews.drafting import DraftedFeature, draft
from interviews.errors import RefusedError
from interviews.models import Photo
from interviews.pagetext import PageReading
from interviews.people.matching import Mention, with_people

from .revisions import freeze_revision


def import_page(
    *,
    reading: PageReading,
    source_text: str,
    actor: User | None,
    issue_date: date | None = None,
    page_number: int | None = None,
    source_labels: Mapping[int, str] | None = None,
    people: Mapping[Mention, int] | None = None,
    pictures: Sequence[tuple[str, Photo]] = (),
) -> DraftedFeature:
    """Draft a parsed page as a feature and record its first revision. `actor` is None on the command line.

    `people` maps mentions to record ids or `NEW`; others are matched by name. `pictures` are photos of the library with
    the captions printed near them. The feature's `.people` lists matched and created people.
    """
    if actor is not None and not actor.has_perm("interviews.import_feature"):
        raise RefusedError("你不能导入版面。")
    if not reading.document.topics:
        raise RefusedError("没有读出话题：请检查原文里有没有“话题：”一类的标记。")
    issue = d.Issue(
        date=issue_date.isoformat() if issue_date else reading.document.issue.date,
        page=page_number or reading.document.issue.page,
        page_name=reading.document.issue.page_name,
    )
    with transaction.atomic():
        document = with_people(reading.document.model_copy(update={"issue": issue}), people or {})
        document = _with_pictures(document, pictures)
        feature = draft(document=document, actor=actor, source_text=source_text, source_labels=source_labels)
        freeze_revision(feature, actor)
        new = [photo.pk for _, photo in pictures]
        Photo.objects.filter(pk__in=new, feature=None).update(feature=feature)
    return feature


def _with_pictures(document: d.FeatureDocument, pictures: Sequence[tuple[str, Photo]]) -> d.FeatureDocument:
    """Place pictures by caption: as the portrait of the speaker it names, else with a matching caption, else added."""
    for caption, photo in pictures:
        document = _with_portrait(document, caption, photo) or _with_placed(document, caption, photo)
    return document


def _with_portrait(document: d.FeatureDocument, caption: str, photo: Photo) -> d.FeatureDocument | None:
    speakers = (each.interview for each in placed_interviews(document) if not each.interview.portrait)
    sitter = next((each for each in speakers if caption and each.speaker.name == caption), None)
    if sitter is None:
        return None
    speaker = sitter.speaker
    alt_text = photo.alt_text or d.alt_text_for([(speaker.name, speaker.organisation + speaker.job_title)])
    portrait = d.Portrait(id=photo.pk, credit_line=photo.credit_line, alt_text=alt_text)
    # Drop the placement whose caption is only the name: portraits are shown with it anyway.
    photos = tuple(each for each in document.photos if each.id or each.caption != caption)
    document = map_interviews(
        document, lambda each: each.model_copy(update={"portrait": portrait}) if each is sitter else each
    )
    return document.model_copy(update={"photos": photos})


def _with_placed(document: d.FeatureDocument, caption: str, photo: Photo) -> d.FeatureDocument:
    places = document.photos
    index = next((index for index, place in enumerate(places) if _has_caption(place, caption)), len(places))
    place = places[index] if index < len(places) else d.Photo(caption=caption)
    placed = place.model_copy(
        update={
            "id": photo.pk,
            "caption": place.caption or photo.caption,
            "credit_line": place.credit_line or photo.credit_line,
            "alt_text": photo.alt_text,
        }
    )
    return document.model_copy(update={"photos": (*places[:index], placed, *places[index + 1 :])})


def _has_caption(place: d.Photo, caption: str) -> bool:
    return not place.id and bool(place.caption) and (place.caption in caption or caption == place.credit_line)
