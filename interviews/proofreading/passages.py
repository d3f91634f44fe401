"""The texts of a document as the proofreader takes them: field by field, paragraph by paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviews.document import FeatureDocument
from interviews.document.walk import Kind, Leaf, kind_of, leaves
from interviews.text import richtext

__all__ = ["Field", "Kind", "Passage", "fields_of", "kind_of", "passages_of"]


@dataclass(frozen=True, slots=True)
class Field:
    """One text. `path` is its address on the page, `identity` its stable path (see `interviews.document.walk`).

    `scripts` are the spans that the markup sets as sub- or superscript.
    """

    path: str
    text: str
    kind: Kind
    identity: str
    scripts: tuple[tuple[int, int], ...] = ()


def fields_of(document: FeatureDocument) -> list[Field]:
    """Every text of the page to proofread, in the order of the page."""
    return [_field(leaf) for leaf in leaves(document) if leaf.kind is not Kind.META]


def _field(leaf: Leaf) -> Field:
    scripts = _scripts(leaf.markup, leaf.text) if leaf.markup else ()
    return Field(leaf.address, leaf.text, leaf.kind, leaf.path, scripts)


_SCRIPT = re.compile(r"<su[bp]>([^<>]*)</su[bp]>")


def _scripts(body: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where in the plain text of a body sub- and superscripts stand."""
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
    """One paragraph of a field. `offset` is where it begins there; `after` is its neighbour."""

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
