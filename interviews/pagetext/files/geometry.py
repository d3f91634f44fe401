"""What a file of a page holds, and the parts that its geometry is made of. Lengths are points; y grows downwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from interviews.pagetext.labels import Label


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the file holds it: JPEG and JPEG 2000 byte for byte, anything else as PNG. Width, height: pixels."""

    data: bytes
    media_type: str
    width: int
    height: int
    page: int = 1
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PageSource:
    """A page in reading order, a paragraph a line. `labels` and `reasons` go by line numbers, as `parse` takes them."""

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

    def holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    def beside(self, other: Box, slack: float = 0) -> bool:
        """Whether both stand at one height."""
        return self.top < other.bottom - slack and other.top < self.bottom - slack

    def above(self, other: Box, slack: float = 0) -> bool:
        """Whether both stand in one column of air."""
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
    """One page as it was drawn. `turned` is text that does not run from left to right."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)  # thin lines
    pictures: list[tuple[Box, Picture | None]] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)
    unread_pictures: int = 0  # photographs, by their size, that are packed in a way that is not read


class Part(Enum):
    FLOW = auto()
    INSET = auto()  # stands in a frame of its own
    CAPTION = auto()
    TURNED = auto()


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together. `closed_up`: nothing stands between it and the paragraph before."""

    text: str
    size: float
    box: Box
    page: int = 1
    part: Part = Part.FLOW
    closed_up: bool = False
    label: Label | None = None
    reason: str = ""
