"""Text as search compares it: width, case, compatibility forms and idle spaces folded away. No Django.

`CO₂`, `ＣＯ２` and `co2` fold to the same three characters; `PM2.5 浓度` and `PM2.5浓度` too. A word is found in a text
where its folded form is a substring of the folded text: nothing is cut into words, so no name or new word is missed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from .chinese import drop_unseen, fold_width, is_han

Span = tuple[int, int]


class Folded:
    """A text and its folded form. `.source` is the text in NFC; `.origins[n]` is the place in it of `.text[n]`."""

    def __init__(self, text: str):
        self.source = unicodedata.normalize("NFC", text)
        characters: list[str] = []
        self.origins: list[int] = []
        gap = -1
        for place, character in enumerate(self.source):
            for piece in _fold_character(character):
                if piece == " ":
                    gap = place
                    continue
                if gap >= 0 and characters and _keeps_space(characters[-1], piece):
                    characters.append(" ")
                    self.origins.append(gap)
                gap = -1
                characters.append(piece)
                self.origins.append(place)
        self.text = "".join(characters)

    def spans(self, terms: Iterable[str]) -> list[Span]:
        """Where folded terms stand in `.source`: in order, what overlaps or touches as one."""
        found: list[Span] = []
        for term in terms:
            start = self.text.find(term)
            while start >= 0:
                found.append((self.origins[start], self.origins[start + len(term) - 1] + 1))
                start = self.text.find(term, start + 1)
        return merged(found)


def fold(text: str) -> str:
    """Lines stay lines."""
    return Folded(text).text


def merged(spans: Iterable[Span], gap: int = 0) -> list[Span]:
    """In order, and as one where they overlap or no more than `gap` lies between them."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1] + gap:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def tokens(folded: str) -> set[str]:
    """Every character and every pair of neighbours on a line: what an index knows of a folded text."""
    found: set[str] = set()
    for line in folded.split("\n"):
        found.update(line)
        found.update(map("".join, pairwise(line)))
    return found


def tokens_of_term(term: str) -> list[str]:
    """The tokens that a text must have to contain a folded term. Having them all is necessary, and for one or two
    characters sufficient."""
    return [term] if len(term) < 2 else sorted(set(map("".join, pairwise(term))))


@lru_cache(maxsize=16_384)
def _fold_character(character: str) -> str:
    if character == "\n":
        return character
    if character.isspace():
        return " "
    # Twice: a few characters fold to some that fold further (UAX #15, Unicode 3.13: toNFKC_Casefold).
    folded = fold_width(character)
    for _ in range(2):
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())
    return "".join(" " if piece.isspace() else piece for piece in drop_unseen(folded))


def _keeps_space(before: str, after: str) -> bool:
    """Between Han and Latin a space is set or not by taste, and none stands at the ends of a line."""
    return "\n" not in (before, after) and not is_han(before) and not is_han(after)
