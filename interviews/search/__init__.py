"""Full-text search of public pages by exact substrings, the same on both database engines."""

from .highlighting import mark
from .query import Query, parse
from .results import Facet, Hit, PageHit, Results, page_hit
from .searching import HITS_ON_A_PAGE, MOST_RANKED, ORDERS, PAGES_SHOWN, matching_pages, search

__all__ = [
    "HITS_ON_A_PAGE",
    "MOST_RANKED",
    "ORDERS",
    "PAGES_SHOWN",
    "Facet",
    "Hit",
    "PageHit",
    "Query",
    "Results",
    "mark",
    "matching_pages",
    "page_hit",
    "parse",
    "search",
]
