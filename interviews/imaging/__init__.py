"""Identify uploaded photos and make their renditions: bytes in, bytes out. No Django.

`probe` identifies or refuses an upload; `render` makes one rendition, `renditions` all of them.
"""

from .errors import ImageRefusedError
from .hashing import distance
from .metadata import Metadata
from .probing import Limits, Probe, probe
from .rendering import Rendered, render, renditions
from .specs import CARD, FULL, PORTRAIT, SOCIAL, SPECS, SQUARE, Focal, Spec, crop_box, sizes

__all__ = [
    "CARD",
    "FULL",
    "PORTRAIT",
    "SOCIAL",
    "SPECS",
    "SQUARE",
    "Focal",
    "ImageRefusedError",
    "Limits",
    "Metadata",
    "Probe",
    "Rendered",
    "Spec",
    "crop_box",
    "distance",
    "probe",
    "render",
    "renditions",
    "sizes",
]
