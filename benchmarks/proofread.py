"""Time and quality of proofreading: recall on planted errors, false positives on clean text.

    .venv/bin/python -m benchmarks.proofread

Measures CPU time, so that other load does not count. The cache is cleared before each run, except for the page being
typed, of which one statement changes. Fails if 2,000 characters take more than 50 ms, if a page ten times as long
takes more than twice as long per character, if fewer than 95 % of the planted errors are found, or if 1,000 clean
characters have one or more findings above a hint.
"""

from __future__ import annotations

import sys
from statistics import median
from time import process_time

from interviews.document import FeatureDocument
from interviews.proofreading import proofread, proofread_text
from interviews.proofreading.checking import clear_cache
from interviews.proofreading.passages import fields_of
from tests.proofreading.labelled import above_hint, clean_documents, hits, planted, sample_document

LIMIT_MS = 50.0
PORTION = 2_000
GROWTH = 2.0
RUNS = 21


def milliseconds(document: FeatureDocument, runs: int = RUNS) -> float:
    times = []
    for _ in range(runs):
        clear_cache()
        started = process_time()
        proofread(document)
        times.append((process_time() - started) * 1000)
    return median(times)


def characters(document: FeatureDocument) -> int:
    return sum(len(field.text) for field in fields_of(document))


def typing(document: FeatureDocument, runs: int = RUNS) -> float:
    """Time a page whose first statement gets another sentence each time, with a warm cache."""
    topic = document.topics[0]
    interview = topic.interviews[0]
    times = []
    for number in range(runs + 1):
        body = f"{interview.body}<p>改了第{number}次，造林{number}万亩。</p>"
        changed = topic.model_copy(update={"interviews": (interview.model_copy(update={"body": body}),)})
        page = document.model_copy(update={"topics": (changed, *document.topics[1:])})
        started = process_time()
        proofread(page)
        times.append((process_time() - started) * 1000)
    return median(times[1:])


def joined(documents: list[FeatureDocument]) -> FeatureDocument:
    """Join all topics into one long page."""
    topics = tuple(topic for document in documents for topic in document.topics)
    return documents[0].model_copy(update={"topics": topics})


def speed() -> bool:
    sample = sample_document()
    started = process_time()
    proofread(sample)
    print(f"first page, patterns compiled on the way: {(process_time() - started) * 1000:.0f} ms")
    documents = list(clean_documents().values())
    worst = 0.0
    for name, document in [("sample", sample), *clean_documents().items()]:
        taken = milliseconds(document) * PORTION / characters(document)
        worst = max(worst, taken)
        print(f"{name:>16}: {taken:5.1f} ms for {PORTION} characters ({characters(document)} in all)")
    long = joined(documents)
    taken = milliseconds(long, 5) * PORTION / characters(long)
    print(f"{'all in one':>16}: {taken:5.1f} ms for {PORTION} characters ({characters(long)} in all)")
    print(f"as one types: {typing(long):.1f} ms for that page, one statement of which has changed")
    return worst <= LIMIT_MS and taken <= GROWTH * worst


def quality() -> bool:
    faults = planted()
    found = sum(bool(hits(fault, proofread_text(fault.text, fault.path))) for fault in faults)
    documents = clean_documents().values()
    false = sum(len(above_hint(proofread(document))) for document in documents)
    thousands = sum(map(characters, documents)) / 1000
    print(f"planted: {found} of {len(faults)} found; clean: {false} findings above a hint in {thousands:.1f} thousand")
    return found >= 0.95 * len(faults) and false < thousands


if __name__ == "__main__":
    sys.exit(int(not (speed() & quality())))
