"""The queries for statements and pages that have all terms, each made once for a number of terms and choice of filters.

Values are given by name, as `wanted` returns them: `term0`, `term1` …, and those of the filters that are used.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from interviews.models import PublishedCredit, PublishedFeature, PublishedInterview, prepared, search_tokens
from interviews.models.edition import shown
from interviews.models.prepared import Prepared, PreparedStatement
from interviews.models.published import PublishedInterviewQuerySet

from .query import Query
from .tally import COLUMNS

HIT_COLUMNS = (
    *("interview_id", "topic_id", "feature_id", "date", "topic_title", "speaker_id", "speaker_name", "organisation"),
    *("job_title", "text", "search_key", "search_head", "searched", "edition__page__headline"),
)
PAGE_COLUMNS = ("date", "page_order", "feature_id", "headline", "subtitle")
LAST_PAGES = 200

Wanted = dict[str, prepared.Value]


def wanted(
    query: Query,
    subject: int | None = None,
    year: int | None = None,
    speaker: int | None = None,
    contributor: int | None = None,
) -> Wanted:
    """Return the values of the queries: the terms, and the filters that are set."""
    values: Wanted = {f"term{number}": term for number, term in enumerate(query.terms)}
    filters = {"subject": subject, "speaker": speaker, "contributor": contributor}
    values |= {name: value for name, value in filters.items() if value}
    return values | ({"new_year": date(year, 1, 1), "new_years_eve": date(year, 12, 31)} if year else {})


def has_all(wanted: dict[str, Any]) -> Q:
    """Not LIKE: SQLite's ignores case, and % and _ are wildcards."""
    condition = Q()
    for name, term in wanted.items():
        if name.startswith("term"):
            condition &= Q(GreaterThan(StrIndex(F("searched"), Value(term)), 0))
    return condition


def _matching(**wanted: Any) -> PublishedInterviewQuerySet:
    """Statements that match, whether public or not."""
    rows: PublishedInterviewQuerySet = PublishedInterview.objects.filter(has_all(wanted)).order_by()
    if "subject" in wanted:
        rows = rows.filter(edition__page__subjects=wanted["subject"])
    if "new_year" in wanted:
        rows = rows.filter(date__gte=wanted["new_year"], date__lte=wanted["new_years_eve"])
    if "speaker" in wanted:
        rows = rows.filter(speaker=wanted["speaker"])
    if "contributor" in wanted:
        in_scope = Q(interview_id=OuterRef("interview_id")) | Q(interview_id=None)
        credits = PublishedCredit.objects.filter(in_scope, edition=OuterRef("edition"))
        rows = rows.filter(Exists(credits.filter(contributor=wanted["contributor"])))
    return rows


def found(at: datetime, tokens: list[str], **wanted: Any) -> PublishedInterviewQuerySet:
    """Public statements that match, by the token index."""
    return _matching(**wanted).public(at).filter(search_key__in=search_tokens.keys_having(tokens))


@Prepared
def keys_found(**wanted: Any) -> QuerySet[PublishedInterview, tuple[Any, ...]]:
    return found(**wanted).values_list(*COLUMNS)


@PreparedStatement
def changed(since: datetime, until: datetime, **wanted: Any) -> QuerySet[PublishedInterview, tuple[Any, ...]]:
    """The keys of statements of editions that began or ended between two moments, with their terms."""
    begun = Q(edition__published_from__gt=since, edition__published_from__lte=until)
    ended = Q(edition__published_until__gt=since, edition__published_until__lte=until)
    columns = (*COLUMNS, "edition__published_from", "edition__published_until")
    return _matching(**wanted).filter(begun | ended).values_list(*columns)


@PreparedStatement
def hits_within(at: datetime, **wanted: Any) -> QuerySet[PublishedInterview, Any]:
    """The hits of ranges of dates, from `start0` until `end0` and so on, newest first."""
    days = Q()
    for name, start in wanted.items():
        if name.startswith("start"):
            days |= Q(date__gte=start, date__lt=wanted[name.replace("start", "end")])
    return _hits(_matching(**wanted).public(at).filter(days).newest_first())


@PreparedStatement
def hits_of(keys: list[int]) -> QuerySet[PublishedInterview, Any]:
    return _hits(PublishedInterview.objects.filter(search_key__in=prepared.any_of(keys)).order_by())


def _hits(rows: PublishedInterviewQuerySet) -> QuerySet[PublishedInterview, Any]:
    return rows.values_list(*HIT_COLUMNS, named=True)


def pages_found(at: datetime, tokens: list[str], **wanted: Any) -> QuerySet[PublishedFeature]:
    """Public pages that have all terms in kicker, headline, subtitle, lead or credits, newest first."""
    pages: QuerySet[PublishedFeature] = PublishedFeature.objects.filter(
        shown(at, "edition__"), has_all(wanted), search_key__in=search_tokens.keys_having(tokens)
    )
    return pages


@Prepared
def every_page(**wanted: Any) -> QuerySet[PublishedFeature, Any]:
    return pages_found(**wanted).order_by().values_list(*PAGE_COLUMNS, named=True)


@PreparedStatement
def last_pages(at: datetime, **wanted: Any) -> QuerySet[PublishedFeature, Any]:
    """Those of the last pages that have all terms, newest first."""
    oldest = PublishedFeature.objects.values("date")[LAST_PAGES : LAST_PAGES + 1]
    pages = PublishedFeature.objects.filter(shown(at, "edition__"), has_all(wanted), date__gte=oldest)
    return pages.values_list(*PAGE_COLUMNS, named=True)
