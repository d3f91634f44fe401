"""Freeze working rows into a document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby

from interviews import document as d
from interviews.document.walk import LINES
from interviews.models import Credit, Feature, Interview, Topic
from interviews.text import richtext

# Credits by interview id; those of the whole page under None.
Credits = Mapping[int | None, list[Credit]]


def freeze(feature: Feature) -> d.FeatureDocument:
    """Return the feature's current rows as a document. Reads the database: six queries, whatever the size."""
    feature = Feature.objects.filter(pk=feature.pk).for_freezing().get()
    credits = defaultdict(list)
    for row in feature.credits.all():
        credits[row.interview_id].append(row)
    subjects = Feature.subjects.through.objects.filter(feature=feature).select_related("subject").order_by("pk")
    return d.FeatureDocument(
        **{name: getattr(feature, name) for name in LINES},
        lead=tuple(line for line in feature.lead.replace("\r", "\n").split("\n") if line),
        issue=d.Issue(
            date=feature.issue_date.isoformat() if feature.issue_date else None,
            page=feature.page_number,
            page_name=feature.page_name,
        ),
        topics=tuple(_freeze_topic(topic, credits) for topic in feature.topics.all()),
        photos=tuple(
            d.Photo(
                id=placement.photo_id,
                caption=placement.caption,
                credit_line=placement.credit_line,
                alt_text=placement.alt_text if placement.photo_id else "",
            )
            for placement in feature.placements.all()
        ),
        cover=_freeze_cover(feature),
        subjects=tuple(d.Subject(id=row.subject_id, name=row.subject.name) for row in subjects),
        credits=_freeze_credits(credits[None]),
        reprint=_freeze_reprint(feature),
    )


def _freeze_cover(feature: Feature) -> d.Photo | None:
    if feature.cover_id is None:
        return None
    return d.Photo(
        id=feature.cover_id,
        caption=feature.cover_caption,
        credit_line=feature.cover_credit,
        alt_text=feature.cover_alt,
    )


def _freeze_reprint(feature: Feature) -> d.Reprint | None:
    reprint = d.Reprint(
        source=feature.reprint_source,
        author=feature.reprint_author,
        title=feature.reprint_title,
        url=feature.reprint_url,
    )
    return reprint if reprint != d.Reprint() else None


def _freeze_topic(topic: Topic, credits: Credits) -> d.Topic:
    interviews = tuple(_freeze_interview(interview, credits[interview.pk]) for interview in topic.interviews.all())
    return d.Topic(id=topic.pk, title=topic.title, interviews=interviews)


def _freeze_interview(interview: Interview, credits: Iterable[Credit]) -> d.Interview:
    speaker = d.Speaker(
        id=interview.speaker_id,
        name=interview.speaker_name,
        organisation=interview.organisation,
        job_title=interview.job_title,
    )
    return d.Interview(
        id=interview.pk,
        speaker=speaker,
        body=richtext.clean(interview.body),
        portrait=_freeze_portrait(interview),
        credits=_freeze_credits(credits),
    )


def _freeze_portrait(interview: Interview) -> d.Portrait | None:
    if interview.portrait_id is None:
        return None
    return d.Portrait(id=interview.portrait_id, credit_line=interview.portrait_credit, alt_text=interview.portrait_alt)


def _freeze_credits(rows: Iterable[Credit]) -> tuple[d.Credit, ...]:
    return tuple(
        d.Credit(
            role=role,
            contributors=tuple(d.Contributor(id=row.contributor_id, name=row.contributor_name) for row in group),
        )
        for role, group in groupby(rows, key=lambda row: row.role.name)
    )
