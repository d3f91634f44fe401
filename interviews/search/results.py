"""Search results: the total, one page of hits, and facets."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

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


# Loads names or subjects by id.
Load = Callable[[list[int]], dict[int, Any]]


class Remember(Protocol):
    """Returns the values of a name and ids, loading those that it does not remember."""

    def __call__(self, name: str, keys: list[int], load: Load, /) -> dict[int, Any]: ...


def _afresh(name: str, keys: list[int], load: Load) -> dict[int, Any]:
    return load(keys) if keys else {}


@dataclass(frozen=True)
class Results:
    query: Query
    total: int = 0
    page: int = 1
    pages: int = 1
    hits: list[Hit] = field(default_factory=list)
    features: list[PageHit] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally, repr=False)
    remember: Remember = field(default=_afresh, repr=False)

    @cached_property
    def years(self) -> list[Facet]:
        return [Facet(year, f"{year}年", count) for year, count in sorted(self.tally.years.items(), reverse=True)]

    @cached_property
    def subjects(self) -> list[Facet]:
        """One query, unless remembered."""
        counts, found = self.tally.subjects, self.remember("subjects", list(self.tally.subjects), _subjects)
        ordered = sorted(found.values(), key=lambda each: each.pk)
        return [Facet(each.pk, each.name, counts[each.pk], each.colour) for each in ordered]

    @cached_property
    def speakers(self) -> list[Facet]:
        """The speakers of most hits, under their names as last printed: one query, unless remembered."""
        return self._people("speakers", self.tally.speakers, _speakers)

    @cached_property
    def contributors(self) -> list[Facet]:
        """The contributors credited for most hits, in the interview or its whole page: one query, unless remembered."""
        return self._people("contributors", self.tally.contributors, _contributors)

    def _people(self, name: str, counted: Counter[int], load: Load) -> list[Facet]:
        counts = counted.most_common(MOST_PEOPLE)
        names = self.remember(name, [key for key, _ in counts], load)
        return [Facet(key, names[key], count) for key, count in counts if names.get(key)]


def _subjects(keys: list[int]) -> dict[int, Any]:
    return {each.pk: each for each in Subject.objects.filter(pk__in=keys)}


def _speakers(keys: list[int]) -> dict[int, Any]:
    return {row.speaker_id: row.speaker_name for row in PublishedInterview.objects.latest_of(keys)}


def _contributors(keys: list[int]) -> dict[int, Any]:
    public = PublishedCredit.objects.public().filter(contributor=OuterRef("pk")).newest_first()
    people = Contributor.objects.filter(pk__in=keys).order_by()
    named = people.annotate(printed=Subquery(public.values("contributor_name")[:1]))
    return dict(named.values_list("pk", "printed"))


def hit(row: Any, terms: tuple[str, ...]) -> Hit:
    """Mark the terms in a row of `statements.HIT_COLUMNS`."""
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
        headline=row.edition__page__headline,
        date=row.date,
    )


def page_hit(row: PublishedFeature, terms: tuple[str, ...]) -> PageHit:
    return PageHit(row.feature_id, mark(row.headline, terms), mark(row.subtitle, terms), row.date)
