"""Check captions and portraits against the speakers, and photo credits against the page's photographers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviews.document import FeatureDocument
from interviews.document.credit_roles import RoleKinds
from interviews.text.chinese import HAN

from .context import Context
from .findings import Fault
from .name_variants import is_variant
from .named_people import Located, could_be_person, speakers_of
from .passages import Field, Kind

# Words around a photographer's name: 本报记者 程婧 摄, 程婧/摄, 摄影：程婧.
_CONTEXT = re.compile("本报|特约|见习|实习|(?:摄影)?记者|通讯员|摄影师?|摄$")
# Pictures from other sources, not by the page's photographers.
_OTHER_SOURCE = re.compile("供图|提供|资料|通讯社|新华社|中新社|网|视觉中国")


def check(document: FeatureDocument, fields: list[Field], context: Context) -> Iterator[Located]:
    yield from _against_speakers(document, fields)
    yield from _against_credits(document, fields, context.role_kinds)


def _against_credits(document: FeatureDocument, fields: list[Field], kinds: RoleKinds) -> Iterator[Located]:
    """Check that people in photo credits are among the page's photographers, if it has any."""
    statements = [interview for topic in document.topics for interview in topic.interviews]
    credits = [*document.credits, *(credit for each in statements for credit in each.credits)]
    photographer_names = [
        each.name for credit in credits if kinds[credit.role].photographs for each in credit.contributors
    ]
    photographers = list(dict.fromkeys(filter(None, photographer_names)))
    if not photographers:
        return
    names = "、".join(photographers)
    for field in fields:
        if not field.path.endswith(".credit_line") or _OTHER_SOURCE.search(field.text):
            continue
        for start, name in _names_in(field.text):
            if name in photographers:
                continue
            similar = [other for other in photographers if is_variant(other, name, structured=True)]
            suggestion = similar[0] if len(similar) == 1 else ""
            message = f"图片署名是“{name}”，本版摄影是“{suggestion or names}”，请核对。"
            yield field, Fault("photo-credit", start, start + len(name), message, suggestion, about=names)


def _names_in(line: str) -> Iterator[tuple[int, str]]:
    bare = _CONTEXT.sub(lambda match: " " * len(match[0]), line.rstrip())
    for match in re.finditer(f"[{HAN}]+(?:·[{HAN}]+)*", bare):
        if could_be_person(match[0]):
            yield match.start(), match[0]


def _against_speakers(document: FeatureDocument, fields: list[Field]) -> Iterator[Located]:
    captions = [field for field in fields if field.kind is Kind.CAPTION and field.path != "cover.caption"]
    if not captions:
        return
    speakers = [speaker for speaker in speakers_of(document) if speaker.name]
    pictured = {speaker.name for speaker in speakers if any(speaker.name in caption.text for caption in captions)}
    pictured |= {each.speaker.name for topic in document.topics for each in topic.interviews if each.portrait}
    missing = [speaker.name for speaker in speakers if speaker.name not in pictured]
    for caption in captions:
        yield from _caption(caption, [speaker.name for speaker in speakers], missing)
    by_path = {field.path: field for field in fields}
    for speaker in speakers:
        field = by_path.get(f"{speaker.path}.name")
        if speaker.name in missing and field:
            yield field, Fault("portrait", 0, len(field.text), f"本版有图说，但没有{speaker.name}的照片。")


def _caption(caption: Field, names: list[str], missing: list[str]) -> Iterator[Located]:
    """Check a caption that is a bare name: it must be a speaker's."""
    name = caption.text
    if not names or name in names or not could_be_person(name):
        return
    similar = [other for other in names if is_variant(other, name, structured=True)]
    similar = similar or [other for other in missing if _differs_in_one(other, name)]
    if len(similar) == 1 and not (len(name) in (3, 4) and is_variant(similar[0], name)):
        message = f"图说“{name}”与受访者“{similar[0]}”写法不同，请核对。"
        yield caption, Fault("name", 0, len(name), message, similar[0], about=similar[0])
    elif not similar:
        yield caption, Fault("caption", 0, len(name), f"图说中的“{name}”不是本版的受访者，请核对。")


def _differs_in_one(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1 and len(one) > 2
