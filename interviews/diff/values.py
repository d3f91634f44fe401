"""Compare, show and combine the values of two versions."""

from __future__ import annotations

from typing import Any

from interviews.document import Interview, Photo, Portrait, Topic, Value
from interviews.text import richtext


def same(left: object, right: object) -> bool:
    """Tell whether two values say the same. People's ids do not count (retyped names have none); pictures' ids do."""
    return bare(left) == bare(right)


def bare(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(bare, value))
    if not isinstance(value, Value):
        return value
    # A picture is identified by its id alone.
    left_out = () if isinstance(value, Photo | Portrait) else ("id",)
    return {name: bare(getattr(value, name)) for name in type(value).model_fields if name not in left_out}


def joined(left: str, right: str) -> str:
    return "／".join(filter(None, (left, right)))


def union(left: tuple[Any, ...], right: tuple[Any, ...]) -> tuple[Any, ...]:
    held = [bare(each) for each in left]
    return (*left, *(each for each in right if bare(each) not in held))


def topic_text(topic: Topic) -> str:
    return "\n".join([topic.title, *map(interview_text, topic.interviews)])


def interview_text(interview: Interview) -> str:
    return f"{interview.speaker.name}：{richtext.plain_text(interview.body)}"
