"""Two people's versions of a page made into one, passage by passage. No Django here.

`base` is the version that both began from. Where only one side changed a passage, that side is proposed; where both
did, a person must choose: theirs, mine, or both. Nothing is ever dropped without somebody having seen it.
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
    """What has to be decided, in the order of the page."""
    merger = Merger({})
    merger.page(base or EMPTY, numbered(theirs, NEW), numbered(mine, 2 * NEW - 1))
    return merger.choices


def merge(
    base: FeatureDocument | None, theirs: FeatureDocument, mine: FeatureDocument, answers: Mapping[str, Side]
) -> FeatureDocument:
    """One version. A choice without an answer falls to what is proposed, else both are kept, else mine."""
    merged = Merger(answers).page(base or EMPTY, numbered(theirs, NEW), numbered(mine, 2 * NEW - 1))
    return unnumbered(merged)


def undecided(found: Iterable[Choice], answers: Mapping[str, Side]) -> Iterator[Choice]:
    """What a person must still choose: passages that both sides changed."""
    return (choice for choice in found if not choice.proposed and answers.get(choice.key) not in choice.sides)


def spans(choice: Choice) -> list[Span]:
    """From theirs to mine, character by character."""
    return compare_text(choice.theirs, choice.mine)
