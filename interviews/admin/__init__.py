"""What the newsroom meets."""

from . import features, grammar, houselists, merging, people, photos, proofreport, record, steps, weights, workload

__all__ = [
    "features",
    "grammar",
    "houselists",
    "merging",
    "people",
    "photos",
    "proofreport",
    "record",
    "steps",
    "weights",
    "workload",
]
