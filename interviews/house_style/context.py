"""Load the newsroom's tables as values of the pure layers: one query each."""

from __future__ import annotations

import re
from functools import lru_cache

from interviews.models import GrammarTable, GrammarWord, Official, ScoreWeight, Term
from interviews.pagetext import DEFAULT, Grammar
from interviews.proofreading import Matter, Weights
from interviews.proofreading import Official as KnownOfficial
from interviews.proofreading import Term as KnownTerm
from interviews.proofreading.scoring import PLACES
from interviews.text.chinese import fold_width


def house_terms() -> tuple[KnownTerm, ...]:
    """Return all terms; the proofreader skips those expired on a page's date."""
    return tuple(row.as_value() for row in Term.objects.all())


def house_officials() -> tuple[KnownOfficial, ...]:
    return tuple(row.as_value() for row in Official.objects.all())


def house_weights() -> Weights:
    rows = {row.subject: row for row in ScoreWeight.objects.all()}
    matters = {matter: rows[matter.value] for matter in Matter if matter.value in rows}
    return Weights(
        matter={matter: float(row.points) for matter, row in matters.items()},
        factor={matter: float(row.factor) for matter, row in matters.items()},
        most={matter: float(row.most) for matter, row in matters.items() if row.most is not None},
        place={place: float(rows[f"in-{place.value}"].factor) for place in PLACES if f"in-{place.value}" in rows},
    )


def house_grammar() -> Grammar:
    """Return the page parser's grammar: the built-in tables with the newsroom's changes."""
    return _grammar(tuple(GrammarWord.objects.order_by("pk").values_list("table", "word", "removes")))


@lru_cache(maxsize=2)
def _grammar(rows: tuple[tuple[str, str, bool], ...]) -> Grammar:
    """Cached, because a grammar keeps the regular expressions compiled from its tables."""
    added: dict[str, list[str]] = {}
    removed: dict[str, list[str]] = {}
    for table, word, removes in rows:
        # Pages are matched in folded width. Furniture is a table of patterns, so words are escaped.
        folded = fold_width(word)
        plain = re.escape(folded) if table == GrammarTable.FURNITURE else folded
        (removed if removes else added).setdefault(table, []).append(word if removes else plain)
    return DEFAULT.adding(**added).removing(**removed) if rows else DEFAULT
