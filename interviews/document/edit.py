"""Change parts of a document: each function returns a new one. No Django."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .model import Contributor, Credit, FeatureDocument, Interview, Speaker, Topic


def map_topics(document: FeatureDocument, change: Callable[[Topic], Topic]) -> FeatureDocument:
    return document.model_copy(update={"topics": tuple(map(change, document.topics))})


def map_interviews(document: FeatureDocument, change: Callable[[Interview], Interview]) -> FeatureDocument:
    def topic(each: Topic) -> Topic:
        return each.model_copy(update={"interviews": tuple(map(change, each.interviews))})

    return map_topics(document, topic)


def map_people(
    document: FeatureDocument,
    *,
    speaker: Callable[[Speaker], Speaker],
    contributor: Callable[[Contributor], Contributor],
) -> FeatureDocument:
    """Change everybody the page names: speakers, and the contributors of interviews and of the page."""

    def credits(each: tuple[Credit, ...]) -> tuple[Credit, ...]:
        return tuple(c.model_copy(update={"contributors": tuple(map(contributor, c.contributors))}) for c in each)

    def interview(each: Interview) -> Interview:
        return each.model_copy(update={"speaker": speaker(each.speaker), "credits": credits(each.credits)})

    return map_interviews(document, interview).model_copy(update={"credits": credits(document.credits)})


def map_pictures(document: FeatureDocument, change: Callable[[Any], Any]) -> FeatureDocument:
    """Change every picture, each a `Photo` or a `Portrait`: the cover, portraits, and the photos placed on the page."""

    def interview(each: Interview) -> Interview:
        return each.model_copy(update={"portrait": change(each.portrait)}) if each.portrait else each

    return map_interviews(document, interview).model_copy(
        update={
            "cover": change(document.cover) if document.cover else None,
            "photos": tuple(map(change, document.photos)),
        }
    )
