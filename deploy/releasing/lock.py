"""Read requirements.txt as `make lock` writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Pin:
    """A package: its version, the SHA-256 of each of its files, and who wants it ("" for ourselves)."""

    name: str
    version: str
    hashes: list[str]
    wanted_by: list[str]


def pins(name: str = "requirements") -> dict[str, Pin]:
    """The pins of `name`.txt by canonical name."""
    text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    return {pin.name: pin for pin in map(_pin, entries)}


def _pin(entry: str) -> Pin:
    named = re.match(r"([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", entry)
    if named is None:
        raise ValueError(f"no pin: {entry[:60]!r}")
    _, _, comment = entry.partition("# via")
    wanted = [line.strip("# ") for line in comment.splitlines() if line.strip("# ")]
    return Pin(
        canonicalize_name(named[1]),
        named[2],
        re.findall(r"--hash=sha256:([0-9a-f]{64})", entry),
        ["" if each.startswith("-r") else canonicalize_name(each) for each in wanted if not each.startswith("-c")],
    )
