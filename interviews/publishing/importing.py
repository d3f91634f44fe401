from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date

from django.contrib.auth.models import User
from django.db import transaction

from .. import document as d
from ..drafting import draft
from ..models import Feature
from ..pagetext import PageReading
from .castlist import Mention, with_people
from .refusal import Refused
from .revisions import freeze_revision


def import_page(
    *,
    reading: PageReading,
    source_text: str,
    actor: User | None,
    issue_date: Date | None = None,
    page_number: int | None = None,
    source_labels: Mapping[int, str] | None = None,
    people: Mapping[Mention, int] | None = None,
) -> Feature:
    """Draft a page that was read, and record its first revision. `actor` is None only for the command line.

    `people` says whose record a mention is (an id), or that it is somebody new (`NEW`); others are found by name. The
    feature's `.people` says who was found and who was made.
    """
    if actor is not None and not actor.has_perm("interviews.import_feature"):
        raise Refused("你不能导入版面。")
    if not reading.document.topics:
        raise Refused("没有读出话题：请检查原文里有没有“话题：”一类的标记。")
    issue = d.Issue(
        date=issue_date.isoformat() if issue_date else reading.document.issue.date,
        page=page_number or reading.document.issue.page,
        page_name=reading.document.issue.page_name,
    )
    with transaction.atomic():
        document = with_people(reading.document.model_copy(update={"issue": issue}), people or {})
        feature = draft(document=document, actor=actor, source_text=source_text, source_labels=source_labels)
        freeze_revision(feature, actor)
    return feature
