"""Django admin: the newsroom's screens."""

from . import (
    audit_log,
    error_report,
    features,
    grammar,
    house_style,
    merging,
    people,
    photos,
    review_steps,
    score_weights,
    workload,
)

__all__ = [
    "audit_log",
    "error_report",
    "features",
    "grammar",
    "house_style",
    "merging",
    "people",
    "photos",
    "review_steps",
    "score_weights",
    "workload",
]
