"""What the newsroom meets."""

from . import features, merging, people, record, workload

__all__ = ["features", "merging", "people", "record", "workload"]
