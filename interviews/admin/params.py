"""Parse ids from request parameters; invalid ones become None."""

from __future__ import annotations

from collections.abc import Iterable

# 18 digits always fit into 64 bits.
LONGEST_KEY = 18


def key(text: object) -> int | None:
    """Parse an id or number; None if invalid."""
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY:
        return int(text)
    return None


def keys(texts: Iterable[object]) -> list[int]:
    """Keep the valid ids, in order, each once."""
    return list(dict.fromkeys(found for text in texts if (found := key(text)) is not None))
