"""Write the public features as a WordPress export (WXR 1.2), a hundred at a time."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import format_datetime
from typing import IO, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from interviews.models import Edition

from .exchange import NewsItem
from .readable import readable
from .xml import ILLEGAL

BATCH = 100


def write(file: IO[str]) -> tuple[int, int]:
    """Write all public features; return how many, and how many damaged ones were left out.

    Three queries a hundred features.
    """
    context = {"site": {"name": settings.SITE_NAME, "url": settings.SITE_URL}, "now": format_datetime(timezone.now())}
    head, foot = render_to_string("public/wxr.xml", context).split("<!-- items -->")
    file.write(head)
    written = damaged = 0
    for item in _items():
        if item is None:
            damaged += 1
            continue
        file.write(ILLEGAL.sub("", render_to_string("public/wxr_item.xml", _item(item))))
        written += 1
    file.write(foot)
    return written, damaged


def _items() -> Iterator[NewsItem | None]:
    last = 0
    while True:
        rows = Edition.objects.public().for_reading().filter(feature__gt=last).order_by("feature_id")[:BATCH]
        editions = list(rows)
        seen: dict[int, list[Edition]] = {}
        features = [each.feature_id for each in editions]
        for each in Edition.objects.seen().filter(feature__in=features).order_by("number"):
            seen.setdefault(each.feature_id, []).append(each)
        for edition in editions:
            document = readable(edition.revision)
            before = [each for each in seen[edition.feature_id] if each.number <= edition.number]
            yield NewsItem(edition, before, document, {}) if document else None
        if len(editions) < BATCH:
            return
        last = features[-1]


def _item(item: NewsItem) -> dict[str, Any]:
    published = item.seen[0].published_from
    return {
        "item": item,
        "document": item.document,
        "published": format_datetime(published),
        "moments": {
            "post_date": f"{timezone.localtime(published):%Y-%m-%d %H:%M:%S}",
            "post_date_gmt": f"{published:%Y-%m-%d %H:%M:%S}",
            "post_modified_gmt": f"{item.edition.published_from:%Y-%m-%d %H:%M:%S}",
        },
        "author": item.authors[0] if item.authors else item.publisher,
        "html": item.html,
        "excerpt": "\n\n".join(item.document.lead),
    }
