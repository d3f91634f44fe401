"""Rendition specs and the arithmetic of cropping."""

from __future__ import annotations

from dataclasses import dataclass

# Focal point: x and y as fractions of width and height, 0 to 1.
Focal = tuple[float, float]

# Position of the eyes in a head-and-shoulders portrait.
EYES: Focal = (0.5, 0.38)
MIDDLE: Focal = (0.5, 0.5)


@dataclass(frozen=True)
class Spec:
    """A crop and its sizes.

    `ratio` is width to height; None keeps the whole picture. `edges` are the lengths of the longer side. `place` is the
    position of the focal point in the crop, and the default focal point. `formats` restricts the output if not None.
    """

    name: str
    ratio: tuple[float, float] | None
    edges: tuple[int, ...]
    place: Focal = MIDDLE
    formats: tuple[str, ...] | None = None


PORTRAIT = Spec("portrait", (3, 4), (320, 640, 960), EYES)
SQUARE = Spec("square", (1, 1), (320, 640, 960), EYES)
CARD = Spec("card", (16, 9), (480, 800, 1280), EYES)
# For link previews on other sites: JPEG only, one size (Open Graph: 1200 × 628).
SOCIAL = Spec("social", (1.91, 1), (1200,), EYES, ("jpeg",))
FULL = Spec("full", None, (320, 640, 960, 1280, 1920))
SPECS = {spec.name: spec for spec in (PORTRAIT, SQUARE, CARD, SOCIAL, FULL)}

Box = tuple[int, int, int, int]


def crop_box(width: int, height: int, spec: Spec, focal: Focal | None = None) -> Box:
    """Return left, top, right, bottom of the largest box of the spec's ratio, with the focal point as close to
    `spec.place` as the picture's edges allow."""
    if spec.ratio is None:
        return 0, 0, width, height
    across, down = spec.ratio
    box_width = max(1, min(width, round(height * across / down)))
    box_height = max(1, min(height, round(width * down / across)))
    x, y = focal or spec.place
    left = _offset(x * width, spec.place[0] * box_width, width - box_width)
    top = _offset(y * height, spec.place[1] * box_height, height - box_height)
    return left, top, left + box_width, top + box_height


def _offset(point: float, place: float, room: int) -> int:
    return round(min(max(point - place, 0), room))


def sizes(width: int, height: int, spec: Spec) -> list[tuple[int, int]]:
    """Return the sizes to make of a crop, largest first: every edge smaller than the crop, and the crop's own size, but
    at most the largest edge. No width occurs twice (very narrow pictures round to the same width)."""
    longer = max(width, height)
    edges = {edge for edge in spec.edges if edge < longer} | {min(longer, max(spec.edges))}
    by_width: dict[int, tuple[int, int]] = {}
    for edge in sorted(edges, reverse=True):
        size = _scaled(width, height, edge / longer)
        by_width.setdefault(size[0], size)
    return list(by_width.values())


def _scaled(width: int, height: int, scale: float) -> tuple[int, int]:
    return max(1, round(width * scale)), max(1, round(height * scale))
