"""Checks of the test suite: no test is silently skipped."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FILES = sorted(TESTS.rglob("*.py"))


def never_run(tree):
    """Yield tests that pytest never runs: nested in a function, or shadowed by a later one of the same name."""
    for scope in ast.walk(tree):
        inside = [each for each in ast.iter_child_nodes(scope) if isinstance(each, ast.FunctionDef | ast.ClassDef)]
        names = [each.name for each in inside if each.name.lower().startswith("test")]
        if isinstance(scope, ast.FunctionDef):
            yield from names
        else:
            yield from {name for name in names if names.count(name) > 1}


def test_every_test_runs():
    found = {str(file): sorted(never_run(ast.parse(file.read_text(encoding="utf-8")))) for file in FILES}
    assert {file: names for file, names in found.items() if names} == {}


def test_every_test_file_is_collected():
    outside = [file for file in FILES if not file.name.startswith("test_") and names_in(file)]
    assert outside == [], "rename to test_….py"
    assert [folder for folder in {file.parent for file in FILES} if not (folder / "__init__.py").exists()] == []


def names_in(file):
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return [each.name for each in body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")]


@pytest.mark.parametrize(
    "source",
    [
        "def test_one():\n    def test_two(): pass",
        "class TestOne:\n    def test_one(self):\n        def test_two(self): pass",
        "def helper():\n    class TestOne: pass",
        "def test_one(): pass\ndef test_one(): pass",
        "class TestOne:\n    def test_one(self): pass\n    def test_one(self): pass",
    ],
)
def test_skipped_test_is_found(source):
    assert list(never_run(ast.parse(source)))
