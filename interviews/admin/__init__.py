"""What the newsroom meets."""

from . import features, people, record, steps

__all__ = ["features", "people", "record", "steps"]
