"""The search itself: the token index preselects rows, the folded text decides."""

from __future__ import annotations

from dataclasses import replace
from heapq import nsmallest

from django.db.models import QuerySet
from django.utils import timezone

from interviews.models import PublishedFeature, PublishedInterview
from interviews.models.months import months_of_slice, ranges
from interviews.models.published import PublishedInterviewQuerySet
from interviews.models.search_tokens import tokens_of

from . import broad, statements
from .query import Query, parse
from .results import Hit, PageHit, Results, hit, page_hit
from .statements import Wanted, wanted
from .tally import Key, Tally, newest_first

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
    credits. At most seven queries. Reads the rows that have the tokens of the terms; or, once many hits have been
    counted, those that changed since and the hits' month.
    """
    parsed = parse(query)
    if not parsed.terms:
        return Results(parsed)
    filters = {"subject": subject, "year": year, "speaker": speaker, "contributor": contributor}
    values, name = wanted(parsed, **filters), [parsed.terms, filters]
    began = timezone.now()
    counted = broad.stored(name, values)
    if counted is None or counted.total <= MOST_RANKED:
        tokens = tokens_of(parsed.terms)
        keys = list(map(Key._make, statements.keys_found(at=began, tokens=tokens, **values)))
        counted = Tally.of(keys)
        if len(keys) > MOST_RANKED:
            broad.store(name, values, counted, began)
    if counted.total <= MOST_RANKED:
        found = _page_of_keys(parsed, keys, counted, page, order)
    else:
        found = _page_of_months(parsed, values, counted, page)
    heads = found.page == 1 and not any(filters.values())
    return replace(found, features=_features(parsed)) if heads else found


def _page_of_keys(query: Query, keys: list[Key], counted: Tally, page: int, order: str) -> Results:
    pages, page = _clamped(len(keys), page)
    shown = _ordered(query, keys, order)[(page - 1) * HITS_ON_A_PAGE : page * HITS_ON_A_PAGE]
    return Results(query, total=len(keys), page=page, pages=pages, hits=_hits(shown, query), tally=counted)


def _page_of_months(query: Query, values: Wanted, counted: Tally, page: int) -> Results:
    """A page of very many hits, newest first: one query, which reads the statements of the page's months."""
    pages, page = _clamped(counted.total, page)
    start = (page - 1) * HITS_ON_A_PAGE
    months, before = months_of_slice(newest_first(counted.months), start, start + HITS_ON_A_PAGE)
    days: Wanted = {}
    for number, (first, end) in enumerate(ranges(months)):
        days |= {f"start{number}": first, f"end{number}": end}
    rows = slice(start - before, start - before + HITS_ON_A_PAGE)
    found = statements.hits_within(rows, at=timezone.now(), **days, **values)
    hits = [hit(row, query.terms) for row in found]
    return Results(query, total=counted.total, page=page, pages=pages, hits=hits, tally=counted)


def _clamped(total: int, page: int) -> tuple[int, int]:
    pages = max(1, -(-total // HITS_ON_A_PAGE))
    return pages, min(max(page, 1), pages)


def matching(query: Query) -> PublishedInterviewQuerySet:
    """Return the public interviews that have all terms."""
    return statements.found(at=timezone.now(), tokens=tokens_of(query.terms), **wanted(query))


def _ordered(query: Query, keys: list[Key], order: str) -> list[int]:
    """Sort the hits by relevance or newest first. One query, which reads their texts to sort by relevance."""
    rows = PublishedInterview.objects.filter(search_key__in=[key.key for key in keys]).newest_first()
    if order == "date" or len(keys) == 1:
        return list(rows.values_list("search_key", flat=True)) if keys else []
    texts = rows.values_list("search_key", "searched", "search_head")
    ranked = [(_relevance(query, text, head), key) for key, text, head in texts]
    # The sort is stable: ties stay newest first.
    return [key for _, key in sorted(ranked, key=lambda each: -each[0])]


def _relevance(query: Query, text: str, head: int) -> int:
    """Count the terms' occurrences, plus HEAD_WEIGHT for each term that occurs in the head."""
    in_head = sum(0 <= text.find(term) < head for term in query.terms)
    return sum(map(text.count, query.terms)) + HEAD_WEIGHT * in_head


def _hits(keys: list[int], query: Query) -> list[Hit]:
    if not keys:
        return []
    found = {row.search_key: row for row in statements.hits_of(keys=keys)}
    return [hit(found[key], query.terms) for key in keys if key in found]


def matching_pages(query: Query) -> QuerySet[PublishedFeature]:
    """Return the public pages that have all terms in kicker, headline, subtitle, lead or credits, newest first."""
    if not query.terms:
        return PublishedFeature.objects.none()
    return statements.pages_found(at=timezone.now(), tokens=tokens_of(query.terms, heads=True), **wanted(query))


def _features(query: Query) -> list[PageHit]:
    """Find the newest pages, one more than is shown, which tells whether there are more.

    Looks among the last pages first: words that many pages have are there. Otherwise few pages have them, and all are
    read: asked to sort, the database would walk the pages by date and not use the token index. Two queries at most.
    """
    now, values = timezone.now(), wanted(query)
    found = statements.last_pages(slice(PAGES_SHOWN + 1), at=now, **values)
    if len(found) <= PAGES_SHOWN:
        tokens = tokens_of(query.terms, heads=True)
        found = statements.every_page(at=now, tokens=tokens, **values)
    newest = nsmallest(PAGES_SHOWN + 1, found, key=lambda row: (-row.date.toordinal(), row.page_order, -row.feature_id))
    return [page_hit(row, query.terms) for row in newest]
