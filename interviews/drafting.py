"""A document to working rows and back.

`freeze(draft(document))` is the document again, ids filled in. Two neighbouring credits of one role become one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date as Date
from itertools import groupby

from django.contrib.auth.models import User
from django.db import transaction

from . import document as d
from . import richtext
from .models import Contributor, Credit, CreditRole, Feature, Interview, Placement, Speaker, Subject, Topic


@dataclass
class People:
    """The people and roles of a document, found among the existing rows or made. Says which were made."""

    speakers: dict[tuple[str, str], Speaker] = field(default_factory=dict)
    contributors: dict[str, Contributor] = field(default_factory=dict)
    roles: dict[str, CreditRole] = field(default_factory=dict)
    created: list[str] = field(default_factory=list)
    matched: list[str] = field(default_factory=list)


def draft(*, document: d.FeatureDocument, actor: User | None, source_text: str = "") -> Feature:
    """Write a document as a new feature owned by `actor`.

    Speakers are matched by name and organisation, contributors by name; missing ones are made. The feature's `.people`
    says which were matched and which were made.
    """
    with transaction.atomic():
        feature = Feature.objects.create(
            kicker=document.kicker,
            headline=document.headline,
            subtitle=document.subtitle,
            lead="\n".join(document.lead),
            issue_date=Date.fromisoformat(document.issue.date) if document.issue.date else None,
            page_number=document.issue.page,
            page_name=document.issue.page_name,
            owner=actor,
            source_text=source_text.replace("\x00", ""),
        )
        people = _people_of(document)
        _write_subjects(feature, document.subjects)
        _write_topics(feature, document.topics, people)
        _write_credits(feature, None, document.credits, people)
        Placement.objects.bulk_create(
            Placement(feature=feature, position=position, caption=photo.caption, credit_line=photo.credit_line)
            for position, photo in enumerate(document.photos)
        )
    feature.people = people
    return feature


def _people_of(document: d.FeatureDocument) -> People:
    interviews = [interview for topic in document.topics for interview in topic.interviews]
    credits = [*document.credits, *(credit for interview in interviews for credit in interview.credits)]
    people = People()
    _find_speakers(people, [interview.speaker for interview in interviews if interview.speaker.name])
    _find_contributors(people, [person.name for credit in credits for person in credit.contributors])
    names = dict.fromkeys(credit.role for credit in credits)
    people.roles = {role.name: role for role in CreditRole.objects.filter(name__in=names)}
    for name in names:
        if name not in people.roles:
            people.roles[name] = CreditRole.objects.create(name=name)
            people.created.append(f"署名角色 {name}")
    return people


def _find_speakers(people: People, speakers: list[d.Speaker]) -> None:
    known = Speaker.objects.filter(name__in={speaker.name for speaker in speakers}).for_matching()
    people.speakers = {(row.name, row.organisation): row for row in known}
    for speaker in speakers:
        key = (speaker.name, speaker.organisation)
        if key in people.speakers:
            people.matched.append(f"受访者 {people.speakers[key]}")
            continue
        people.speakers[key] = Speaker.objects.create(
            name=speaker.name, organisation=speaker.organisation, job_title=speaker.job_title
        )
        people.created.append(f"受访者 {people.speakers[key]}")


def _find_contributors(people: People, names: list[str]) -> None:
    people.contributors = {row.name: row for row in Contributor.objects.filter(name__in=names).for_matching()}
    for name in dict.fromkeys(names):
        if name in people.contributors:
            people.matched.append(f"采编人员 {name}")
            continue
        people.contributors[name] = Contributor.objects.create(name=name)
        people.created.append(f"采编人员 {name}")


def _write_subjects(feature: Feature, subjects: Iterable[d.Subject]) -> None:
    for subject in subjects:
        feature.subjects.add(Subject.objects.get_or_create(name=subject.name)[0])


def _write_topics(feature: Feature, topics: Iterable[d.Topic], people: People) -> None:
    for position, topic in enumerate(topics):
        row = Topic.objects.create(feature=feature, position=position, title=topic.title)
        for place, interview in enumerate(topic.interviews):
            speaker = interview.speaker
            written = Interview.objects.create(
                topic=row,
                position=place,
                speaker=people.speakers.get((speaker.name, speaker.organisation)),
                organisation=speaker.organisation,
                job_title=speaker.job_title,
                body=richtext.clean(interview.body),
            )
            _write_credits(feature, written, interview.credits, people)


def _write_credits(feature: Feature, interview: Interview | None, credits: Iterable[d.Credit], people: People) -> None:
    pairs = [(credit.role, person.name) for credit in credits for person in credit.contributors]
    Credit.objects.bulk_create(
        Credit(
            feature=feature,
            interview=interview,
            position=position,
            role=people.roles[role],
            contributor=people.contributors[name],
        )
        for position, (role, name) in enumerate(pairs)
    )


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
        name=interview.speaker.name if interview.speaker else "",
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
            contributors=tuple(d.Contributor(id=row.contributor_id, name=row.contributor.name) for row in group),
        )
        for role, group in groupby(rows, key=lambda row: row.role.name)
    )
