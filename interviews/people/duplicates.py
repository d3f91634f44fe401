"""Find likely duplicates, where a person is used, and what a merge would affect. Read-only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from interviews.models import (
    Contributor,
    Credit,
    Feature,
    Interview,
    PersonKind,
    PublishedCredit,
    PublishedInterview,
    Speaker,
    Topic,
)

from .merging import Person

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class _Usage(TypedDict):
    used: int


if TYPE_CHECKING:
    PersonWithUsage = WithAnnotations[Speaker, _Usage] | WithAnnotations[Contributor, _Usage]

SAME_NAME, SAME_SOUND, ONE_CHARACTER = "同名", "读音相同", "同一单位，姓名差一字"
NEWEST = 5
# How many usages the refusal to delete a person names.
NAMED = 5


@dataclass(frozen=True)
class Pair:
    """Two records that may be the same person, and the reason. The more used one first, once their use is counted."""

    first: Person
    second: Person
    reason: str


def with_use(kind: str) -> QuerySet[WithAnnotations[Speaker, _Usage]] | QuerySet[WithAnnotations[Contributor, _Usage]]:
    """Return unmerged records with `.used`, the number of working rows that refer to them. One query, for a few people.

    Counts each one's entries of an index: to group a join, PostgreSQL would read all rows.
    """
    if kind == PersonKind.SPEAKER:
        return Speaker.objects.living().annotate(used=_number_of(Interview.objects.filter(speaker=OuterRef("pk"))))
    credits = _number_of(Credit.objects.filter(contributor=OuterRef("pk")))
    return Contributor.objects.living().annotate(used=credits).select_related("user")


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    # Grouped by a constant: one row, none if there is nothing to count.
    counted = rows.order_by().values(one=Value(1)).annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def likely_duplicates(kind: str) -> LikelyDuplicates:
    """Find all likely duplicates, most likely first: one query, and one for each slice."""
    people = Speaker.objects.living().defer("note") if kind == PersonKind.SPEAKER else Contributor.objects.living()
    return LikelyDuplicates(kind, _pairs([*people]))


def duplicates_of(person: Person, kind: str) -> Sequence[Pair]:
    """List the likely duplicates of one person: two queries, which read people of the same name, sound or place."""
    column = "organisation" if kind == PersonKind.SPEAKER else "department"
    alike = Q(name=person.name)
    for name in ("name_sort", column):
        if value := getattr(person, name):
            alike |= Q(**{name: value})
    people = (Speaker if kind == PersonKind.SPEAKER else Contributor).objects.living().filter(alike)
    pairs = [pair for pair in _pairs([*people]) if person.pk in (pair.first.pk, pair.second.pk)]
    return LikelyDuplicates(kind, pairs)[:]


@dataclass(frozen=True)
class LikelyDuplicates:
    """All pairs, whose use is counted when a slice is taken: there may be hundreds, and a page shows few."""

    kind: str
    pairs: list[Pair]

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, rows: slice) -> list[Pair]:
        pairs = self.pairs[rows]
        keys = {person.pk for pair in pairs for person in (pair.first, pair.second)}
        people = {person.pk: person for person in with_use(self.kind).filter(pk__in=keys)} if keys else {}
        return [_ordered(people, pair) for pair in pairs if {pair.first.pk, pair.second.pk} <= people.keys()]


def _ordered(people: dict[int, PersonWithUsage], pair: Pair) -> Pair:
    both = (people[pair.first.pk], people[pair.second.pk])
    first, second = sorted(both, key=lambda person: (-person.used, person.pk))
    return Pair(first, second, pair.reason)


def _pairs(people: Sequence[Person]) -> list[Pair]:
    found: dict[tuple[int, int], Pair] = {}

    def add(one: Person, other: Person, reason: str) -> None:
        first, second = sorted((one, other), key=lambda person: person.pk)
        found.setdefault((first.pk, second.pk), Pair(first, second, reason))

    for one, other in _within_groups(people, lambda person: person.name):
        add(one, other, SAME_NAME)
    for one, other in _within_groups(people, lambda person: person.name_sort):
        add(one, other, SAME_SOUND)
    for one, other in _of_similar_names(people):
        add(one, other, ONE_CHARACTER)
    return list(found.values())


def _within_groups(people: Sequence[Person], key: Callable[[Person], str]) -> Iterator[tuple[Person, Person]]:
    groups: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        if value := key(person):
            groups[value].append(person)
    for group in groups.values():
        yield from combinations(group, 2)


def _of_similar_names(people: Sequence[Person]) -> Iterator[tuple[Person, Person]]:
    """Yield people of one affiliation whose names are one character apart, without comparing all with all.

    Such names become equal if a character is left out of either or both.
    """
    groups: dict[tuple[str, str], dict[int, Person]] = defaultdict(dict)
    members = Counter(map(affiliation_of, people))
    for person in people:
        if (affiliation := affiliation_of(person)) and members[affiliation] > 1:
            shorter = (person.name[:place] + person.name[place + 1 :] for place in range(len(person.name)))
            for name in (person.name, *shorter):
                groups[affiliation, name][person.pk] = person
    places = {person.pk: place for place, person in enumerate(people)}
    pairs = {
        tuple(sorted(pair, key=places.__getitem__)) for group in groups.values() for pair in combinations(group, 2)
    }
    for one, other in sorted(pairs, key=lambda pair: [places[key] for key in pair]):
        first, second = people[places[one]], people[places[other]]
        if one_character_apart(first.name, second.name):
            yield first, second


def affiliation_of(person: Person) -> str:
    """Return a speaker's organisation or a contributor's department."""
    return person.organisation if isinstance(person, Speaker) else person.department


def one_character_apart(one: str, other: str) -> bool:
    """Return whether the edit distance is 1: rare characters are easily lost between systems."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    if len(one) == len(other):
        return one[start + 1 :] == other[start + 1 :]
    shorter, longer = sorted((one, other), key=len)
    return shorter[start:] == longer[start + 1 :]


