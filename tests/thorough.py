"""How much is tried: enough for every change, or with THOROUGH=1 everything (`make test-slow`)."""

import os

THOROUGH = os.environ.get("THOROUGH") == "1"


def examples(most: int) -> int:
    """How many a property test makes up."""
    return most if THOROUGH else most // 5
