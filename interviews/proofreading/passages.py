"""The texts of a document, each with its path, its identity and what kind of text it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from interviews.document import Credit, FeatureDocument, Interview, Photo, Portrait
from interviews.text import richtext


class Kind(StrEnum):
    TITLE = "title"
    PROSE = "prose"
    CAPTION = "caption"
    NAME = "name"
    ORGANISATION = "organisation"
    JOB_TITLE = "job_title"
    LINE = "line"


_KINDS = {
    "kicker": Kind.TITLE,
    "headline": Kind.TITLE,
    "subtitle": Kind.TITLE,
    "title": Kind.TITLE,
    "lead": Kind.PROSE,
    "body": Kind.PROSE,
    "caption": Kind.CAPTION,
    "name": Kind.NAME,
    "organisation": Kind.ORGANISATION,
    "job_title": Kind.JOB_TITLE,
}


def kind_of(path: str) -> Kind:
    """What kind of text a path names: `lead[0]` is prose, `topics[1].title` a title."""
    last = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]
    return _KINDS.get(last, Kind.LINE)


@dataclass(frozen=True, slots=True)
class Field:
    """`identity` names the field by ids where there are some, so that it outlives a change of order. `scripts` are
    the places that the markup sets as sub- or superscript."""

    path: str
    text: str
    kind: Kind
    identity: str
    scripts: tuple[tuple[int, int], ...] = ()


def fields_of(document: FeatureDocument) -> list[Field]:
    """Every text of the page that is not empty, in the order of the page."""
    return [field for field in _fields(document) if field.text]


def _fields(document: FeatureDocument) -> Iterator[Field]:
    for name in ("kicker", "headline", "subtitle"):
        yield _field(name, getattr(document, name))
    for number, paragraph in enumerate(document.lead):
        yield _field(f"lead[{number}]", paragraph, "lead")
    for number, topic in enumerate(document.topics):
        path = f"topics[{number}]"
        identity = f"topic:{topic.id}" if topic.id else path
        yield _field(f"{path}.title", topic.title, f"{identity}.title")
        for place, interview in enumerate(topic.interviews):
            yield from _of_interview(interview, f"{path}.interviews[{place}]")
    if document.cover:
        yield from _of_picture(document.cover, "cover", "cover")
    for number, photo in enumerate(document.photos):
        yield from _of_picture(photo, f"photos[{number}]", "photos")
    if document.reprint:  # its title and address are another's: they stand as they were
        for name in ("source", "author"):
            yield _field(f"reprint.{name}", getattr(document.reprint, name))
    yield from _of_credits(document.credits, "", "")


def _of_interview(interview: Interview, path: str) -> Iterator[Field]:
    identity = f"interview:{interview.id}" if interview.id else path
    for name in ("organisation", "job_title", "name"):
        text = getattr(interview.speaker, name)
        yield _field(f"{path}.speaker.{name}", text, f"{identity}.speaker.{name}")
    text, scripts = plain(interview.body)
    yield Field(f"{path}.body", text, Kind.PROSE, f"{identity}.body", scripts)
    if interview.portrait:
        yield from _of_picture(interview.portrait, f"{path}.portrait", f"{identity}.portrait")
    yield from _of_credits(interview.credits, f"{path}.", f"{identity}.")


def _of_picture(picture: Photo | Portrait, path: str, identity: str) -> Iterator[Field]:
    for name in ("caption", "credit_line", "alt_text"):
        yield _field(f"{path}.{name}", getattr(picture, name, ""), f"{identity}.{name}")


def _of_credits(credits: tuple[Credit, ...], path: str, identity: str) -> Iterator[Field]:
    for number, credit in enumerate(credits):
        yield _field(f"{path}credits[{number}].role", credit.role, f"{identity}credits.role")
        for place, contributor in enumerate(credit.contributors):
            yield _field(
                f"{path}credits[{number}].contributors[{place}].name", contributor.name, f"{identity}credits.name"
            )


def _field(path: str, text: str, identity: str = "") -> Field:
    return Field(path, text, kind_of(path), identity or path)


_SCRIPT = re.compile(r"<su[bp]>([^<>]*)</su[bp]>")


def plain(body: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """`richtext.plain_text` of a body, and where in it sub- and superscripts stand."""
    text = richtext.plain_text(body)
    if "<su" not in body:
        return text, ()
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
    return (text, tuple(scripts)) if position == len(text) else (text, ())


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
