"""Convert documents to working rows and back.

`freeze(draft(document))` returns the document with ids filled in and adjacent credits of one role merged.
"""

from .freezing import freeze
from .row_check import matches
from .writing import draft, rewrite

__all__ = ["draft", "freeze", "matches", "rewrite"]
