"""Where a photo is used: on pages that are public, were, or will be, and on pages that are being written."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from ..models import Edition, Feature, Interview, Photo, PhotoPlace, Placement, PublishedPhoto, Speaker


@dataclass(frozen=True)
class Use:
    """`place` is cover, portrait, placed or speaker; `state` is public, scheduled, past or draft."""

    place: str
    state: str
    title: str
    feature_id: int | None = None

    def __str__(self) -> str:
        states = {"public": "正在公开", "scheduled": "定时发布", "past": "曾经公开", "draft": "编辑中"}
        if self.place == "speaker":
            return f"受访者{self.title}的肖像"
        return f"专题《{self.title}》的{PhotoPlace(self.place).label}（{states[self.state]}）"


def uses(photo: Photo) -> list[Use]:
    """Each once: five queries, whatever there is. Earlier revisions of drafts count for none."""
    found = [*_published(photo), *_drafts(photo)]
    found += [Use("speaker", "draft", str(speaker)) for speaker in Speaker.objects.filter(portrait=photo)]
    return list(dict.fromkeys(found))


def _published(photo: Photo) -> list[Use]:
    rows = PublishedPhoto.objects.filter(photo=photo).select_related("edition__page").order_by("-edition")
    return [Use(row.place, _state(row.edition), row.edition.page.headline, row.edition.feature_id) for row in rows]


def _state(edition: Edition) -> str:
    now = timezone.now()
    if edition.published_until and edition.published_until <= now:
        return "past"
    return "public" if edition.published_from <= now else "scheduled"


def _drafts(photo: Photo) -> list[Use]:
    covers = Feature.objects.filter(cover=photo)
    portraits = Interview.objects.filter(portrait=photo).select_related("topic__feature")
    placements = Placement.objects.filter(photo=photo).select_related("feature")
    pairs = [("cover", feature) for feature in covers]
    pairs += [("portrait", interview.topic.feature) for interview in portraits]
    pairs += [("placed", placement.feature) for placement in placements]
    return [Use(place, "draft", str(feature), feature.pk) for place, feature in pairs]
