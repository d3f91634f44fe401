"""A feature's workflow state and permissions."""

from .state import (
    current_sign_offs,
    last_return,
    latest_revision,
    next_step,
    open_editions,
    review_steps,
    standing,
    with_standing,
)

__all__ = [
    "current_sign_offs",
    "last_return",
    "latest_revision",
    "next_step",
    "open_editions",
    "review_steps",
    "standing",
    "with_standing",
]
