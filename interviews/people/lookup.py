"""Autocomplete for people."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Case, IntegerField, Q, Value, When

from interviews.models import Contributor, Speaker

from .visibility import visible_speakers

PEOPLE: dict[str, type[Speaker] | type[Contributor]] = {"speaker": Speaker, "contributor": Contributor}
MOST = 8


def people_named(kind: str, query: str, user: User) -> list[dict[str, object]]:
    """Suggest people whom the user may see: exact names first, then prefixes of name or pinyin, then other matches."""
    if not query:
        return []
    living = visible_speakers(user, Speaker.objects.living()) if kind == "speaker" else Contributor.objects.living()
    found = living.filter(_matches(kind, query))
    rank = Case(
        When(name=query, then=Value(0)),
        When(Q(name__startswith=query) | Q(name_sort__istartswith=query), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    people = found.annotate(rank=rank).order_by("rank", "name_sort", "pk")[:MOST]
    return [_to_json(person) for person in people]


def _matches(kind: str, query: str) -> Q:
    name = Q(name__icontains=query) | Q(name_sort__istartswith=query)
    return name | Q(organisation__icontains=query) if kind == "speaker" else name


def _to_json(person: Speaker | Contributor) -> dict[str, object]:
    values: dict[str, object] = {"id": person.pk, "name": person.name}
    if isinstance(person, Speaker):
        return values | {"organisation": person.organisation, "job_title": person.job_title}
    return values
