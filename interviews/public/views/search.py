from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from interviews.public.kept import kept
from interviews.public.listing import Choice, Listing, listing
from interviews.public.memory import remembered_by_key
from interviews.public.params import LARGEST_KEY, Address, whole_number
from interviews.search import HITS_ON_A_PAGE, MOST_RANKED, PAGES_SHOWN, Facet, Results, matching_pages, page_hit, parse
from interviews.search import search as find

FACETS = ("subject", "year", "speaker", "contributor")
_TAGS = ("lists", "subjects")
PARAMETERS = ("q", "in", "sort", "page", *FACETS)
SHORTENED = "检索词太长：只用了前 100 个字、最多 8 个词。"


@dataclass(frozen=True)
class Narrowing:
    label: str
    choices: list[Choice]


@require_safe
@kept("lists", "subjects", parameters=PARAMETERS)
def search(request: HttpRequest) -> HttpResponse:
    """Search results. At most ten queries, none without words."""
    if request.GET.get("in") == "pages":
        return _pages(request)
    order = "date" if request.GET.get("sort") == "date" else "relevance"
    chosen = {name: whole_number(request.GET.get(name), 9999 if name == "year" else LARGEST_KEY) for name in FACETS}
    page = whole_number(request.GET.get("page")) or 1
    results = replace(
        find(request.GET.get("q", ""), page, order=order, **chosen),
        remember=lambda name, keys, load: remembered_by_key(request, f"facets {name}", keys, load, _TAGS),
    )
    sort = order if order == "date" else None
    address = Address(request.path, {"q": results.query.text or None, "sort": sort, **chosen})
    context = {
        "results": results,
        "features": results.features[:PAGES_SHOWN],
        "more_features": address.having(**{**dict.fromkeys(FACETS), "sort": None, "in": "pages"})
        if len(results.features) > PAGES_SHOWN
        else "",
        "listing": Listing(Paginator(range(results.total), HITS_ON_A_PAGE).get_page(results.page), address),
        "orders": _orders(address, order),
        "narrowings": _narrowings(results, address) if results.query.terms else [],
        "narrowed": any(chosen.values()),
        "everything": address.having(**dict.fromkeys(FACETS), page=None),
        "apart": "“" in results.query.text or '"' in results.query.text or len(results.query.terms) > 1,
        "common": order == "relevance" and results.total > MOST_RANKED,
        "shortened": SHORTENED if results.query.shortened else "",
    }
    return _unlisted(render(request, "public/search.html", context))


def _pages(request: HttpRequest) -> HttpResponse:
    """Pages whose headline, lead or credits match. Two queries."""
    asked = parse(request.GET.get("q", ""))
    narrowed: dict[str, Any] = {"q": asked.text or None, "in": "pages"}
    shown = listing(request, matching_pages(asked), HITS_ON_A_PAGE, **narrowed)
    hits = [page_hit(row, asked.terms) for row in shown.page]
    context = {"listing": shown, "query": asked, "hits": hits, "shortened": SHORTENED}
    context["everything"] = shown.address.having(**{"in": None})
    return _unlisted(render(request, "public/search_pages.html", context))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response


def _orders(address: Address, order: str) -> list[Choice]:
    labels = {"relevance": "相关", "date": "最新"}
    return [
        Choice(label, address.having(sort=name if name == "date" else None), name == order)
        for name, label in labels.items()
    ]


def _narrowings(results: Results, address: Address) -> list[Narrowing]:
    found = {
        "领域": ("subject", results.subjects),
        "年份": ("year", results.years),
        "受访者": ("speaker", results.speakers),
        "采编": ("contributor", results.contributors),
    }
    narrowings = [Narrowing(label, _choices(address, name, facets)) for label, (name, facets) in found.items()]
    chosen = any(address.parameters[name] for name in FACETS)
    return [each for each in narrowings if each.choices and (results.total > 1 or chosen)]


def _choices(address: Address, name: str, facets: list[Facet]) -> list[Choice]:
    """Filter links. The active one stays, so that it can be cleared; filters that exclude nothing are left out."""
    chosen = address.parameters[name]
    if len(facets) < 2 and chosen is None:
        return []
    everything = Choice("全部", address.having(**{name: None}), chosen is None)
    return [everything, *(_choice(address, name, facet, chosen) for facet in facets)]


def _choice(address: Address, name: str, facet: Facet, chosen: int | str | None) -> Choice:
    url = address.having(**{name: facet.value})
    return Choice(f"{facet.label}（{facet.count}）", url, facet.value == chosen, facet.colour)
