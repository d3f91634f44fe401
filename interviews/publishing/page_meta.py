"""Metadata of a published page: subject labels, date, descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from typing import overload

from django.utils import timezone

from interviews.document import FeatureDocument, Topic
from interviews.models import Edition
from interviews.text import richtext
from interviews.text.chinese import in_one_line


@dataclass(frozen=True)
class SubjectLabel:
    """A subject as the document names it, with today's hue. A deleted one has no hue and no link."""

    id: int | None
    name: str
    colour: str


def subject_labels(document: FeatureDocument, colours: Mapping[int, str]) -> list[SubjectLabel]:
    """The labels of a page's subjects, given the colours of all (`Subject.objects.colours()`)."""
    return [SubjectLabel(subject.id, subject.name, colours.get(subject.id or 0, "")) for subject in document.subjects]


@overload
def page_date(document: FeatureDocument, edition: Edition) -> Date: ...


@overload
def page_date(document: FeatureDocument, edition: Edition | None) -> Date | None: ...


def page_date(document: FeatureDocument, edition: Edition | None) -> Date | None:
    """The date of print, or else of publication."""
    if document.issue.date:
        return Date.fromisoformat(document.issue.date)
    return timezone.localdate(edition.published_from) if edition else None


def description(document: FeatureDocument) -> str:
    """A sentence or two that describe the page in lists and metadata."""
    return _beginning(document.lead[0] if document.lead else document.subtitle or document.headline)


def topic_description(topic: Topic) -> str:
    """Describe a topic: its first speaker and the beginning of their statement."""
    if not topic.interviews:
        return topic.title
    first = topic.interviews[0]
    return _beginning(in_one_line(f"{first.speaker.name}：{richtext.plain_text(first.body)}"))


def _beginning(text: str) -> str:
    return text if len(text) <= 120 else text[:118] + "……"
