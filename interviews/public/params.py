"""Parse URL parameters. Invalid ones never reach the database."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

LARGEST_KEY = 2**63 - 1


def whole_number(text: str | None, most: int = LARGEST_KEY) -> int | None:
    """Parse a positive integer in ASCII digits; None for anything else, which lists ignore."""
    if text is None or not re.fullmatch(r"[1-9][0-9]{0,18}", text) or int(text) > most:
        return None
    return int(text)


class Identifier:
    """Path converter for primary keys: one spelling each, and no larger than a database can hold."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        if int(value) > LARGEST_KEY:
            raise ValueError(value)
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True)
class Address:
    """A list's path and its valid parameters."""

    path: str
    parameters: dict[str, int | str | None] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.having()

    def having(self, **changes: int | str | None) -> str:
        """Return the URL with changed parameters; None removes one."""
        parameters = {name: value for name, value in {**self.parameters, **changes}.items() if value is not None}
        return f"{self.path}?{urlencode(parameters)}" if parameters else self.path