def newest_features(person: Person) -> list[Feature]:
    return list(features_of(person).order_by("-issue_date", "-pk")[:NEWEST])


def features_of(person: Person) -> QuerySet[Feature]:
    if isinstance(person, Speaker):
        return Feature.objects.filter(topics__interviews__speaker=person).distinct()
    return Feature.objects.filter(credits__contributor=person).distinct()


def warnings(one: Person, other: Person) -> list[str]:
    """List, as sentences, signs that two records aren't the same person. They don't block a merge."""
    if not (isinstance(one, Speaker) and isinstance(other, Speaker)):
        return []
    topics = Topic.objects.filter(interviews__speaker=one).filter(interviews__speaker=other)
    return [
        f"两人同在《{topic.feature}》的话题“{topic}”下发言，请确认是同一人。"
        for topic in topics.select_related("feature").distinct().order_by("pk")
    ]


def _usage(person: Person) -> list[str]:
    """List, in Chinese, the features, editions and aliases that refer to a person."""
    features = [f"专题《{feature}》" for feature in features_of(person).order_by("-pk")]
    published: QuerySet[PublishedInterview] | QuerySet[PublishedCredit] = (
        person.published_interviews.all() if isinstance(person, Speaker) else person.published_credits.all()
    )
    headlines = {row.edition_id: row.edition.page.headline for row in published.select_related("edition__page")}
    editions = [f"已发布的《{headline}》" for headline in headlines.values()]
    aliases = [f"并入的{alias}" for alias in person.aliases.all()]
    return [*features, *dict.fromkeys(editions), *aliases]


def refusal_to_delete(person: Person) -> str:
    """Return why the record can't be deleted, as a sentence, or an empty string."""
    if person.merged_into_id:
        return f"{person}已并入{person.merged_into}，旧版面还要认它，不能删除。"
    places = _usage(person)
    if not places:
        return ""
    rest = f"等 {len(places)} 处" if len(places) > NAMED else ""
    return f"{person}还在使用，不能删除：{'、'.join(places[:NAMED])}{rest}。"
