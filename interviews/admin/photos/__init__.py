"""The photo desk's screens: upload, describe, find, choose, replace and withdraw photos."""

from .library import PhotoAdmin

__all__ = ["PhotoAdmin"]
