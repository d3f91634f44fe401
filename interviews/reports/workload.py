"""Workload report (考核): credits of published features, by person and by month of first publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from django.contrib.auth.models import User
from django.db.models import Exists, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone

from interviews.models import Contributor, CreditRole, Edition, PublishedCredit

from .months import interval

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class _FirstPublished(TypedDict):
    first_published: datetime


class Item(NamedTuple):
    """A credit that counts once: a person in a role, for a statement or for the whole page.

    There are ten thousand in a year, and a tuple is made in a tenth of a data class's time.
    """

    person: Contributor
    role: str
    weight: Decimal
    published_at: datetime
    feature_id: int
    headline: str
    topic_id: int | None
    topic_title: str
    speaker_name: str
    withdrawn: bool

    @property
    def month(self) -> date:
        return timezone.localdate(self.published_at).replace(day=1)

    @property
    def counted(self) -> int:
        """0 if withdrawn: listed, but not counted."""
        return 0 if self.withdrawn else 1

    @property
    def weighted(self) -> Decimal:
        return self.weight * self.counted


@dataclass
class Tally:
    """Items counted together; `roles` maps role names to counts."""

    items: list[Item] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(item.counted for item in self.items)

    @property
    def weighted(self) -> Decimal:
        return sum((item.weighted for item in self.items), Decimal(0))

    @property
    def withdrawn(self) -> int:
        return len(self.items) - self.count

    @property
    def roles(self) -> dict[str, int]:
        counts = Counter[str]()
        for item in self.items:
            counts[item.role] += item.counted
        return dict(counts)


@dataclass
class PersonTally(Tally):
    person: Contributor | None = None

    @property
    def months(self) -> list[tuple[date, Tally]]:
        return [(month, Tally(list(each))) for month, each in groupby(self.items, key=lambda item: item.month)]


def may_see_everybody(user: User) -> bool:
    return user.has_perm("interviews.view_workload")


def workload(*, actor: User, first: date, last: date, person: int | None = None, role: str = "") -> list[Item]:
    """List the items of the months from `first` to `last`, both included: three queries. Writers see only their own.

    Reads the credits of the features published then.
    """
    start, end = interval(first, last)
    # Features with an edition from then are few, and an index finds them.
    begun = Edition.objects.seen().filter(published_from__gte=start, published_from__lt=end).order_by()
    features = begun.values_list("feature", flat=True).distinct()
    rows = _credits().filter(edition__feature__in=features)
    rows = rows.filter(first_published__gte=start, first_published__lt=end)
    if not may_see_everybody(actor):
        rows = rows.filter(contributor__user=actor)
    if person:
        rows = rows.filter(contributor=person)
    if role:
        rows = rows.filter(role=role)
    return list(_items(rows))


def tallies(items: Iterable[Item]) -> list[PersonTally]:
    """Group items by person, keeping their order."""
    return [PersonTally(list(own), person) for person, own in groupby(items, key=lambda item: item.person)]


def _credits() -> QuerySet[WithAnnotations[PublishedCredit, _FirstPublished]]:
    """Return the credits of each feature's last public edition, so that corrected features count once."""
    seen = Edition.objects.seen()
    of_feature = seen.filter(feature=OuterRef("edition__feature"))
    later = of_feature.filter(number__gt=OuterRef("edition__number"))
    first = of_feature.order_by().values("feature").annotate(first=Min("published_from")).values("first")
    rows: QuerySet[PublishedCredit] = PublishedCredit.objects.filter(~Exists(later), edition__in=seen)
    dated = rows.annotate(first_published=Subquery(first))
    name = ("contributor__name_sort", "contributor")
    return dated.order_by(*name, "first_published", "edition__feature_id", "position")


COLUMNS = (
    *("contributor_id", "role", "edition_id", "interview_id", "topic_id", "topic_title", "speaker_name"),
    *("first_published", "edition__feature_id", "edition__page__headline", "edition__published_until"),
)


def _items(rows: QuerySet[WithAnnotations[PublishedCredit, _FirstPublished]]) -> Iterator[Item]:
    weights = dict(CreditRole.objects.values_list("name", "weight"))
    now = timezone.now()
    # Columns instead of objects: there are ten thousand rows in a year.
    credits = list(rows.values_list(*COLUMNS, named=True))
    credited = {row.contributor_id for row in credits}
    people = {each.pk: each for each in Contributor.objects.filter(pk__in=credited).select_related("user")}
    counted = set()
    for row in credits:
        # A byline may name a person twice, or two records merged since.
        key = (row.contributor_id, row.role, row.edition_id, row.interview_id)
        if key in counted:
            continue
        counted.add(key)
        until = row.edition__published_until
        yield Item(
            person=people[row.contributor_id],
            role=row.role,
            weight=weights.get(row.role, Decimal(1)),
            published_at=row.first_published,
            feature_id=row.edition__feature_id,
            headline=row.edition__page__headline,
            topic_id=row.topic_id,
            topic_title=row.topic_title,
            speaker_name=row.speaker_name,
            withdrawn=until is not None and until <= now,
        )
