"""A page while it is being read: segments in their places, nothing decided yet about the running text."""

from __future__ import annotations

from dataclasses import dataclass, field

from .bylines import Group
from .source import Segment


@dataclass(slots=True)
class Prose:
    """A stretch of running text. `beside`: captions or credits stand between it and the text before. `goes_on`: whether
    it continues the sentence before, where somebody has said so."""

    segment: Segment
    beside: bool = False
    goes_on: bool | None = None


@dataclass(slots=True)
class Statement:
    organisation: Segment | None
    job_title: Segment | None
    name: Segment
    prose: list[Prose] = field(default_factory=list)
    credits: list[Group] = field(default_factory=list)
    beside: bool = False  # captions or credits stand behind the last text
    closed: bool = False  # a byline has ended it


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
    strays: list[list[Prose]] = field(default_factory=list)  # text outside any statement, group by group
    pictures: list[Picture] = field(default_factory=list)
    credits: list[Group] = field(default_factory=list)
