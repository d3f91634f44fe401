"""Which renditions there are, and the mathematics of cropping."""

from __future__ import annotations

from dataclasses import dataclass

# Left and top as parts of the whole, 0 to 1.
Focal = tuple[float, float]

# Where eyes are in a head-and-shoulders portrait.
EYES: Focal = (0.5, 0.38)
MIDDLE: Focal = (0.5, 0.5)


@dataclass(frozen=True)
class Spec:
    """A crop and the lengths of its longer side. `ratio` None: the whole picture. `place`: where in the crop the focal
    point shall stand, and what it is while nobody has set it. `formats`: of these only, where not None."""

    name: str
    ratio: tuple[float, float] | None
    edges: tuple[int, ...]
    place: Focal = MIDDLE
    formats: tuple[str, ...] | None = None


PORTRAIT = Spec("portrait", (3, 4), (320, 640, 960), EYES)
SQUARE = Spec("square", (1, 1), (320, 640, 960), EYES)
CARD = Spec("card", (16, 9), (480, 800, 1280), EYES)
# What other sites show of ours: they take JPEG, of one size (Open Graph: 1200 × 628).
SOCIAL = Spec("social", (1.91, 1), (1200,), EYES, ("jpeg",))
FULL = Spec("full", None, (320, 640, 960, 1280, 1920))
SPECS = {spec.name: spec for spec in (PORTRAIT, SQUARE, CARD, SOCIAL, FULL)}

Box = tuple[int, int, int, int]


def crop_box(width: int, height: int, spec: Spec, focal: Focal | None = None) -> Box:
    """Left, top, right, bottom: the largest box of the ratio within the picture, with the focal point as near its
    place in the box as the picture's edges allow."""
    if spec.ratio is None:
        return 0, 0, width, height
    across, down = spec.ratio
    box_width = max(1, min(width, round(height * across / down)))
    box_height = max(1, min(height, round(width * down / across)))
    x, y = focal or spec.place
    left = _placed(x * width, spec.place[0] * box_width, width - box_width)
    top = _placed(y * height, spec.place[1] * box_height, height - box_height)
    return left, top, left + box_width, top + box_height


def _placed(point: float, place: float, room: int) -> int:
    return round(min(max(point - place, 0), room))


def sizes(width: int, height: int, spec: Spec) -> list[tuple[int, int]]:
    """Of a crop of this size: every edge that it is larger than, and the crop itself where it is no larger than the
    largest. Largest first, no width twice: a picture as narrow as a thread rounds to the same one at many edges."""
    longer = max(width, height)
    edges = {edge for edge in spec.edges if edge < longer} | {min(longer, max(spec.edges))}
    found: dict[int, tuple[int, int]] = {}
    for edge in sorted(edges, reverse=True):
        size = _scaled(width, height, edge / longer)
        found.setdefault(size[0], size)
    return list(found.values())


def _scaled(width: int, height: int, scale: float) -> tuple[int, int]:
    return max(1, round(width * scale)), max(1, round(height * scale))
