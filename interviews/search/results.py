"""What a search answers: how many, one page of hits, and by what they can be narrowed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date as Date
from functools import cached_property
from typing import NamedTuple

from django.utils.safestring import SafeString

from interviews.models import PublishedCredit, PublishedFeature, PublishedInterview, Subject

from .highlighting import mark, passage
from .query import Query

MOST_PEOPLE = 12


class Key(NamedTuple):
    """Of every hit, as much as facets and pages need."""

    key: int
    edition: int
    interview: int
    speaker: int
    year: int


@dataclass(frozen=True)
class Hit:
    """An interview that has all the words. Texts are HTML, escaped, with the words in `<mark>`."""

    interview_id: int
    topic_id: int
    feature_id: int
    speaker_id: int
    topic: SafeString
    speaker: SafeString
    post: SafeString
    passage: SafeString
    headline: str
    date: Date


@dataclass(frozen=True)
class PageHit:
    """A page that has all the words in its kicker, headline, subtitle, lead or credits."""

    feature_id: int
    headline: SafeString
    subtitle: SafeString
    date: Date


@dataclass(frozen=True)
class Facet:
    """How many of the hits it would leave."""

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
        """Those most often heard, as they were last printed: one query."""
        counts = Counter(key.speaker for key in self.keys).most_common(MOST_PEOPLE)
        rows = PublishedInterview.objects.public().filter(speaker__in=[key for key, _ in counts])
        names = dict(rows.order_by("edition_id").values_list("speaker", "speaker_name"))
        return [Facet(key, names[key], count) for key, count in counts if key in names]

    @cached_property
    def contributors(self) -> list[Facet]:
        """Those most often named, by an interview or by its whole page: one query."""
        if not self.keys:
            return []
        by_edition: dict[int, set[int]] = {}
        for key in self.keys:
            by_edition.setdefault(key.edition, set()).add(key.interview)
        done: dict[int, set[tuple[int, int]]] = {}
        names: dict[int, str] = {}
        rows = PublishedCredit.objects.filter(**_within(by_edition, "edition")).order_by("edition_id", "position")
        columns = rows.values_list("edition_id", "interview_id", "contributor_id", "contributor_name")
        for edition, interview, contributor, name in columns:
            here = by_edition.get(edition, set())
            reached = here if interview is None else here & {interview}
            if reached:
                names[contributor] = name
                done.setdefault(contributor, set()).update((edition, each) for each in reached)
        most = Counter({contributor: len(reached) for contributor, reached in done.items()}).most_common(MOST_PEOPLE)
        return [Facet(contributor, names[contributor], count) for contributor, count in most]


def _within(editions: dict[int, object], prefix: str) -> dict[str, list[int]]:
    """A condition on few editions. Of many, reading all and leaving some is quicker than naming each."""
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
        # Bylines stand in the head alone, folded.
        passage=passage([row.text, row.topic_title, post + row.speaker_name, *head], terms),
        headline=page.headline,
        date=page.date,
    )


def page_hit(row: PublishedFeature, terms: tuple[str, ...]) -> PageHit:
    return PageHit(row.feature_id, mark(row.headline, terms), mark(row.subtitle, terms), row.date)
