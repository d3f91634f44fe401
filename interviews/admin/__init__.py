"""What the newsroom meets."""

from . import features, merging, people, record, steps, workload

__all__ = ["features", "merging", "people", "record", "steps", "workload"]
