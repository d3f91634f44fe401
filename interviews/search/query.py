"""Parse a search query into terms, all of which must match."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviews.text.chinese import drop_unseen
from interviews.text.folding import fold

MOST_CHARACTERS = 100
MOST_TERMS = 8

# Phrases are in “…”, 「…」, 『…』 or "…"; an unpaired quotation mark separates words.
_PARTS = re.compile(r'“([^“”]*)”|「([^「」]*)」|『([^『』]*)』|"([^"]*)"|([^\s“”「」『』"]+)')


@dataclass(frozen=True)
class Query:
    """`.text` as typed, truncated if too long; `.terms` folded and distinct; `.shortened` if something was cut."""

    text: str
    terms: tuple[str, ...] = ()
    shortened: bool = False


def parse(text: str) -> Query:
    clean = " ".join(drop_unseen(text).replace("＂", '"').split())
    kept = clean[:MOST_CHARACTERS]
    parts = (next(filter(None, match.groups()), "") for match in _PARTS.finditer(kept))
    terms = tuple(dict.fromkeys(term for part in parts if (term := fold(part.replace("\n", " ")))))
    return Query(kept.strip(), terms[:MOST_TERMS], len(clean) > len(kept) or len(terms) > MOST_TERMS)
