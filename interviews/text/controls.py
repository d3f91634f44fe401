"""Unicode control characters that no text of the site may contain. No Django."""

import unicodedata

# Left-to-right and right-to-left marks, embeddings, overrides and isolates (Unicode UAX #9): they can disguise one
# name as another.
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_unprintable(character: str, *, allowed: str = "") -> bool:
    """Tell controls, lone surrogates, line separators and bidi controls from text."""
    if character in allowed:
        return False
    return character in BIDI_CONTROLS or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
