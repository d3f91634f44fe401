"""The photo desk: photos come in, are described, found, chosen, replaced and withdrawn."""

from .library import PhotoAdmin

__all__ = ["PhotoAdmin"]
