"""How much to test: enough for every change or, with THOROUGH=1, everything (`make test-slow`)."""

import os

THOROUGH = os.environ.get("THOROUGH") == "1"


def examples(most: int) -> int:
    """Return the number of examples for a property test."""
    return most if THOROUGH else max(10, most // 10)
