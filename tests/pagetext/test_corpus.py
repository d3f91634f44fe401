"""Pages as newspapers print them, each with the result expected by a human reader."""

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


def test_corpus_is_complete():
    assert len(PAGES) >= 30
    assert all(path.with_suffix(".json").exists() for path in PAGES)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_letter_is_accounted_for(path):
    assert_accounted_for(_text(path))


def test_reads_nearly_all_pages_as_a_person_does():
    wrong = [path.stem for path in PAGES if _read(path) != _expected(path)]
    print(f"{len(PAGES) - len(wrong)} of {len(PAGES)} pages right; not: {wrong}")
    assert len(wrong) <= len(PAGES) * (1 - SHARE), wrong
