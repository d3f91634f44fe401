"""Search results: the total, one page of hits, and facets."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import OuterRef, Subquery
from django.utils.safestring import SafeString

from interviews.models import Contributor, PublishedCredit, PublishedFeature, PublishedInterview, Subject

from .highlighting import mark, passage
from .query import Query
from .tally import Tally

MOST_PEOPLE = 12


@dataclass(frozen=True)
class Hit:
    """An interview that has all terms. SafeStrings are HTML with the terms in `<mark>`."""

    interview_id: int
    topic_id: int
    feature_id: int
    speaker_id: int
    topic: SafeString
    speaker: SafeString
    post: SafeString
    passage: SafeString
    headline: str
    date: datetime.date


@dataclass(frozen=True)
class PageHit:
    """A page that has all terms in its kicker, headline, subtitle, lead or credits."""

    feature_id: int
    headline: SafeString
    subtitle: SafeString
    date: datetime.date


@dataclass(frozen=True)
class Facet:
    """A value to filter by, with the number of hits it leaves."""

    value: int
    label: str
    count: int
    colour: str = ""


@dataclass(frozen=True)
class Results:
    query: Query
    total: int = 0
    page: int = 1
    pages: int = 1
    hits: list[Hit] = field(default_factory=list)
    features: list[PageHit] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally, repr=False)

    @cached_property
    def years(self) -> list[Facet]:
        return [Facet(year, f"{year}年", count) for year, count in sorted(self.tally.years.items(), reverse=True)]

    @cached_property
    def subjects(self) -> list[Facet]:
        """One query."""
        counts = self.tally.subjects
        if not counts:
            return []
        found = Subject.objects.filter(pk__in=list(counts))
        return [Facet(each.pk, each.name, counts[each.pk], each.colour) for each in found]

    @cached_property
    def speakers(self) -> list[Facet]:
        """The speakers of most hits, under their names as last printed: one query."""
        counts = self.tally.speakers.most_common(MOST_PEOPLE)
        latest = PublishedInterview.objects.latest_of([key for key, _ in counts])
        names = {row.speaker_id: row.speaker_name for row in latest}
        return [Facet(key, names[key], count) for key, count in counts if key in names]

    @cached_property
    def contributors(self) -> list[Facet]:
        """The contributors credited for most hits, in the interview or its whole page: one query."""
        counts = self.tally.contributors.most_common(MOST_PEOPLE)
        public = PublishedCredit.objects.public().filter(contributor=OuterRef("pk")).newest_first()
        people = Contributor.objects.filter(pk__in=[key for key, _ in counts]) if counts else Contributor.objects.none()
        named = people.order_by().annotate(printed=Subquery(public.values("contributor_name")[:1]))
        names = dict(named.values_list("pk", "printed"))
        return [Facet(key, names[key], count) for key, count in counts if names.get(key)]


def hit(row: PublishedInterview, terms: tuple[str, ...]) -> Hit:
    post = row.organisation + row.job_title
    head = row.searched[: row.search_head].split("\n")
    return Hit(
        interview_id=row.interview_id,
        topic_id=row.topic_id,
        feature_id=row.feature_id,
        speaker_id=row.speaker_id,
        topic=mark(row.topic_title, terms),
        speaker=mark(row.speaker_name, terms),
        post=mark(post, terms),
        # Bylines are stored only in the folded head.
        passage=passage([row.text, row.topic_title, post + row.speaker_name, *head], terms),
        headline=row.edition.page.headline,
        date=row.date,
    )


def page_hit(row: PublishedFeature, terms: tuple[str, ...]) -> PageHit:
    return PageHit(row.feature_id, mark(row.headline, terms), mark(row.subtitle, terms), row.date)
