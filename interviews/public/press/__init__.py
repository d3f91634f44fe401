"""The static press: the whole public site as files, which any web server can serve while the application is off.

Pages come from the real handler, byte for byte. A manifest holds each address with its tags, digest and files, and how
far invalidations have been read, so that a later press does only what has changed.
"""

from .errors import PressError
from .pressing import Press, Summary
from .verification import differences
from .watching import watch

__all__ = ["Press", "PressError", "Summary", "differences", "watch"]
