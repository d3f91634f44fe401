"""Load the labelled corpus: planted faults, and clean pages."""

import re
from dataclasses import dataclass
from pathlib import Path

from interviews.pagetext import parse

FOLDER = Path(__file__).parent
SAMPLE = FOLDER.parent.parent / "interviews" / "pages" / "ecology-2025.txt"
PATHS = {
    "": "topics[0].interviews[0].body",
    "T": "headline",
    "C": "photos[0].caption",
    "N": "credits[0].contributors[0].name",
}


@dataclass(frozen=True)
class Planted:
    rule: str
    path: str
    text: str
    start: int
    end: int
    suggestion: str


def planted():
    lines = (FOLDER / "planted.txt").read_text(encoding="utf-8").split("\n")
    return [_planted(line) for line in lines if line and not line.startswith("#")]


def _planted(line):
    head, marked, suggestion = line.split("|")
    rule, _, kind = head.strip().partition(" ")
    marked = marked[1:].removesuffix(" ")
    start, end = marked.index("⟦"), marked.index("⟧") - 1
    text = re.sub("[⟦⟧]", "", marked)
    return Planted(rule, PATHS[kind.strip()], text, start, end, suggestion.removeprefix(" "))


def clean_pages():
    """Return the text of each clean page by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((FOLDER / "clean").glob("*.txt"))}


def clean_documents():
    return {name: parse(text).document for name, text in clean_pages().items()}


def sample_document():
    return parse(SAMPLE.read_text(encoding="utf-8")).document


def above_hint(findings):
    return [found for found in findings if found.severity != "hint"]


def hits(fault, findings):
    """Return the findings of the planted rule that overlap the planted place."""
    return [f for f in findings if f.rule == fault.rule and f.start < fault.end and fault.start < f.end]
