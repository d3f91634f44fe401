"""Corrections where they belong on a page, and banners on pages that are not simply public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from interviews.document import FeatureDocument
from interviews.models import Edition, EditionKind


@dataclass(frozen=True)
class Banner:
    """A line above a preview or an archived page."""

    name: str
    text: str


@dataclass
class Corrections:
    """Corrections up to the shown edition: by interview, by topic, and of the whole page.

    `editions` counts the public editions. A correction whose interview or topic has left the page moves to the page.
    """

    editions: int = 0
    interviews: dict[int, list[Edition]] = field(default_factory=dict)
    topics: dict[int, list[Edition]] = field(default_factory=dict)
    page: list[Edition] = field(default_factory=list)


def corrections(edition: Edition, document: FeatureDocument, seen: Iterable[Edition]) -> Corrections:
    """The corrections shown with an edition, among all that readers have seen of its feature, in order."""
    found = Corrections()
    interviews = {interview.id for topic in document.topics for interview in topic.interviews}
    topics = {topic.id for topic in document.topics}
    for each in seen:
        if each.number > edition.number:
            break
        found.editions += 1
        if each.kind != EditionKind.CORRECTION:
            continue
        if each.interview_id and each.interview_id in interviews:
            found.interviews.setdefault(each.interview_id, []).append(each)
        elif each.topic_id and each.topic_id in topics:
            found.topics.setdefault(each.topic_id, []).append(each)
        else:
            found.page.append(each)
    return found


def seen_at(moment: datetime, edition: Edition) -> Banner:
    verb = "读者看到的" if moment <= timezone.now() else "读者将看到的"
    return Banner("存档", f"{_beijing(moment)} {verb}版面 · 第{edition.number}次发布")


def preview_of(number: int, expires: datetime) -> Banner:
    return Banner("预览", f"第 {number} 稿 · 有效期至 {_beijing(expires)}")


def _beijing(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y年%-m月%-d日 %H:%M} 北京时间"
