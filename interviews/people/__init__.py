"""Find, match and merge the records of speakers and contributors."""

from .lookup import PEOPLE, people_named
from .matching import NEW, Mention, match_people
from .merging import merge, undo_merge

__all__ = [
    "NEW",
    "PEOPLE",
    "Mention",
    "match_people",
    "merge",
    "people_named",
    "undo_merge",
]
