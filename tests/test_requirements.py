"""requirements*.txt hold what requirements*.in ask for, each with its hashes: read from the files alone."""

from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .demo_site import ROOT

AGAIN = "运行 make lock"


def asked(name: str) -> list[Requirement]:
    lines = (ROOT / f"{name}.in").read_text(encoding="utf-8").splitlines()
    own = [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]
    return own + [each for line in lines if line.startswith("-r ") for each in asked(line[3:].removesuffix(".in"))]


def pinned(name: str) -> dict[str, str]:
    """Each pin with its hashes and the comment that says who wants it, by name."""
    text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    return {canonicalize_name(re.split("[=[ ]", entry)[0]): entry for entry in entries}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_lock_agrees_with_ranges(name):
    pins, wishes = pinned(name), asked(name)
    for wish in wishes:
        entry = pins.get(canonicalize_name(wish.name), "")
        version = re.search(r"==([^\s;]+)", entry)
        assert version, f"{wish} 不在 {name}.txt 里：{AGAIN}"
        assert wish.specifier.contains(version[1]), f"{name}.txt 的 {version[0]} 不合 {wish}：{AGAIN}"
    wished = {pin for pin, entry in pins.items() if re.search(r"-r requirements(-dev)?\.in", entry)}
    assert wished == {canonicalize_name(wish.name) for wish in wishes}, AGAIN


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_each_pin_has_hashes(name):
    for entry in pinned(name).values():
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_tests_run_on_what_the_site_runs_on():
    def versions(name: str) -> dict[str, str]:
        return {pin: entry.split(" \\")[0] for pin, entry in pinned(name).items()}

    assert versions("requirements").items() <= versions("requirements-dev").items()
