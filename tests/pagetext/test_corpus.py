"""Pages as newspapers print them, each with what a person reads in it."""

import json

import pytest

from interviews.pagetext import parse

from .accounts import assert_accounted_for
from .readings import FOLDER, as_read, nfkc

PAGES = sorted((FOLDER / "corpus").glob("*.txt"))
SHARE = 0.95


def _text(path):
    return path.read_bytes().decode("utf-8")


def _expected(path):
    return nfkc(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))


def _read(path):
    reading = parse(_text(path))
    photos = reading.document.photos
    return as_read(reading.document) | nfkc(
        {
            "kicker": reading.document.kicker,
            "credit_lines": [photo.credit_line for photo in photos],
            "unplaced": list(reading.unplaced),
        }
    )


def test_the_corpus_is_whole():
    assert len(PAGES) >= 30
    assert all(path.with_suffix(".json").exists() for path in PAGES)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_letter_is_accounted_for(path):
    assert_accounted_for(_text(path))


def test_nearly_all_are_read_as_a_person_reads_them():
    wrong = [path.stem for path in PAGES if _read(path) != _expected(path)]
    print(f"{len(PAGES) - len(wrong)} of {len(PAGES)} pages right; not: {wrong}")
    assert len(wrong) <= len(PAGES) * (1 - SHARE), wrong
