"""Apply suggestions to plain text."""

from __future__ import annotations

from collections.abc import Iterable

from .findings import Finding


def corrected(text: str, findings: Iterable[Finding]) -> str:
    """Apply every suggestion that does not overlap an earlier one. All findings must be of one field."""
    pieces = []
    position = 0
    for found in sorted(findings, key=lambda found: (found.start, found.end)):
        if found.suggestion and found.start >= position:
            pieces += [text[position : found.start], found.suggestion]
            position = found.end
    return "".join(pieces) + text[position:]
