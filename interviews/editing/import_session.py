"""Import sessions: parse a printed page, let the user correct its line labels, create a feature on confirmation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from interviews import document as d
from interviews.errors import RefusedError
from interviews.house_style.context import house_grammar
from interviews.imaging import ImageRefusedError, probe
from interviews.models import Feature, ImportedPicture, ImportSession, Photo
from interviews.pagetext import Label, PageReading, parse
from interviews.pagetext.files import PageSource, Picture
from interviews.people.matching import Mention
from interviews.text.chinese import clean_line

from .page_import import import_page

# A printed page has about 8,000 characters.
LONGEST_TEXT = 300_000
SESSION_LIFETIME = timedelta(days=30)
LONGEST_FILE_NAME = 200


def open_import(
    *,
    actor: User,
    source: PageSource,
    file_name: str = "",
    issue_date: date | None = None,
    page_number: int | None = None,
) -> ImportSession:
    """Start an import session with a page's text and pictures, and delete sessions unchanged for 30 days."""
    _check_permission(actor)
    if len(source.text) > LONGEST_TEXT:
        raise RefusedError(f"这段文字有 {len(source.text):,} 个字，一版最多读 {LONGEST_TEXT:,} 个字。请只贴一个版面。")
    pictures, refused = _pictures(source.pictures)
    with transaction.atomic():
        # All users' sessions, since some users never return.
        ImportSession.objects.filter(changed_at__lt=timezone.now() - SESSION_LIFETIME).delete()
        session = ImportSession.objects.create(
            user=actor,
            text=source.text.replace("\x00", ""),
            labels={str(line): label.value for line, label in source.labels.items()},
            reasons={str(line): source.reasons.get(line, "版面样式如此") for line in source.labels},
            notes=[*source.notes, *refused],
            file_name=file_name[-LONGEST_FILE_NAME:],
            issue_date=issue_date,
            page_number=page_number,
        )
        ImportedPicture.objects.bulk_create(
            ImportedPicture(
                session=session,
                position=position,
                data=picture.data,
                media_type=picture.media_type,
                width=picture.width,
                height=picture.height,
                caption=clean_line(picture.caption)[: d.CAPTION_LENGTH],
            )
            for position, picture in enumerate(pictures)
        )
    return session


def _pictures(pictures: Sequence[Picture]) -> tuple[list[Picture], list[str]]:
    """Split pictures into those the library accepts, and a sentence for each of the others."""
    accepted, refused = [], []
    for picture in pictures:
        try:
            probe(picture.data)
            accepted.append(picture)
        except ImageRefusedError as refusal:
            refused.append(f"第 {picture.page} 页的一张图没有取出来：{refusal}")
    return accepted, refused


def read_import(session: ImportSession) -> PageReading:
    return parse(session.text, house_grammar(), labels=labels_of(session.labels))


def read_source(feature: Feature) -> PageReading:
    """Parse a feature's source again, with its labels and the current grammar."""
    return parse(feature.source_text, house_grammar(), labels=labels_of(feature.source_labels))


def labels_of(stored: Mapping[str, str]) -> dict[int, Label]:
    return {int(line): Label(label) for line, label in stored.items()}


def label_lines(*, session: ImportSession, actor: User, labels: Mapping[int, Label | None]) -> None:
    """Label lines, by number from 1; None removes a label."""
    with transaction.atomic():
        locked = _lock(session, actor)
        lines = locked.text.count("\n") + locked.text.count("\r") + 1
        for line, label in labels.items():
            if not 1 <= line <= lines:
                raise RefusedError("这一行已经不在了，请重新打开这个页面。")
            locked.reasons.pop(str(line), None)
            if label is None:
                locked.labels.pop(str(line), None)
            else:
                locked.labels[str(line)] = label.value
        locked.save(update_fields=["labels", "reasons", "changed_at"])


def discard_import(*, session: ImportSession, actor: User) -> None:
    with transaction.atomic():
        _lock(session, actor).delete()


def confirm_import(
    *,
    session: ImportSession,
    actor: User,
    seen: str,
    people: Mapping[Mention, int] | None = None,
    pictures: Sequence[tuple[str, Photo]] = (),
    issue_date: date | None = None,
    page_number: int | None = None,
) -> Feature:
    """Create the feature as `import_page` does and end the session.

    `seen` is the digest of the document that the user confirmed. Raises RefusedError if it changed since.
    """
    with transaction.atomic():
        locked = _lock(session, actor)
        reading = read_import(locked)
        if reading.document.digest != seen:
            raise RefusedError("这一版刚刚又有改动（可能在别的窗口），请核对后再确认。")
        feature = import_page(
            reading=reading,
            source_text=locked.text,
            source_labels=labels_of(locked.labels),
            people=people,
            pictures=pictures,
            actor=actor,
            issue_date=issue_date,
            page_number=page_number,
        )
        locked.delete()
    return feature


def imported_before(text: str) -> Feature | None:
    """Return the newest feature imported from exactly this text."""
    return Feature.objects.filter(source_digest=d.digest_of(text)).select_related("owner").order_by("-pk").first()


def _check_permission(actor: User) -> None:
    if not actor.has_perm("interviews.import_feature"):
        raise RefusedError("你不能导入版面。")


def _lock(session: ImportSession, actor: User) -> ImportSession:
    """Lock the user's own session. Raises RefusedError if it ended."""
    _check_permission(actor)
    locked = ImportSession.objects.select_for_update().filter(pk=session.pk, user=actor).first()
    if locked is None:
        raise RefusedError("这次导入已经完成或放弃了。")
    return locked
