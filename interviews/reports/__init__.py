"""Read-only reports: dashboard, workload, errors, audit export."""

from .dashboard import find_open_steps, overview

__all__ = [
    "find_open_steps",
    "overview",
]
