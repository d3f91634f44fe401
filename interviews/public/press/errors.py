from __future__ import annotations


class PressError(Exception):
    """The press can't go on: a sentence for the operator."""
