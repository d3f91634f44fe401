"""Split a document into fields and paragraphs for the checks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviews.document import FeatureDocument
from interviews.document.walk import Kind, Leaf, kind_of, leaves
from interviews.text import richtext

__all__ = ["Field", "Kind", "Passage", "fields_of", "kind_of", "passages_of"]


@dataclass(frozen=True, slots=True)
class Field:
    """A text of the page. `path` is its address, `identity` its stable path (see `interviews.document.walk`).

    `scripts` are the spans set as subscript or superscript.
    """

    path: str
    text: str
    kind: Kind
    identity: str
    scripts: tuple[tuple[int, int], ...] = ()


def fields_of(document: FeatureDocument) -> list[Field]:
    """Return the fields to proofread, in the order of the page."""
    return [_field(leaf) for leaf in leaves(document) if leaf.kind is not Kind.META]


def _field(leaf: Leaf) -> Field:
    scripts = _scripts(leaf.markup, leaf.text) if leaf.markup else ()
    return Field(leaf.address, leaf.text, leaf.kind, leaf.path, scripts)


_SCRIPT = re.compile(r"<su[bp]>([^<>]*)</su[bp]>")


def _scripts(body: str, text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of subscripts and superscripts in the plain text of a body."""
    if "<su" not in body:
        return ()
    marked = _SCRIPT.sub(lambda match: f"\ue0e0{match[1]}\ue0e1", body)
    pieces = re.split("([\ue0e0\ue0e1])", richtext.plain_text(marked))
    position, start, scripts = 0, 0, []
    for piece in pieces:
        if piece == "\ue0e0":
            start = position
        elif piece == "\ue0e1":
            scripts.append((start, position))
        else:
            position += len(piece)
    return tuple(scripts) if position == len(text) else ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of a field. `offset` is its position in the field; `after` is the next paragraph."""

    field: Field
    text: str
    offset: int
    after: str = ""

    @property
    def kind(self) -> Kind:
        return self.field.kind


def passages_of(field: Field) -> list[Passage]:
    lines = field.text.split("\n")
    passages = []
    offset = 0
    for number, line in enumerate(lines):
        if line:
            after = next(filter(None, lines[number + 1 : number + 3]), "")
            passages.append(Passage(field, line, offset, after))
        offset += len(line) + 1
    return passages
