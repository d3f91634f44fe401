"""Correction and update notices: what an edition tells readers who saw an earlier one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from interviews.document import FeatureDocument
from interviews.document.walk import interview_at, topic_at
from interviews.errors import RefusedError
from interviews.models import Edition, EditionKind, Feature, Revision
from interviews.text.cleaning import paragraphs

_PLACE = re.compile(r"(topic|interview):([1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Notice:
    """A notice as typed; `.fields()` are an edition's. `place` is `topic:12`, `interview:33`, or empty for the page."""

    kind: str = ""
    note: str = ""
    wrong: str = ""
    right: str = ""
    place: str = ""
    topic_id: int | None = None
    interview_id: int | None = None

    def fields(self) -> dict[str, Any]:
        names = ("kind", "note", "wrong", "right", "topic_id", "interview_id")
        return {name: getattr(self, name) for name in names}


def needs_notice(feature: Feature, revision: Revision | None) -> bool:
    """Tell whether readers saw, or will see, an edition before this one. Rescheduling does not count."""
    shown = feature.editions.exclude(published_until=F("published_from"))
    return shown.exclude(revision=revision, published_from__gt=timezone.now()).exists()


def notice_for(feature: Feature, revision: Revision, start: datetime, typed: Notice, last: Edition | None) -> Notice:
    """Complete the notice for an edition that begins at `start`, after the `last` one.

    Raises RefusedError if something is missing.
    """
    notice = Notice(
        kind=typed.kind,
        note=paragraphs(typed.note, "说明"),
        wrong=paragraphs(typed.wrong, "原文有误处"),
        right=paragraphs(typed.right, "更正内容"),
        place=typed.place,
    )
    if notice.kind not in EditionKind.values:
        raise RefusedError("类别只能是更正或更新。")
    earlier = feature.editions.seen(start).exclude(revision=revision, published_from__gt=timezone.now())
    if last is None or not earlier.exists():
        # Nobody saw an edition that could have been wrong.
        return Notice(note=notice.note)
    said = notice.note or notice.wrong or notice.right
    if not said and not notice.kind and (scheduled := _scheduled(feature, revision)):
        return _of(scheduled)
    kind = notice.kind or (EditionKind.CORRECTION if notice.wrong or notice.right else EditionKind.UPDATE)
    if kind == EditionKind.UPDATE:
        if not notice.note:
            raise RefusedError("读者已经看过前一版：请写明更正了什么，或者更新了什么。")
        return Notice(kind=kind, note=notice.note)
    if not notice.wrong or not notice.right:
        raise RefusedError("更正须写明原文哪里有误、现在更正为什么。")
    topic_id, interview_id = _where(revision.read(), notice.place)
    return Notice(kind, notice.note, notice.wrong, notice.right, notice.place, topic_id, interview_id)


def _scheduled(feature: Feature, revision: Revision | None) -> Edition | None:
    waiting = feature.editions.filter(revision=revision, published_from__gt=timezone.now(), published_until=None)
    return waiting.order_by("-number").first()


def _of(edition: Edition) -> Notice:
    return Notice(
        kind=edition.kind,
        note=edition.note,
        wrong=edition.wrong,
        right=edition.right,
        topic_id=edition.topic_id,
        interview_id=edition.interview_id,
    )


def _where(document: FeatureDocument, place: str) -> tuple[int | None, int | None]:
    """Return the ids of the topic and interview a place names. Raises RefusedError if the document lacks them."""
    if not place:
        return None, None
    if _PLACE.fullmatch(place):
        if placed := interview_at(document, place):
            return placed.home.topic.id, placed.interview.id
        if topic := topic_at(document, place):
            return topic.topic.id, None
    raise RefusedError("更正的位置不在这一稿里，请重新选择。")
