"""Values of two versions: whether they say the same, how they are shown, and how both are kept."""

from __future__ import annotations

from typing import Any

from interviews.document import Interview, Photo, Portrait, Topic, Value
from interviews.text import richtext


def same(left: object, right: object) -> bool:
    """People's ids aside: one that was typed anew has none yet. Pictures are told apart by theirs."""
    return bare(left) == bare(right)


def bare(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(bare, value))
    if not isinstance(value, Value):
        return value
    # Which picture it is, is what a picture says.
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
