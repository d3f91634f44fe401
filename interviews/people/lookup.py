"""Finding people by what an editor has typed of a name."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, Value, When

from interviews.models import Contributor, Speaker

PEOPLE: dict[str, type[Speaker] | type[Contributor]] = {"speaker": Speaker, "contributor": Contributor}
MOST = 8


def people_named(kind: str, query: str) -> list[dict[str, object]]:
    """The likeliest first: whose name is just this, then whose name or pinyin begins so, then the rest."""
    if not query:
        return []
    found = PEOPLE[kind].objects.filter(_meant(kind, query), merged_into=None)
    rank = Case(
        When(name=query, then=Value(0)),
        When(Q(name__startswith=query) | Q(name_sort__istartswith=query), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    people = found.annotate(rank=rank).order_by("rank", "name_sort", "pk")[:MOST]
    return [_described(person) for person in people]


def _meant(kind: str, query: str) -> Q:
    meant = Q(name__icontains=query) | Q(name_sort__istartswith=query)
    return meant | Q(organisation__icontains=query) if kind == "speaker" else meant


def _described(person: Speaker | Contributor) -> dict[str, object]:
    described: dict[str, object] = {"id": person.pk, "name": person.name}
    if isinstance(person, Speaker):
        return described | {"organisation": person.organisation, "job_title": person.job_title}
    return described
