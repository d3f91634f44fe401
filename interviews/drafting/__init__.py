"""Convert documents to working rows and back.

`freeze(draft(document))` returns the document with ids filled in and adjacent credits of one role merged.
"""

from .freezing import freeze
from .row_check import matches
from .writing import DraftedFeature, draft, rewrite

__all__ = ["DraftedFeature", "draft", "freeze", "matches", "rewrite"]
