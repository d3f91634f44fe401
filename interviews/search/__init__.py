"""Finds what readers see now by exact words. One function on both engines: `search(query, page)`."""

from .passages import mark
from .query import Query, parse
from .results import Facet, Hit, PageHit, Results
from .searching import HITS_ON_A_PAGE, ORDERS, search

__all__ = ["HITS_ON_A_PAGE", "ORDERS", "Facet", "Hit", "PageHit", "Query", "Results", "mark", "parse", "search"]
