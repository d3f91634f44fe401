"""House style: the newsroom's terms and weights, proofreading with them, dismissed findings, counts."""

from .context import house_grammar
from .proofing import checked, dismiss, reinstate, score_of

__all__ = [
    "checked",
    "dismiss",
    "house_grammar",
    "reinstate",
    "score_of",
]
