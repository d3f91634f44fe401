"""Django admin: the newsroom's screens."""

from . import (
    accounts,
    audit_log,
    error_report,
    features,
    grammar,
    house_style,
    merging,
    operations,
    outbox,
    people,
    photos,
    review_steps,
    score_weights,
    security_events,
    workload,
)

__all__ = [
    "accounts",
    "audit_log",
    "error_report",
    "features",
    "grammar",
    "house_style",
    "merging",
    "operations",
    "outbox",
    "people",
    "photos",
    "review_steps",
    "score_weights",
    "security_events",
    "workload",
]
