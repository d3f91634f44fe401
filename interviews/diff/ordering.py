"""Order and place the topics and interviews of two versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from interviews.document import FeatureDocument, Interview, Topic
from interviews.document.edit import map_interviews, map_topics

Part = TypeVar("Part", Topic, Interview)

# New parts get temporary ids from here while they are merged, so that none is mistaken for another.
NEW = 2**62


@dataclass(frozen=True)
class Homes:
    """Each interview's version and topic in base, theirs and mine; and the topics that stay."""

    sides: tuple[dict[int | None, tuple[Interview, int | None]], ...]
    kept: set[int | None]

    def versions(self, interview: Interview) -> tuple[Interview | None, Interview | None, Interview | None]:
        base, theirs, mine = (side.get(interview.id, (None, None))[0] for side in self.sides)
        return base, theirs, mine

    def home(self, interview: Interview) -> int | None:
        """Return the id of its topic: where a side moved it (mine, if both did), unless that topic goes."""
        old, theirs, mine = (side.get(interview.id, (None, None))[1] for side in self.sides)
        wanted = [mine, theirs] if mine not in (None, old) else [theirs, mine]
        return next((topic for topic in wanted if topic in self.kept), None)


def homes_of(base: FeatureDocument, theirs: FeatureDocument, mine: FeatureDocument, kept: set[int | None]) -> Homes:
    sides: list[dict[int | None, tuple[Interview, int | None]]] = [
        {each.id: (each, topic.id) for topic in page.topics for each in topic.interviews}
        for page in (base, theirs, mine)
    ]
    return Homes(tuple(sides), kept)


def numbered(page: FeatureDocument, first: int) -> FeatureDocument:
    numbers = count(first, 1 if first == NEW else -1)

    def number(part: Part) -> Part:
        return part if part.id else part.model_copy(update={"id": next(numbers)})

    return map_topics(map_interviews(page, number), number)


def unnumbered(page: FeatureDocument) -> FeatureDocument:
    def bare(part: Part) -> Part:
        return part.model_copy(update={"id": None}) if part.id and part.id >= NEW else part

    return map_topics(map_interviews(page, bare), bare)


def in_order(base: Iterable[Part], theirs: Iterable[Part], mine: Iterable[Part]) -> list[Part]:
    """Order the parts of both sides: as the side that moved some has them, the other's additions after what they
    followed there."""
    left, right = list(theirs), list(mine)
    common = {each.id for each in left} & {each.id for each in right}
    moved_left = [each.id for each in left if each.id in common] != [each.id for each in base if each.id in common]
    leading, other = (left, right) if moved_left else (right, left)
    order = list(leading)
    places = [each.id for each in order]
    for place, part in enumerate(other):
        if part.id in places:
            continue
        before = other[place - 1].id if place else None
        where = places.index(before) + 1 if before is not None else 0
        order.insert(where, part)
        places.insert(where, part.id)
    return order


def by_id(topics: Iterable[Topic]) -> dict[int | None, Topic]:
    return {topic.id: topic for topic in topics}
