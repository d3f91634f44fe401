"""Merge two people's versions of a page, passage by passage: a three-way merge. No Django.

`base` is the common ancestor. Where only one side changed a passage, its version is proposed; where both did, a person
must choose theirs, mine, or both. Nothing is dropped unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from interviews.document import FeatureDocument

from .merger import Choice, Merger, Side
from .ordering import NEW, numbered, unnumbered
from .text import Span, compare_text

__all__ = ["Choice", "Side", "choices", "merge", "spans", "undecided"]

EMPTY = FeatureDocument(headline="", topics=())


def choices(base: FeatureDocument | None, theirs: FeatureDocument, mine: FeatureDocument) -> list[Choice]:
    """List the passages to decide, in the order of the page."""
    merger = Merger({})
    merger.page(base or EMPTY, numbered(theirs, NEW), numbered(mine, 2 * NEW - 1))
    return merger.choices


def merge(
    base: FeatureDocument | None, theirs: FeatureDocument, mine: FeatureDocument, answers: Mapping[str, Side]
) -> FeatureDocument:
    """Merge by the answers. Unanswered choices take the proposed side, else both, else mine."""
    merged = Merger(answers).page(base or EMPTY, numbered(theirs, NEW), numbered(mine, 2 * NEW - 1))
    return unnumbered(merged)


def undecided(found: Iterable[Choice], answers: Mapping[str, Side]) -> Iterator[Choice]:
    """Yield the choices still open: passages that both sides changed."""
    return (choice for choice in found if not choice.proposed and answers.get(choice.key) not in choice.sides)


def spans(choice: Choice) -> list[Span]:
    """Diff a choice from theirs to mine."""
    return compare_text(choice.theirs, choice.mine)
