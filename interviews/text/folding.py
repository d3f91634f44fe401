"""Fold text for search: width, case, compatibility forms and optional spaces. No Django.

`CO₂`, `ＣＯ２` and `co2` fold to the same three characters; so do `PM2.5 浓度` and `PM2.5浓度`. A query matches where
its folded form is a substring of the folded text. Without word segmentation, no name or new word is missed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from .chinese import drop_unseen, fold_width, is_han

Span = tuple[int, int]


# A character that does not fold to one other character.
_UNEVEN = "\0"


class _Single(dict[int, str]):
    """A table for `str.translate`, filled as characters occur."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded if len(folded) == 1 and folded != " " else _UNEVEN
        return self[code]


_SINGLE = _Single()


class Folded:
    """A text and its folded form. `.source` is the text in NFC; `.origins[n]` is the index in it of `.text[n]`."""

    def __init__(self, text: str):
        self.source = unicodedata.normalize("NFC", text)
        self.origins: list[int] = []
        self._pieces: list[str] = []
        self._gap = -1
        single, start = self.source.translate(_SINGLE), 0
        while start < len(single):
            end = single.find(_UNEVEN, start)
            end = end if end >= 0 else len(single)
            if end > start:
                self._add(single[start:end], range(start, end))
            if end < len(single):
                self._add_uneven(end)
            start = end + 1
        self.text = "".join(self._pieces)

    def _add_uneven(self, place: int) -> None:
        for piece in _fold_character(self.source[place]):
            if piece == " ":
                self._gap = place
            else:
                self._add(piece, [place])

    def _add(self, piece: str, origins: Iterable[int]) -> None:
        if self._gap >= 0 and self._pieces and _keeps_space(self._pieces[-1][-1], piece[0]):
            self._pieces.append(" ")
            self.origins.append(self._gap)
        self._gap = -1
        self._pieces.append(piece)
        self.origins.extend(origins)

    def spans(self, terms: Iterable[str]) -> list[Span]:
        """Find folded terms in `.source`: spans in order, overlapping or touching ones merged."""
        found: list[Span] = []
        for term in terms:
            start = self.text.find(term)
            while start >= 0:
                found.append((self.origins[start], self.origins[start + len(term) - 1] + 1))
                start = self.text.find(term, start + 1)
        return merged(found)


def fold(text: str) -> str:
    """Fold a text; lines stay lines."""
    return Folded(text).text


def merged(spans: Iterable[Span], gap: int = 0) -> list[Span]:
    """Sort spans and merge those that overlap or are at most `gap` apart."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1] + gap:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def tokens(folded: str) -> set[str]:
    """Yield the index tokens of a folded text: every character and every pair of neighbours on a line."""
    found: set[str] = set()
    for line in folded.split("\n"):
        found.update(line)
        found.update(map("".join, pairwise(line)))
    return found


def tokens_of_term(term: str) -> list[str]:
    """Return the tokens a text must have to contain a folded term.

    Having them all is necessary, and for terms of one or two characters sufficient.
    """
    return [term] if len(term) < 2 else sorted(set(map("".join, pairwise(term))))


@lru_cache(maxsize=16_384)
def _fold_character(character: str) -> str:
    if character == "\n":
        return character
    if character.isspace():
        return " "
    # Twice, because a few characters fold to others that fold further (UAX #15, Unicode 3.13: toNFKC_Casefold).
    folded = fold_width(character)
    for _ in range(2):
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())
    return "".join(" " if piece.isspace() else piece for piece in drop_unseen(folded))


def _keeps_space(before: str, after: str) -> bool:
    """Drop spaces between Han and Latin, which are a matter of taste, and those at the ends of a line."""
    return "\n" not in (before, after) and not is_han(before) and not is_han(after)
