"""One search: the index narrows the rows down, the folded text decides, what is public is asked by the clock."""

from __future__ import annotations

from django.db.models import Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Case, Expression, When
from django.db.models.functions import ExtractYear, Length, Replace, StrIndex
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from interviews.models import PublishedCredit, PublishedFeature, PublishedInterview, search_tokens

from .query import Query, parse
from .results import Key, PageHit, Results, hit, page_hit

HITS_ON_A_PAGE = 20
PAGES_SHOWN = 5
# A word in the topic, the speaker's name or post, or the byline is what the statement is about.
HEAD_WEIGHT = 20
# A word that more interviews have than this says little of any of them: they are answered newest first.
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
    """Interviews that readers see now and that have every word of the query, by relevance or newest first.

    A page that does not exist is answered by the nearest that does. Words stand in the topic's title, the speaker's
    organisation, job title and name, the byline, or the statement. `.features` are the newest pages that have them all
    in their head or credits: on the first page of an answer that nothing narrows. Four queries at most.
    """
    asked = parse(query)
    if not asked.terms:
        return Results(asked)
    rows = _narrowed(matching(asked), subject, year, speaker, contributor)
    keys = _keys(rows, asked, order)
    pages = max(1, -(-len(keys) // HITS_ON_A_PAGE))
    page = min(max(page, 1), pages)
    shown = keys[(page - 1) * HITS_ON_A_PAGE : page * HITS_ON_A_PAGE]
    plain = page == 1 and not (subject or year or speaker or contributor)
    return Results(
        query=asked,
        total=len(keys),
        page=page,
        pages=pages,
        hits=_hits(shown, asked),
        features=_features(asked) if plain else [],
        keys=keys,
    )


def matching(asked: Query) -> QuerySet[PublishedInterview]:
    """Rows that readers see now and that have every word."""
    rows = PublishedInterview.objects.public().filter(search_key__in=search_tokens.keys_with(asked.terms))
    return rows.filter(_has_all(asked))


def _has_all(asked: Query) -> Q:
    """LIKE is not asked: it is blind to case on SQLite and knows wildcards."""
    found = Q()
    for term in asked.terms:
        found &= Q(GreaterThan(StrIndex(F("searched"), Value(term)), 0))
    return found


def _narrowed(
    rows: QuerySet, subject: int | None, year: int | None, speaker: int | None, contributor: int | None
) -> QuerySet:
    if subject:
        rows = rows.filter(edition__page__subjects=subject)
    if year:
        rows = rows.filter(edition__page__date__year=year)
    if speaker:
        rows = rows.filter(speaker=speaker)
    if contributor:
        here = Q(interview_id=OuterRef("interview_id")) | Q(interview_id=None)
        named = PublishedCredit.objects.filter(here, edition=OuterRef("edition"), contributor=contributor)
        rows = rows.filter(Exists(named))
    return rows


def _keys(rows: QuerySet, asked: Query, order: str) -> list[Key]:
    rows = rows.annotate(year=ExtractYear("edition__page__date"))
    columns = rows.newest_first().values_list("search_key", "edition_id", "interview_id", "speaker_id", "year")
    keys = [Key(*row) for row in columns]
    if order == "date" or not 1 < len(keys) <= MOST_RANKED:
        return keys
    ranks = dict(rows.annotate(relevance=_relevance(asked)).values_list("search_key", "relevance"))
    # One that was withdrawn between the two queries has no rank; a sort keeps the newer before the older.
    return sorted(keys, key=lambda key: -ranks.get(key.key, 0))


def _relevance(asked: Query) -> Expression:
    """How often the words occur; one in the head counts as often as HEAD_WEIGHT in the statement."""
    score: Expression = Value(0)
    for term in asked.terms:
        removed = Length(F("searched")) - Length(Replace(F("searched"), Value(term), Value("")))
        in_head = Q(LessThanOrEqual(StrIndex(F("searched"), Value(term)), F("search_head")))
        score = score + removed / Value(len(term)) + Case(When(in_head, then=Value(HEAD_WEIGHT)), default=Value(0))
    return ExpressionWrapper(score, IntegerField())


def _hits(keys: list[Key], asked: Query):
    if not keys:
        return []
    rows = PublishedInterview.objects.filter(search_key__in=[key.key for key in keys]).for_cards()
    found = {row.search_key: row for row in rows}
    return [hit(found[key.key], asked.terms) for key in keys if key.key in found]


def matching_pages(asked: Query) -> QuerySet[PublishedFeature]:
    """Pages that readers see now and that have every word in kicker, headline, subtitle, lead or credits, newest
    first."""
    pages = PublishedFeature.objects.public()
    return pages.filter(_has_all(asked)) if asked.terms else pages.none()


def _features(asked: Query) -> list[PageHit]:
    """One more than are shown tells that there are further ones."""
    return [page_hit(row, asked.terms) for row in matching_pages(asked)[: PAGES_SHOWN + 1]]
