"""Compare texts and documents, and merge two people's versions."""

from .merge import choices, merge, spans, undecided
from .merger import Choice, Side

__all__ = [
    "Choice",
    "Side",
    "choices",
    "merge",
    "spans",
    "undecided",
]
