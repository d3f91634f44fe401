"""What we ask for, what is locked, under which licence, and the bill of materials. Without a network."""

from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.releasing import licences, sbom
from deploy.releasing.licences import UnknownLicenceError, licence
from deploy.releasing.lock import ROOT, pins

NAMES = ("requirements", "requirements-dev")
AGAIN = "运行 make lock"


def asked(name: str) -> list[Requirement]:
    lines = (ROOT / f"{name}.in").read_text(encoding="utf-8").splitlines()
    own = [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]
    return own + [each for line in lines if line.startswith("-r ") for each in asked(line[3:].removesuffix(".in"))]


@pytest.mark.parametrize("name", NAMES)
def test_lock_agrees_with_ranges(name):
    locked, wishes = pins(name), asked(name)
    for wish in wishes:
        pin = locked.get(canonicalize_name(wish.name))
        assert pin, f"{wish} 不在 {name}.txt 里：{AGAIN}"
        assert wish.specifier.contains(pin.version), f"{name}.txt 的 {pin.version} 不合 {wish}：{AGAIN}"
    wished = {pin.name for pin in locked.values() if "" in pin.wanted_by}
    assert wished == {canonicalize_name(wish.name) for wish in wishes}, AGAIN


@pytest.mark.parametrize("name", NAMES)
def test_each_pin_has_hashes(name):
    assert not [pin.name for pin in pins(name).values() if not pin.hashes]


def test_tests_run_on_what_the_site_runs_on():
    versions, of_tests = ({pin.name: pin.version for pin in pins(name).values()} for name in NAMES)
    assert versions.items() <= of_tests.items()


def test_page_of_licences_names_each_package():
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page(), "运行 make licences"


def test_package_without_known_licence_is_refused():
    with pytest.raises(UnknownLicenceError, match="not-installed-anywhere"):
        licence("not-installed-anywhere")


def test_bill_of_materials_is_valid_and_whole():
    text = sbom.text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    found = {each["name"]: each["version"] for each in bill["components"]}
    assert found == {**{pin.name: pin.version for pin in pins().values()}, "ckeditor4": "4.22.1"}
    # Everything is reached from the site: no part without somebody who wants it.
    uses = {each["ref"]: each.get("dependsOn", []) for each in bill["dependencies"]}
    reached, next = set(), ["jinzhong_eco"]
    while next:
        reached.add(part := next.pop())
        next += [each for each in uses[part] if each not in reached]
    assert reached == {"jinzhong_eco", *found}
