from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class Files(Protocol):
    """Files by name, such as `ab/abcd.jpg`. Every method raises StorageError if the storage can't be used."""

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError."""

    def write(self, name: str, data: bytes, durable: bool = True) -> None:
        """Replace the file at once and completely. Raises OSError and leaves nothing if it does not fit.

        Not `durable`, it may be lost with the machine's power.
        """

    def send(self, name: str, path: Path) -> None:
        """Write a file from one on this machine, as `write` does, without holding it in memory."""

    def fetch(self, name: str, path: Path) -> None:
        """Read a file into one on this machine. Raises FileNotFoundError."""

    def delete(self, name: str) -> None:
        """Delete the file if there is one."""

    def size(self, name: str) -> int | None:
        """Return the number of bytes; None if there is no such file."""

    def names(self) -> Iterator[str]:
        """Yield the name of every file, in no order. Takes long where there are many."""

    def remove_partial(self) -> int:
        """Delete partial writes of killed processes and return their number. Call only while nobody writes."""
