"""The working rows of a page, as drafting writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from interviews import document as d
from interviews.drafting.row_columns import credited, feature_columns, interview_columns, placement_columns
from interviews.models import Credit, Feature, Interview, Placement, Stage, Topic
from interviews.models.bulk import insert

from .pages import House
from .plan import CREDITS, SUBJECTS, Fate, Plan

IN_REVIEW = {Fate.SUBMITTED, Fate.HALF_SIGNED, Fate.SIGNED}


@dataclass
class WorkingRows:
    features: list[Feature] = field(default_factory=list)
    subjects: list[Any] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    interviews: list[Interview] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)

    def add(self, page: Plan, document: d.FeatureDocument, house: House, owner: int) -> None:
        pictures = {picture.id for picture in document.pictures if picture.id}
        self.features.append(_feature(page, document, owner, pictures))
        through = Feature.subjects.through
        self.subjects += [
            through(pk=page.key(SUBJECTS, place), feature_id=page.feature, subject_id=subject.id)
            for place, subject in enumerate(document.subjects)
        ]
        for position, topic in enumerate(document.topics):
            self.topics.append(Topic(pk=topic.id, feature_id=page.feature, position=position, title=topic.title))
            self.interviews += [
                Interview(
                    pk=each.id,
                    topic_id=topic.id or 0,
                    position=place,
                    speaker_id=each.speaker.id,
                    **interview_columns(each, pictures),
                )
                for place, each in enumerate(topic.interviews)
            ]
        self._add_credits(page, document, house)
        self.placements += [
            Placement(pk=page.feature, feature_id=page.feature, position=position, **placement_columns(photo, pictures))
            for position, photo in enumerate(document.photos)
        ]

    def _add_credits(self, page: Plan, document: d.FeatureDocument, house: House) -> None:
        interviews = [interview for topic in document.topics for interview in topic.interviews]
        groups = [(None, document.credits), *((interview.id, interview.credits) for interview in interviews)]
        place = 0
        for interview, credits in groups:
            for position, (role, person) in enumerate(credited(credits)):
                row = Credit(
                    pk=page.key(CREDITS, place),
                    feature_id=page.feature,
                    interview_id=interview,
                    position=position,
                    role_id=house.roles[role],
                    contributor_id=person.id or 0,
                    contributor_name=person.name,
                )
                self.credits.append(row)
                place += 1

    def save(self) -> None:
        tables: tuple[Sequence[models.Model], ...]
        tables = (self.features, self.subjects, self.topics, self.interviews, self.credits, self.placements)
        for rows in tables:
            insert(rows)


def _feature(page: Plan, document: d.FeatureDocument, owner: int, pictures: set[int]) -> Feature:
    in_review = page.fate in IN_REVIEW
    return Feature(
        pk=page.feature,
        owner_id=owner,
        stage=Stage.REVIEW if in_review else Stage.DRAFT,
        submitted_at=page.at(5) if in_review else None,
        reopened_at=page.at(50) if page.fate is Fate.REOPENED else None,
        created_at=page.at(0),
        updated_at=page.at(59),
        **feature_columns(document, pictures),
    )
