"""Value types of page files and their geometry. Lengths are in points; y grows downwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from interviews.pagetext.labels import Label


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, encoded as in the file or as PNG. Width and height are in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int
    page: int = 1
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PageSource:
    """The text in reading order, one paragraph per line. `labels` and `reasons` are keyed by line number, from 1."""

    text: str
    labels: Mapping[int, Label] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def contains(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    def overlaps_vertically(self, other: Box, slack: float = 0) -> bool:
        """Tell whether the boxes overlap vertically, side by side."""
        return self.top < other.bottom - slack and other.top < self.bottom - slack

    def overlaps_horizontally(self, other: Box, slack: float = 0) -> bool:
        """Tell whether the boxes overlap horizontally, one above the other."""
        return self.x0 < other.x1 - slack and other.x0 < self.x1 - slack


@dataclass(frozen=True, slots=True)
class Glyph:
    text: str
    x0: float
    x1: float
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class Line(Box):
    text: str
    size: float
    base: float


@dataclass(slots=True)
class Sheet:
    """A page as drawn. `rotated` is text that is not horizontal."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)  # thin lines
    pictures: list[tuple[Box, Picture | None]] = field(default_factory=list)
    rotated: list[str] = field(default_factory=list)
    unread_pictures: int = 0  # of a photo's size, in an encoding that is not supported


class Part(Enum):
    FLOW = auto()
    INSET = auto()  # in a frame of its own
    CAPTION = auto()
    ROTATED = auto()


@dataclass(slots=True)
class Paragraph:
    """A paragraph. `follows_closely`: no blank line separates it from the paragraph before."""

    text: str
    size: float
    box: Box
    page: int = 1
    part: Part = Part.FLOW
    follows_closely: bool = False
    label: Label | None = None
    reason: str = ""
