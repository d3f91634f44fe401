"""Applying suggestions to a plain text."""

from __future__ import annotations

from collections.abc import Iterable

from .findings import Finding


def corrected(text: str, findings: Iterable[Finding]) -> str:
    """The text with every suggestion applied that does not overlap an earlier one. Findings of one field only."""
    pieces = []
    position = 0
    for found in sorted(findings, key=lambda found: (found.start, found.end)):
        if found.suggestion and found.start >= position:
            pieces += [text[position : found.start], found.suggestion]
            position = found.end
    return "".join(pieces) + text[position:]
