"""The document of a feature: immutable, validated values. No Django.

A page of text is parsed into a document, a draft is frozen into one, a revision stores one, an edition shows one.
Values are equal if their content is.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import date as Date
from typing import Annotated, Any
from urllib.parse import urlsplit

from annotated_types import MaxLen
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from interviews.text.controls import is_unprintable

SCHEMA = 1

# Column widths of the working rows; SQLite would take more, PostgreSQL refuses it.
HEADLINE_LENGTH = 200
TITLE_LENGTH = 200
NAME_LENGTH = 100
ORGANISATION_LENGTH = 200
JOB_TITLE_LENGTH = 200
ROLE_LENGTH = 50
CAPTION_LENGTH = 1000
ALT_LENGTH = 500
URL_LENGTH = 1000


class DocumentError(ValueError):
    """The JSON is not a valid document. `.faults` is a list of `path: message`."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("; ".join(faults))


def _refuse_unprintable(text: str, allowed: str) -> str:
    for position, character in enumerate(text):
        if is_unprintable(character, allowed=allowed):
            raise ValueError(f"character U+{ord(character):04X} at {position} is not allowed")
    return text


def _line(text: str) -> str:
    return _refuse_unprintable(text, "")


def _markup(text: str) -> str:
    return _refuse_unprintable(text, "\n\t")


def _iso_date(text: str) -> str:
    if Date.fromisoformat(text).isoformat() != text:
        raise ValueError("a date is written YYYY-MM-DD")
    return text


def web_address(text: str) -> str:
    """Return the text if it is an http or https URL without credentials. Raises ValueError."""
    parts = urlsplit(text)  # also raises ValueError
    host = parts.hostname or ""
    # ⓔvil.com is evil.com to a browser, but not to a reader.
    looks_alike = unicodedata.normalize("NFKC", host) != host
    if len(text) > URL_LENGTH or not _WEB_ADDRESS.fullmatch(text) or looks_alike or not _HOST.fullmatch(host):
        raise ValueError("no address of a page")
    parts.port  # noqa: B018 - raises ValueError for what is none
    return text


_HOST = re.compile(r"\w[\w.-]*|[0-9a-f]*:[0-9a-f:.]+")
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#\\@]+(?:[/?#]\S*)?", re.IGNORECASE)

Identifier = Annotated[int, Field(ge=1, le=2**63 - 1)] | None
Line = Annotated[str, AfterValidator(_line)]
Markup = Annotated[str, AfterValidator(_markup)]
Name = Annotated[Line, Field(max_length=NAME_LENGTH)]
Title = Annotated[Line, Field(max_length=TITLE_LENGTH)]


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Speaker(Value):
    """The speaker of an interview. Organisation and job title are as printed, not as they are today."""

    id: Identifier = None
    name: Name
    organisation: Annotated[Line, Field(max_length=ORGANISATION_LENGTH)] = ""
    job_title: Annotated[Line, Field(max_length=JOB_TITLE_LENGTH)] = ""


class Contributor(Value):
    id: Identifier = None
    name: Name


class Credit(Value):
    """A role and its contributors, in the order of print."""

    role: Annotated[Line, Field(max_length=ROLE_LENGTH)]
    contributors: Annotated[tuple[Contributor, ...], Field(min_length=1)]


class Photo(Value):
    """A photo as placed on the page, with its printed words. `id` is the library photo's, None until there is one.

    An empty `alt_text` is not serialised, so that documents older than pictures keep their digest.
    """

    id: Identifier = None
    caption: Annotated[Line, Field(max_length=CAPTION_LENGTH)] = ""
    credit_line: Annotated[Line, Field(max_length=TITLE_LENGTH)] = ""
    alt_text: Annotated[Line, Field(max_length=ALT_LENGTH)] = ""

    @model_serializer(mode="wrap")
    def _without_empty(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if name != "alt_text" or value}


class Portrait(Value):
    """A speaker's portrait, with its printed words."""

    id: Annotated[int, Field(ge=1, le=2**63 - 1)]
    credit_line: Annotated[Line, Field(max_length=TITLE_LENGTH)] = ""
    alt_text: Annotated[Line, Field(max_length=ALT_LENGTH)] = ""


