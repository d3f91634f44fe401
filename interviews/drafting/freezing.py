from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from .. import document as d
from .. import richtext
from ..models import Credit, Feature, Interview, Topic


def freeze(feature: Feature) -> d.FeatureDocument:
    """The document that the feature's rows say now. Reads the database afresh: seven queries, whatever the size."""
    feature = Feature.objects.filter(pk=feature.pk).for_freezing().get()
    subjects = Feature.subjects.through.objects.filter(feature=feature).select_related("subject").order_by("pk")
    return d.FeatureDocument(
        kicker=feature.kicker,
        headline=feature.headline,
        subtitle=feature.subtitle,
        lead=tuple(line for line in feature.lead.replace("\r", "\n").split("\n") if line),
        issue=d.Issue(
            date=feature.issue_date.isoformat() if feature.issue_date else None,
            page=feature.page_number,
            page_name=feature.page_name,
        ),
        topics=tuple(_freeze_topic(topic) for topic in feature.topics.all()),
        photos=tuple(
            d.Photo(caption=placement.caption, credit_line=placement.credit_line)
            for placement in feature.placements.all()
        ),
        subjects=tuple(d.Subject(id=row.subject_id, name=row.subject.name) for row in subjects),
        credits=_freeze_credits(feature.page_credits),
    )


def _freeze_topic(topic: Topic) -> d.Topic:
    interviews = tuple(_freeze_interview(interview) for interview in topic.interviews.all())
    return d.Topic(id=topic.pk, title=topic.title, interviews=interviews)


def _freeze_interview(interview: Interview) -> d.Interview:
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
        credits=_freeze_credits(interview.credits.all()),
    )


def _freeze_credits(rows: Iterable[Credit]) -> tuple[d.Credit, ...]:
    return tuple(
        d.Credit(
            role=role,
            contributors=tuple(d.Contributor(id=row.contributor_id, name=row.contributor_name) for row in group),
        )
        for role, group in groupby(rows, key=lambda row: row.role.name)
    )
