"""What somebody typed, as the words that must all be found."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviews.text.chinese import drop_unseen
from interviews.text.folding import fold

MOST_CHARACTERS = 100
MOST_TERMS = 8

# A phrase stands in “…”, 「…」, 『…』 or "…"; a mark without its partner only parts words.
_PARTS = re.compile(r'“([^“”]*)”|「([^「」]*)」|『([^『』]*)』|"([^"]*)"|([^\s“”「」『』"]+)')


@dataclass(frozen=True)
class Query:
    """`.text` as typed, without what is too long; `.terms` folded, none twice."""

    text: str
    terms: tuple[str, ...] = ()
    shortened: bool = False


def parse(text: str) -> Query:
    kept = " ".join(drop_unseen(text).replace("＂", '"').split())
    shown = kept[:MOST_CHARACTERS]
    found = (next(filter(None, match.groups()), "") for match in _PARTS.finditer(shown))
    folded = dict.fromkeys(term for part in found if (term := fold(part.replace("\n", " "))))
    terms = tuple(folded)
    return Query(shown.strip(), terms[:MOST_TERMS], len(kept) > len(shown) or len(terms) > MOST_TERMS)
