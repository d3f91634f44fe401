"""The search itself: the token index preselects rows, the folded text decides."""

from __future__ import annotations

from django.db.models import Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Case, Expression, When
from django.db.models.functions import ExtractYear, Length, Replace, StrIndex
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from interviews.models import PublishedCredit, PublishedFeature, PublishedInterview, search_tokens
from interviews.models.published import PublishedInterviewQuerySet

from .query import Query, parse
from .results import Hit, Key, PageHit, Results, hit, page_hit

HITS_ON_A_PAGE = 20
PAGES_SHOWN = 5
# A match in the head (topic, name, post, byline) counts as much as this many in the statement.
HEAD_WEIGHT = 20
# With more hits than this, terms say little about relevance, and ranking takes long: sort newest first.
MOST_RANKED = 2_000
ORDERS = ("relevance", "date")


def search(
    query: str,
    page: int = 1,
    *,
    order: str = "relevance",
    subject: int | None = None,
    year: int | None = None,
    speaker: int | None = None,
    contributor: int | None = None,
) -> Results:
    """Find public interviews that have all terms of the query, by relevance or newest first.

    Searches topic titles, the speakers' organisation, job title and name, bylines and statements. Out-of-range pages
    are clamped. Without filters, the first page also has `.features`: the newest pages with all terms in their head or
    credits. At most four queries.
    """
    parsed = parse(query)
    if not parsed.terms:
        return Results(parsed)
    rows = _filtered(matching(parsed), subject, year, speaker, contributor)
    keys = _keys(rows, parsed, order)
    pages = max(1, -(-len(keys) // HITS_ON_A_PAGE))
    page = min(max(page, 1), pages)
    shown = keys[(page - 1) * HITS_ON_A_PAGE : page * HITS_ON_A_PAGE]
    unfiltered = not (subject or year or speaker or contributor)
    return Results(
        query=parsed,
        total=len(keys),
        page=page,
        pages=pages,
        hits=_hits(shown, parsed),
        features=_features(parsed) if page == 1 and unfiltered else [],
        keys=keys,
    )


def matching(query: Query) -> PublishedInterviewQuerySet:
    """Return the public interviews that have all terms."""
    rows: PublishedInterviewQuerySet = PublishedInterview.objects.public()
    return rows.filter(search_key__in=search_tokens.keys_with(query.terms)).filter(_has_all(query))


def _has_all(query: Query) -> Q:
    """Not LIKE: SQLite's ignores case, and % and _ are wildcards."""
    condition = Q()
    for term in query.terms:
        condition &= Q(GreaterThan(StrIndex(F("searched"), Value(term)), 0))
    return condition


def _filtered(
    rows: PublishedInterviewQuerySet,
    subject: int | None,
    year: int | None,
    speaker: int | None,
    contributor: int | None,
) -> PublishedInterviewQuerySet:
    if subject:
        rows = rows.filter(edition__page__subjects=subject)
    if year:
        rows = rows.filter(edition__page__date__year=year)
    if speaker:
        rows = rows.filter(speaker=speaker)
    if contributor:
        in_scope = Q(interview_id=OuterRef("interview_id")) | Q(interview_id=None)
        credits = PublishedCredit.objects.filter(in_scope, edition=OuterRef("edition"), contributor=contributor)
        rows = rows.filter(Exists(credits))
    return rows


def _keys(rows: PublishedInterviewQuerySet, query: Query, order: str) -> list[Key]:
    dated = rows.annotate(year=ExtractYear("edition__page__date")).newest_first()
    columns = dated.values_list("search_key", "edition_id", "interview_id", "speaker_id", "year")
    keys = [Key(*row) for row in columns]
    if order == "date" or not 1 < len(keys) <= MOST_RANKED:
        return keys
    ranks = dict(rows.annotate(relevance=_relevance(query)).values_list("search_key", "relevance"))
    # A row withdrawn between the two queries has no rank. The sort is stable: ties stay newest first.
    return sorted(keys, key=lambda key: -ranks.get(key.key, 0))


def _relevance(query: Query) -> Expression:
    """Count the terms' occurrences, plus HEAD_WEIGHT for each term that occurs in the head."""
    score: Expression = Value(0)
    for term in query.terms:
        removed = Length(F("searched")) - Length(Replace(F("searched"), Value(term), Value("")))
        in_head = Q(LessThanOrEqual(StrIndex(F("searched"), Value(term)), F("search_head")))
        score = score + removed / Value(len(term)) + Case(When(in_head, then=Value(HEAD_WEIGHT)), default=Value(0))
    return ExpressionWrapper(score, IntegerField())


def _hits(keys: list[Key], query: Query) -> list[Hit]:
    if not keys:
        return []
    rows = PublishedInterview.objects.filter(search_key__in=[key.key for key in keys]).for_cards()
    found = {row.search_key: row for row in rows}
    return [hit(found[key.key], query.terms) for key in keys if key.key in found]


def matching_pages(query: Query) -> QuerySet[PublishedFeature]:
    """Return the public pages that have all terms in kicker, headline, subtitle, lead or credits, newest first."""
    pages: QuerySet[PublishedFeature] = PublishedFeature.objects.public()
    return pages.filter(_has_all(query)) if query.terms else pages.none()


def _features(query: Query) -> list[PageHit]:
    """Fetch one more than is shown, which tells whether there are more."""
    return [page_hit(row, query.terms) for row in matching_pages(query)[: PAGES_SHOWN + 1]]
