from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import BinaryIO

from django.contrib.auth.models import User
from django.db import Error, IntegrityError, transaction
from django.db.models import Q, QuerySet

from interviews.errors import RefusedError
from interviews.imaging import ImageRefusedError
from interviews.models import Feature, Interview, Photo, Placement, Speaker, Stage

from .admin_log import ADDITION, record
from .describing import DETAILS, lock
from .failures import not_stored
from .permissions import may_edit
from .renditions import schedule
from .replacements import versions
from .upload import photo_of, read, store

log = logging.getLogger(__name__)

KEPT = (*DETAILS, "focal_x", "focal_y", "consent_file", "feature")


@dataclass
class Replacement:
    """The new photo, and the features that used the old one.

    `features` show it in their drafts now and must be recorded (`publishing.record`); `left` are in review and keep the
    old file, because what is being signed must not change.
    """

    photo: Photo
    features: list[Feature] = field(default_factory=list)
    left: list[Feature] = field(default_factory=list)


def replace(*, photo: Photo, file: BinaryIO, actor: User, name: str = "") -> Replacement:
    """Replace a photo's file by a newer one.

    Keeps caption, credit, focal point, rights and places. Editions keep showing the old file, which stays a photo of
    its own. Uploading the bytes of an older file of the picture reverts to it.
    """
    try:
        data, name, found = read(file, name)
    except ImageRefusedError as refusal:
        raise RefusedError(str(refusal)) from refusal
    older = Photo.objects.filter(sha256=found.sha256, pk__in=versions(photo)).exclude(pk=photo.pk).first()
    new = older or photo_of(found, data, name or photo.file_name, actor)
    done = Replacement(new)

    def complete() -> None:
        # Lock features first, as every verb does.
        features = list(_features_with(photo).select_for_update().order_by("pk"))
        old = lock(photo)
        _refuse(old, actor)
        if older:
            _take_out(lock(older))
            new.replaced_by = None
        for each in KEPT:
            setattr(new, each, getattr(old, each))
        new.save(update_fields=[*KEPT])
        new.people.set(old.people.all())
        new.subjects.set(old.subjects.all())
        old.replaced_by = new
        old.save(update_fields=["replaced_by", "updated_at"])
        record(actor, old, f"换成照片 {new.pk}")
        if older:
            record(actor, new, f"换回，换下照片 {old.pk}")
        else:
            record(actor, new, f"上传，换下照片 {old.pk}", ADDITION)
        done.left = [feature for feature in features if feature.stage == Stage.REVIEW]
        done.features = [feature for feature in features if feature.stage != Stage.REVIEW]
        _move(old, new, done.features)

    try:
        if older:
            with transaction.atomic():
                complete()
                schedule(new)
        else:
            store(new, data, complete)
    except IntegrityError as error:
        raise RefusedError("图片库里已有这个文件，不用替换。") from error
    except (OSError, Error) as error:
        log.exception("a photo could not be replaced")
        raise RefusedError(not_stored(error)) from error
    return done


def _refuse(old: Photo, actor: User) -> None:
    if not may_edit(actor, old):
        raise RefusedError("你不能替换这张照片。")
    if old.replaced_by_id:
        raise RefusedError("这张照片已经换过新的文件，请替换新的那一张。")
    if old.withdrawn_at:
        raise RefusedError("这张照片已撤下，不能替换。")


def _take_out(photo: Photo) -> None:
    """Move a photo to the end of its picture's chain. Order matters: two photos never share a successor."""
    following = photo.replaced_by
    photo.replaced_by = None
    photo.save(update_fields=["replaced_by"])
    Photo.objects.filter(replaced_by=photo).update(replaced_by=following)


def _features_with(photo: Photo) -> QuerySet[Feature]:
    placed = Placement.objects.filter(photo=photo).values("feature")
    portrayed = Interview.objects.filter(portrait=photo).values("topic__feature")
    return Feature.objects.filter(Q(cover=photo) | Q(pk__in=placed) | Q(pk__in=portrayed))


def _move(old: Photo, new: Photo, features: list[Feature]) -> None:
    keys = [feature.pk for feature in features]
    Feature.objects.filter(pk__in=keys, cover=old).update(cover=new)
    Placement.objects.filter(feature__in=keys, photo=old).update(photo=new)
    Interview.objects.filter(topic__feature__in=keys, portrait=old).update(portrait=new)
    Speaker.objects.filter(portrait=old).update(portrait=new)
