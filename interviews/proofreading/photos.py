"""Captions and portraits against the speakers."""

from __future__ import annotations

from collections.abc import Iterator

from interviews.document import FeatureDocument

from .fields import Field, Kind
from .findings import Fault
from .names import is_variant
from .people import Located, could_be_person, speakers_of


def check(document: FeatureDocument, fields: list[Field]) -> Iterator[Located]:
    captions = [field for field in fields if field.kind is Kind.CAPTION]
    if not captions:
        return
    speakers = [speaker for speaker in speakers_of(document) if speaker.name]
    shown = {speaker.name for speaker in speakers if any(speaker.name in caption.text for caption in captions)}
    shown |= {each.speaker.name for topic in document.topics for each in topic.interviews if each.portrait}
    missing = [speaker.name for speaker in speakers if speaker.name not in shown]
    for caption in captions:
        yield from _caption(caption, [speaker.name for speaker in speakers], missing)
    by_path = {field.path: field for field in fields}
    for speaker in speakers:
        field = by_path.get(f"{speaker.path}.name")
        if speaker.name in missing and field:
            yield field, Fault("portrait", 0, len(field.text), f"本版有图说，但没有{speaker.name}的照片。")


def _caption(caption: Field, names: list[str], missing: list[str]) -> Iterator[Located]:
    """A bare name that nobody on the page bears."""
    name = caption.text
    if not names or name in names or not could_be_person(name):
        return
    near = [other for other in names if is_variant(other, name, structured=True)]
    near = near or [other for other in missing if _one_off(other, name)]
    if len(near) == 1 and not (len(name) in (3, 4) and is_variant(near[0], name)):
        message = f"图说“{name}”与受访者“{near[0]}”写法不同，请核对。"
        yield caption, Fault("name", 0, len(name), message, near[0], about=near[0])
    elif not near:
        yield caption, Fault("caption", 0, len(name), f"图说中的“{name}”不是本版的受访者，请核对。")


def _one_off(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1 and len(one) > 2
