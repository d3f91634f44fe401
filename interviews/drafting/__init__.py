"""A document to working rows and back.

`freeze(draft(document))` is the document again, ids filled in. Two neighbouring credits of one role become one.
"""

from .freezing import freeze
from .matching import matches
from .writing import draft, rewrite

__all__ = ["draft", "freeze", "matches", "rewrite"]
