"""Prefill a photo's details from its metadata, its file name and its feature."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.utils import timezone

from interviews.document import TITLE_LENGTH
from interviews.imaging import Metadata
from interviews.models import Contributor, Feature, Interview, Speaker
from interviews.models.photo import KEYWORDS_LENGTH
from interviews.text.chinese import clean_line

NAME_LENGTH = 255
# 本报记者 程婧 摄, 记者程婧 文/图, 程婧 摄影报道, 图/程婧, 摄影：程婧
_AROUND_A_NAME = re.compile(
    r"^(?:(?:文[/／]图|图[/／]文|图文|摄影|图)\s*[/／:：\s]\s*)?"
    r"(?:本报|特约|见习|实习)*(?:摄影)?(?:记者|通讯员|摄影师|摄影)?\s*[:：/]?\s*(.+?)"
    r"\s*[/／]?\s*(?:(?:文[/／]图|图[/／]文|图文|摄影|摄)(?:报道)?|图|供图)?$"
)


def file_name(name: object) -> str:
    """Return the last part of the client's file name, fit for display. It never names a file here."""
    text = name if isinstance(name, str) else ""
    text = clean_line(re.split(r"[/\\]", text)[-1])
    if len(text) > NAME_LENGTH:
        suffix = PurePosixPath(text).suffix[:10]
        text = text[: NAME_LENGTH - len(suffix)] + suffix
    return text


def stem(name: str) -> str:
    return PurePosixPath(name).stem


def details(metadata: Metadata) -> dict[str, Any]:
    """Return the photo fields that the metadata can fill."""
    photographer = photographer_named(metadata.byline)
    name = bare_name(metadata.byline)
    return {
        "headline": metadata.headline,
        "caption": metadata.caption,
        "place": metadata.place,
        "keywords": "、".join(metadata.keywords)[:KEYWORDS_LENGTH],
        "copyright": metadata.rights,
        "photographer": photographer,
        "credit_line": metadata.credit or (f"{name} 摄"[:TITLE_LENGTH] if name else ""),
        "taken_at": _moment(metadata.taken_at),
    }


def bare_name(byline: str) -> str:
    found = _AROUND_A_NAME.match(byline.strip())
    return found[1] if found else byline.strip()


def photographer_named(byline: str) -> Contributor | None:
    """Return the only living contributor of that name; None if there are several."""
    if not byline:
        return None
    found = Contributor.objects.living().filter(name__in={byline, bare_name(byline)})[:2]
    return found[0] if len(found) == 1 else None


def _moment(taken_at: datetime | None) -> datetime | None:
    """Read a camera time; without an offset it is Beijing time."""
    return timezone.make_aware(taken_at) if taken_at and timezone.is_naive(taken_at) else taken_at


def people_in(feature: Feature | None, metadata: Metadata, name: str) -> list[tuple[Speaker, str]]:
    """Return the people in the picture.

    Of a feature: its speakers whom any of the texts names. Without a feature: speakers whose name is a keyword, the
    whole caption, or the file name.
    """
    if feature is not None:
        text = "\n".join([stem(name), metadata.caption, metadata.headline, *metadata.keywords])
        interviews = interviews_of(feature)
        named = named_in(text, [interview.speaker_name for interview in interviews])
        return [
            (interview.speaker, f"{interview.organisation}{interview.job_title}")
            for interview in interviews
            if interview.speaker and interview.speaker_name in named
        ]
    names = {*metadata.keywords, metadata.caption.strip("。 "), stem(name).strip("0123456789_-() （）")} - {""}
    found = Speaker.objects.living().filter(name__in=names)
    by_name: dict[str, list[Speaker]] = {}
    for speaker in found:
        by_name.setdefault(speaker.name, []).append(speaker)
    return [(each[0], f"{each[0].organisation}{each[0].job_title}") for each in by_name.values() if len(each) == 1]


def named_in(text: str, names: Iterable[str]) -> set[str]:
    """Return the names that occur in the text, longest match first: 王伟东 does not contain 王伟."""
    found = set()
    for name in sorted({*names} - {""}, key=len, reverse=True):
        if name in text:
            found.add(name)
            text = text.replace(name, "\n")
    return found


def interviews_of(feature: Feature) -> list[Interview]:
    """Return the feature's interviews in page order. One query."""
    rows = Interview.objects.filter(topic__feature=feature).select_related("speaker", "topic")
    return list(rows.order_by("topic__position", "topic_id", "position", "pk"))
