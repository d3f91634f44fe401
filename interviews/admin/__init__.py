"""What the newsroom meets."""

from . import features, people, record

__all__ = ["features", "people", "record"]
