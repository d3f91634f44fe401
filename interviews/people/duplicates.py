"""Which records may be one person's, where a person is used, and what a merge would bring together. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Count, QuerySet

from interviews.models import Feature, Speaker, Topic

from .merging import TABLES, Person

SAME_NAME, SAME_SOUND, ONE_CHARACTER = "同名", "读音相同", "同一单位，姓名差一字"
NEWEST = 5
# Of the places where a person is used, as many are named.
NAMED = 5


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person's, the more used one first, and why."""

    first: Person
    second: Person
    reason: str


def with_use(kind: str) -> QuerySet[Person]:
    """Living records with `.used`: how often they stand in working rows. One query."""
    rows = "interviews" if kind == "speaker" else "credits"
    people = TABLES[kind].objects.living().annotate(used=Count(rows))
    return people.select_related("user") if kind == "contributor" else people


def likely_duplicates(kind: str) -> list[Pair]:
    """All pairs that look like one person, the likeliest first: one query."""
    return _pairs(list(with_use(kind)))


def duplicates_of(person: Person, kind: str) -> list[Pair]:
    """The pairs of one person. One query."""
    everybody = list(with_use(kind))
    return [pair for pair in _pairs(everybody) if person.pk in (pair.first.pk, pair.second.pk)]


def _pairs(people: Sequence[Person]) -> list[Pair]:
    found: dict[tuple[int, int], Pair] = {}
    for key, reason, alike in (
        (lambda person: person.name, SAME_NAME, lambda one, other: True),
        (lambda person: person.name_sort, SAME_SOUND, lambda one, other: True),
        (place_of, ONE_CHARACTER, lambda one, other: one_character_apart(one.name, other.name)),
    ):
        for one, other in _within_groups(people, key):
            if alike(one, other):
                first, second = sorted((one, other), key=lambda person: (-person.used, person.pk))
                found.setdefault((first.pk, second.pk), Pair(first, second, reason))
    return list(found.values())


def _within_groups(people: Sequence[Person], key: Callable[[Person], str]) -> Iterator[tuple[Person, Person]]:
    groups: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        if value := key(person):
            groups[value].append(person)
    for group in groups.values():
        yield from combinations(group, 2)


def place_of(person: Person) -> str:
    return person.organisation if isinstance(person, Speaker) else person.department


def one_character_apart(one: str, other: str) -> bool:
    """One character replaced, or one missing: a rare character is easily lost between two systems."""
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
    """What a merge would bring together that looks wrong, a sentence each. It is allowed all the same."""
    if not isinstance(one, Speaker):
        return []
    topics = Topic.objects.filter(interviews__speaker=one).filter(interviews__speaker=other)
    return [
        f"两人同在《{topic.feature}》的话题“{topic}”下发言，请确认是同一人。"
        for topic in topics.select_related("feature").distinct().order_by("pk")
    ]


def uses(person: Person) -> list[str]:
    """Where a person is used, as said to somebody who wants to delete the record; empty where it is not."""
    features = [f"专题《{feature}》" for feature in features_of(person).order_by("-pk")]
    published = person.published_interviews if isinstance(person, Speaker) else person.published_credits
    seen = {row.edition_id: row.edition.page.headline for row in published.select_related("edition__page")}
    editions = [f"已发布的《{headline}》" for headline in seen.values()]
    aliases = [f"并入的{alias}" for alias in person.aliases.all()]
    return [*features, *dict.fromkeys(editions), *aliases]


def refusal_to_delete(person: Person) -> str:
    """A sentence, or nothing where the record may go."""
    if person.merged_into_id:
        return f"{person}已并入{person.merged_into}，旧版面还要认它，不能删除。"
    places = uses(person)
    if not places:
        return ""
    rest = f"等 {len(places)} 处" if len(places) > NAMED else ""
    return f"{person}还在使用，不能删除：{'、'.join(places[:NAMED])}{rest}。"
