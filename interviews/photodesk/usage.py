"""Find the uses of a photo: on public, past and scheduled pages, and in drafts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from interviews.models import Edition, Feature, Interview, Photo, PhotoPlace, Placement, PublishedPhoto, Speaker

from .replacements import newest, versions


@dataclass(frozen=True)
class Use:
    """One use of a photo.

    `place` is cover, portrait, placed or speaker; `state` is public, scheduled, past or draft. `elsewhere` means that
    another file of the same picture is used, one that replaced this or was replaced.
    """

    place: str
    state: str
    title: str
    feature_id: int | None = None
    elsewhere: bool = False

    def __str__(self) -> str:
        states = {"public": "正在公开", "scheduled": "定时发布", "past": "曾经公开", "draft": "编辑中"}
        other = "，用的是换过的另一个文件" if self.elsewhere else ""
        if self.place == "speaker":
            return f"受访者{self.title}的肖像{other}"
        return f"专题《{self.title}》的{PhotoPlace(self.place).label}（{states[self.state]}{other}）"


def uses(photo: Photo) -> list[Use]:
    """List the uses of a photo, those of this very file first.

    Six queries, and one more for each replacement. Earlier revisions of drafts and cancelled editions do not count.
    """
    files = versions(photo)
    found = [*_published(photo, files), *_drafts(photo, files), *_speakers(photo, files)]
    return sorted(dict.fromkeys(found), key=lambda use: use.elsewhere)


def _published(photo: Photo, files: list[int]) -> Iterator[Use]:
    rows = PublishedPhoto.objects.not_cancelled().filter(photo__in=files)
    for row in rows.select_related("edition__page").order_by("-edition"):
        page = row.edition.page
        yield Use(row.place, _state(row.edition), page.headline, page.feature_id, row.photo_id != photo.pk)


def _state(edition: Edition) -> str:
    now = timezone.now()
    if edition.published_until and edition.published_until <= now:
        return "past"
    return "public" if edition.published_from <= now else "scheduled"


def _drafts(photo: Photo, files: list[int]) -> Iterator[Use]:
    covers = Feature.objects.filter(cover__in=files)
    portraits = Interview.objects.filter(portrait__in=files).select_related("topic__feature")
    placements = Placement.objects.filter(photo__in=files).select_related("feature")
    rows = [("cover", feature, feature.cover_id) for feature in covers]
    rows += [("portrait", interview.topic.feature, interview.portrait_id) for interview in portraits]
    rows += [("placed", placement.feature, placement.photo_id) for placement in placements]
    for place, feature, file in rows:
        yield Use(place, "draft", str(feature), feature.pk, file != photo.pk)


def _speakers(photo: Photo, files: list[int]) -> Iterator[Use]:
    for speaker in Speaker.objects.filter(portrait__in=files):
        yield Use("speaker", "draft", str(speaker), elsewhere=speaker.portrait_id != photo.pk)


def with_use(photos: QuerySet[Photo]) -> QuerySet[Photo]:
    """Annotate `.used`: whether a page or speaker uses the photo, or a file it has replaced, or once did.

    Looks at the same places as `uses`. Replaced files in use are few, and no join follows the chain, so they are
    fetched at once.
    """
    replaced = list(Photo.objects.exclude(replaced_by=None).order_by().values_list("pk", flat=True))
    older = Photo.objects.filter(_used(), pk__in=replaced).order_by()
    successors = set(newest(set(older.values_list("pk", flat=True))).values())
    return photos.annotate(used=_used() | Q(pk__in=successors))


def _used() -> Q:
    here = OuterRef("pk")
    places = [
        PublishedPhoto.objects.not_cancelled().filter(photo=here),
        # Most have none: an index has those that do.
        Feature.objects.filter(cover=here, cover__isnull=False),
        Interview.objects.filter(portrait=here, portrait__isnull=False),
        Placement.objects.filter(photo=here, photo__isnull=False),
        Speaker.objects.filter(portrait=here, portrait__isnull=False),
    ]
    used = Q()
    for rows in places:
        used |= Q(Exists(rows))
    return used
