"""Values of two versions: whether they say the same, how they are shown, and how both are kept."""

from __future__ import annotations

from typing import Any

from .. import richtext
from ..document import Interview, Topic


def same(left: object, right: object) -> bool:
    """People's ids aside: one that was typed anew has none yet."""
    return bare(left) == bare(right)


def bare(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(bare, value))
    dump = getattr(value, "model_dump", None)
    return _without_ids(dump()) if dump else value


def _without_ids(data: object) -> object:
    if isinstance(data, dict):
        return {name: _without_ids(each) for name, each in data.items() if name != "id"}
    return [_without_ids(each) for each in data] if isinstance(data, list | tuple) else data


def joined(left: str, right: str) -> str:
    return "／".join(filter(None, (left, right)))


def union(left: tuple[Any, ...], right: tuple[Any, ...]) -> tuple[Any, ...]:
    held = [bare(each) for each in left]
    return (*left, *(each for each in right if bare(each) not in held))


def topic_text(topic: Topic) -> str:
    return "\n".join([topic.title, *map(interview_text, topic.interviews)])


def interview_text(interview: Interview) -> str:
    return f"{interview.speaker.name}：{richtext.plain_text(interview.body)}"