class Interview(Value):
    """One speaker's statement. `body` is HTML of the allow-list in `interviews.text.richtext`."""

    id: Identifier = None
    speaker: Speaker
    body: Markup
    portrait: Portrait | None = None
    credits: tuple[Credit, ...] = ()


class Topic(Value):
    id: Identifier = None
    title: Title
    interviews: tuple[Interview, ...]


class Issue(Value):
    """The printed issue: date (ISO 8601), page number and page name."""

    date: Annotated[str, AfterValidator(_iso_date)] | None = None
    page: Annotated[int, Field(ge=1, le=9999)] | None = None
    page_name: Title = ""


class Subject(Value):
    id: Identifier = None
    name: Name


class Reprint(Value):
    """The source of a reprint, as 互联网新闻信息服务管理规定, art. 15, requires. Drafts may be incomplete."""

    source: Annotated[Line, Field(max_length=ORGANISATION_LENGTH)] = ""
    author: Title = ""
    title: Annotated[Line, Field(max_length=HEADLINE_LENGTH)] = ""
    url: Annotated[Line, AfterValidator(lambda text: text and web_address(text))] = ""


# Fields newer than the first documents of schema 1.
LATER_FIELDS = {"cover", "reprint"}


class FeatureDocument(Value):
    """A whole page of interviews, schema 1."""

    model_config = ConfigDict(populate_by_name=True)

    schema_: Annotated[int, Field(alias="schema", ge=SCHEMA, le=SCHEMA)] = SCHEMA
    kicker: Annotated[Line, Field(max_length=HEADLINE_LENGTH)] = ""
    headline: Annotated[Line, Field(max_length=HEADLINE_LENGTH)]
    subtitle: Annotated[Line, Field(max_length=HEADLINE_LENGTH)] = ""
    lead: tuple[Annotated[Line, Field(min_length=1)], ...] = ()
    issue: Issue = Issue()
    topics: tuple[Topic, ...]
    cover: Photo | None = None
    photos: tuple[Photo, ...] = ()
    subjects: tuple[Subject, ...] = ()
    credits: tuple[Credit, ...] = ()
    reprint: Reprint | None = None

    @model_serializer(mode="wrap")
    def _without_unset(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave unset later fields out, so that older documents keep their digest."""
        return {name: value for name, value in handler(self).items() if name not in LATER_FIELDS or value}

    @property
    def pictures(self) -> list[Photo | Portrait]:
        """Every picture with an id, in the order of the page: the cover, portraits, placed photos."""
        portraits = (interview.portrait for topic in self.topics for interview in topic.interviews)
        return [each for each in (self.cover, *portraits, *self.photos) if each is not None and each.id]

    @classmethod
    def from_json(cls, text: str) -> FeatureDocument:
        """Parse a document. Raises DocumentError, which names the path of every fault."""
        try:
            data = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
        except RecursionError as error:
            raise DocumentError(["(document): nested too deeply"]) from error
        except ValueError as error:
            raise DocumentError([f"(document): not JSON: {error}"]) from error
        if isinstance(data, dict) and "schema" not in data:
            raise DocumentError(["schema: missing"])
        try:
            return cls.model_validate_json(text, by_name=False)
        except ValidationError as error:
            raise DocumentError([_fault(fault) for fault in error.errors()]) from error

    def to_json(self) -> str:
        """Return canonical JSON: sorted keys, no white space, unescaped Han. Equal documents give equal text."""
        return json.dumps(self.to_data(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def to_data(self) -> dict[str, Any]:
        """Return plain dicts and lists in the order of the schema."""
        return self.model_dump(mode="json", by_alias=True)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON in UTF-8, as hex."""
        return digest_of(self.to_json())


def max_length(name: str) -> int:
    """The limit of one of the document's lines, in characters."""
    limits = (each.max_length for each in FeatureDocument.model_fields[name].metadata if isinstance(each, MaxLen))
    return next(limits)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def alt_text_for(people: Iterable[tuple[str, str]]) -> str:
    """Compose alt text from names and posts: 裴国欣，市生态环境局大气科科长."""
    return "；".join(f"{name}，{post}" if post else name for name, post in people)[:ALT_LENGTH]


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"key {repeated!r} stands twice")
    return data


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def _fault(error: Any) -> str:
    path = ""
    for step in error["loc"]:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return f"{path.lstrip('.') or '(document)'}: {error['msg']}"
