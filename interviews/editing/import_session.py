"""A printed page on its way in: read, corrected line by line, confirmed. Until then only the intake is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Date
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from interviews import document as d
from interviews.errors import RefusedError
from interviews.house_style.context import house_grammar
from interviews.imaging import ImageRefusedError, probe
from interviews.models import Feature, Intake, IntakePicture, Photo
from interviews.pagetext import Label, PageReading, parse
from interviews.pagetext.files import PageSource, Picture
from interviews.people.matching import Mention
from interviews.text.chinese import clean_line

from .page_import import import_page

# A page of print holds some 8,000 characters; a whole paper of them is not one page.
LONGEST_TEXT = 300_000
KEPT = timedelta(days=30)
LONG_FILE_NAME = 200


def open_intake(
    *,
    actor: User,
    source: PageSource,
    file_name: str = "",
    issue_date: Date | None = None,
    page_number: int | None = None,
) -> Intake:
    """Keep a page, and the pictures of its file, for its reading. Those that nobody touched for 30 days go."""
    _may(actor)
    if len(source.text) > LONGEST_TEXT:
        raise RefusedError(f"这段文字有 {len(source.text):,} 个字，一版最多读 {LONGEST_TEXT:,} 个字。请只贴一个版面。")
    pictures, refused = _pictures(source.pictures)
    with transaction.atomic():
        # Everybody's: who never comes back removes none of their own.
        Intake.objects.filter(changed_at__lt=timezone.now() - KEPT).delete()
        intake = Intake.objects.create(
            user=actor,
            text=source.text.replace("\x00", ""),
            labels={str(line): label.value for line, label in source.labels.items()},
            reasons={str(line): source.reasons.get(line, "版面样式如此") for line in source.labels},
            notes=[*source.notes, *refused],
            file_name=file_name[-LONG_FILE_NAME:],
            issue_date=issue_date,
            page_number=page_number,
        )
        IntakePicture.objects.bulk_create(
            IntakePicture(
                intake=intake,
                position=position,
                data=picture.data,
                media_type=picture.media_type,
                width=picture.width,
                height=picture.height,
                caption=clean_line(picture.caption)[: d.CAPTION_LENGTH],
            )
            for position, picture in enumerate(pictures)
        )
    return intake


def _pictures(pictures: Sequence[Picture]) -> tuple[list[Picture], list[str]]:
    """Those that the library would take, and a sentence for each of the others."""
    taken, refused = [], []
    for picture in pictures:
        try:
            probe(picture.data)
            taken.append(picture)
        except ImageRefusedError as refusal:
            refused.append(f"第 {picture.page} 页的一张图没有取出来：{refusal}")
    return taken, refused


def read_intake(intake: Intake) -> PageReading:
    return parse(intake.text, house_grammar(), labels=labels_of(intake.labels))


def read_source(feature: Feature) -> PageReading:
    """The page that a feature was made of, read again as it was labelled then, with the grammar of today."""
    return parse(feature.source_text, house_grammar(), labels=labels_of(feature.source_labels))


def labels_of(stored: Mapping[str, str]) -> dict[int, Label]:
    return {int(line): Label(label) for line, label in stored.items()}


def label_lines(*, intake: Intake, actor: User, labels: Mapping[int, Label | None]) -> None:
    """Say what lines are; None takes back what was said."""
    with transaction.atomic():
        held = _hold(intake, actor)
        lines = held.text.count("\n") + held.text.count("\r") + 1
        for line, label in labels.items():
            if not 1 <= line <= lines:
                raise RefusedError("这一行已经不在了，请重新打开这个页面。")
            held.reasons.pop(str(line), None)
            if label is None:
                held.labels.pop(str(line), None)
            else:
                held.labels[str(line)] = label.value
        held.save(update_fields=["labels", "reasons", "changed_at"])


def discard_intake(*, intake: Intake, actor: User) -> None:
    with transaction.atomic():
        _hold(intake, actor).delete()


def confirm_intake(
    *,
    intake: Intake,
    actor: User,
    seen: str,
    people: Mapping[Mention, int] | None = None,
    pictures: Sequence[tuple[str, Photo]] = (),
    issue_date: Date | None = None,
    page_number: int | None = None,
) -> Feature:
    """Write it all: the feature, its people, its first revision. `seen` is the digest of the document on the screen;
    `people` says whose record a mention is (an id), or that it is somebody new (`NEW`); `pictures` are photos of the
    library, each with the caption that stands by it."""
    with transaction.atomic():
        held = _hold(intake, actor)
        reading = read_intake(held)
        if reading.document.digest != seen:
            raise RefusedError("这一版刚刚又有改动（可能在别的窗口），请核对后再确认。")
        feature = import_page(
            reading=reading,
            source_text=held.text,
            source_labels=labels_of(held.labels),
            people=people,
            pictures=pictures,
            actor=actor,
            issue_date=issue_date,
            page_number=page_number,
        )
        held.delete()
    return feature


def imported_before(text: str) -> Feature | None:
    """The newest feature that was made of just this text."""
    return Feature.objects.filter(source_digest=d.digest_of(text)).select_related("owner").order_by("-pk").first()


def _may(actor: User) -> None:
    if not actor.has_perm("interviews.import_feature"):
        raise RefusedError("你不能导入版面。")


def _hold(intake: Intake, actor: User) -> Intake:
    _may(actor)
    held = Intake.objects.select_for_update().filter(pk=intake.pk, user=actor).first()
    if held is None:
        raise RefusedError("这次导入已经完成或放弃了。")
    return held
