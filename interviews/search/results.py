"""Search results: the total, one page of hits, and facets."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.utils.safestring import SafeString

from interviews.models import PublishedCredit, PublishedFeature, PublishedInterview, Subject

from .highlighting import mark, passage
from .query import Query

MOST_PEOPLE = 12


class Key(NamedTuple):
    """The ids of a hit and its year, which pagination and facets need of all hits."""

    key: int
    edition: int
    interview: int
    speaker: int
    year: int


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
    keys: list[Key] = field(default_factory=list, repr=False)

    @cached_property
    def years(self) -> list[Facet]:
        counts = Counter(key.year for key in self.keys)
        return [Facet(year, f"{year}年", count) for year, count in sorted(counts.items(), reverse=True)]

    @cached_property
    def subjects(self) -> list[Facet]:
        """One query."""
        if not self.keys:
            return []
        editions = Counter(key.edition for key in self.keys)
        rows = PublishedFeature.subjects.through.objects.values_list("publishedfeature_id", "subject_id")
        counts: Counter[int] = Counter()
        for edition, subject in rows.filter(**_within(editions, "publishedfeature")):
            counts[subject] += editions[edition]
        found = Subject.objects.filter(pk__in=[key for key in counts if counts[key]])
        return [Facet(each.pk, each.name, counts[each.pk], each.colour) for each in found]

    @cached_property
    def speakers(self) -> list[Facet]:
        """The speakers of most hits, under their names as last printed: one query."""
        counts = Counter(key.speaker for key in self.keys).most_common(MOST_PEOPLE)
        rows = PublishedInterview.objects.public().filter(speaker__in=[key for key, _ in counts])
        names = dict(rows.order_by("edition_id").values_list("speaker", "speaker_name"))
        return [Facet(key, names[key], count) for key, count in counts if key in names]

    @cached_property
    def contributors(self) -> list[Facet]:
        """The contributors credited for most hits, in the interview or its whole page: one query."""
        if not self.keys:
            return []
        by_edition: dict[int, set[int]] = {}
        for key in self.keys:
            by_edition.setdefault(key.edition, set()).add(key.interview)
        hits: dict[int, set[tuple[int, int]]] = {}
        names: dict[int, str] = {}
        rows = PublishedCredit.objects.filter(**_within(by_edition, "edition")).order_by("edition_id", "position")
        columns = rows.values_list("edition_id", "interview_id", "contributor_id", "contributor_name")
        for edition, interview, contributor, name in columns:
            found = by_edition.get(edition, set())
            credited = found if interview is None else found & {interview}
            if credited:
                names[contributor] = name
                hits.setdefault(contributor, set()).update((edition, each) for each in credited)
        most = Counter({contributor: len(each) for contributor, each in hits.items()}).most_common(MOST_PEOPLE)
        return [Facet(contributor, names[contributor], count) for contributor, count in most]


def _within(editions: Collection[int], prefix: str) -> dict[str, list[int]]:
    """Filter by edition if there are few; with many, reading all rows and skipping some is faster."""
    return {f"{prefix}__in": list(editions)} if len(editions) <= 500 else {}


def hit(row: PublishedInterview, terms: tuple[str, ...]) -> Hit:
    page = row.edition.page
    post = row.organisation + row.job_title
    head = row.searched[: row.search_head].split("\n")
    return Hit(
        interview_id=row.interview_id,
        topic_id=row.topic_id,
        feature_id=page.feature_id,
        speaker_id=row.speaker_id,
        topic=mark(row.topic_title, terms),
        speaker=mark(row.speaker_name, terms),
        post=mark(post, terms),
        # Bylines are stored only in the folded head.
        passage=passage([row.text, row.topic_title, post + row.speaker_name, *head], terms),
        headline=page.headline,
        date=page.date,
    )


def page_hit(row: PublishedFeature, terms: tuple[str, ...]) -> PageHit:
    return PageHit(row.feature_id, mark(row.headline, terms), mark(row.subtitle, terms), row.date)
