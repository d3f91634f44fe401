"""The intermediate result: segments assigned to parts of the page, running text not yet joined to paragraphs."""

from __future__ import annotations

from dataclasses import dataclass, field

from .bylines import CreditEntry
from .source import Segment


@dataclass(slots=True)
class Prose:
    """A stretch of running text.

    `after_sidebar`: captions or credits are printed between it and the text before. `continues`: whether it continues
    the paragraph before, if a label says so.
    """

    segment: Segment
    after_sidebar: bool = False
    continues: bool | None = None


@dataclass(slots=True)
class Statement:
    organisation: Segment | None
    job_title: Segment | None
    name: Segment
    prose: list[Prose] = field(default_factory=list)
    credits: list[CreditEntry] = field(default_factory=list)
    ends_with_sidebar: bool = False  # captions or credits follow the last text
    is_signed: bool = False  # a byline has ended it


@dataclass(slots=True)
class Section:
    """A topic."""

    title: list[Segment] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)


@dataclass(slots=True)
class Picture:
    caption: Segment | None
    credit_line: Segment | None = None
    is_name: bool = False  # a portrait: the caption is the person's name


@dataclass(slots=True)
class Page:
    kicker: list[Segment] = field(default_factory=list)
    headline: list[Segment] = field(default_factory=list)
    subtitle: list[Segment] = field(default_factory=list)
    lead: list[list[Segment]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    strays: list[list[Prose]] = field(default_factory=list)  # runs of text outside any statement
    pictures: list[Picture] = field(default_factory=list)
    credits: list[CreditEntry] = field(default_factory=list)
