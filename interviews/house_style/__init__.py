"""The newsroom's own rules for proofreading, and findings under them."""

from .context import house_grammar
from .proofing import checked, dismiss, reinstate, score_of

__all__ = [
    "checked",
    "dismiss",
    "house_grammar",
    "reinstate",
    "score_of",
]
