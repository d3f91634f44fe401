"""A sheet: the files that an address becomes, and their names."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

# Beside a file: the page that says why it was withdrawn, given with status 410.
GONE = (".410.html", ".410.txt")
# Beside a media file: its photo's term ends, so browsers must ask each time.
TERM = ".term"
# Folder for the web server's configuration, and the beginning of all names that no server gives out.
PRIVATE = ".press"


@dataclass(frozen=True)
class Sheet:
    """An address as pressed. Status 404 has no files."""

    address: str
    status: int = 404
    # In the order in which they appear.
    files: dict[str, bytes] = field(default_factory=dict)
    text: bool = False
    tags: frozenset[str] = frozenset()
    # Where a redirect leads.
    location: str = ""
    # Addresses that the page links to.
    links: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """Equal for sheets whose files are equal."""
        hashed = hashlib.sha256(f"{self.status} {self.location} {self.text}".encode())
        for name, body in self.files.items():
            hashed.update(f"\n{len(body)} {name}\n".encode() + body)
        return hashed.hexdigest() if self.files else ""


def file_of(address: str) -> str:
    """The name of an address's file. Web servers find it by the path and the raw query string."""
    path, _, query = address.removeprefix("/").partition("?")
    if query:
        return f"{path}index@{query}.html"
    return f"{path}index.html" if path.endswith("/") or not path else path


def rank(address: str) -> int:
    """The order of pressing: pages come after the files that they show, and lists after the pages that they link to."""
    path, _, query = address.partition("?")
    if path.startswith(("/static/", f"/{PRIVATE}/")):
        return 0
    if path.startswith("/media/"):
        return 1
    if query:
        return 5
    if re.match("/(features|topics)/[0-9]", path):
        return 2
    return 3 if re.search("/[0-9]", path) else 4
