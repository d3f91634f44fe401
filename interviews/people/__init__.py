"""Find, match and merge the records of speakers and contributors."""

from .lookup import PEOPLE, people_named
from .matching import NEW, Mention, cast_list
from .merging import merge, undo_merge

__all__ = [
    "NEW",
    "PEOPLE",
    "Mention",
    "cast_list",
    "merge",
    "people_named",
    "undo_merge",
]
