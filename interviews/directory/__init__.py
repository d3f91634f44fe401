"""Keep the directory of the public lists: how many rows each has, which speakers and photos are in them.

Derived from the published rows, so it can be recomputed at any time. Each function replaces what it derives, under the
lock that verbs and merges hold while they write.
"""

from .list_lengths import recount
from .photos import relist_photos
from .refreshing import fill, rebuild, refresh, relist
from .speakers import relist_speakers

__all__ = ["fill", "rebuild", "recount", "refresh", "relist", "relist_photos", "relist_speakers"]
