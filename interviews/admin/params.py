"""What a request says, as far as it makes sense."""

from __future__ import annotations

from collections.abc import Iterable

# 18 digits fit into 64 bits.
LONGEST_KEY = 18


def key(text: object) -> int | None:
    """A row's key or a number, or None."""
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY:
        return int(text)
    return None


def keys(texts: Iterable[object]) -> list[int]:
    """Those that are keys, in their order, each once."""
    return list(dict.fromkeys(found for text in texts if (found := key(text)) is not None))
