"""Time of parsing a page: the sample once, ten times and a hundred times.

    .venv/bin/python -m benchmarks.parse

Fails if the sample takes more than 20 ms, or a hundred pages more than twice as long per character as one.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from interviews.pagetext import parse

SAMPLE = Path(__file__).parent.parent / "interviews" / "pages" / "ecology-2025.txt"
RUNS = {1: 51, 10: 9, 100: 3}
LIMIT_MS = 20.0
GROWTH = 2.0


def milliseconds(text: str, runs: int) -> float:
    times = []
    for _ in range(runs):
        started = perf_counter()
        parse(text)
        times.append((perf_counter() - started) * 1000)
    return median(times)


def main() -> int:
    page = SAMPLE.read_text(encoding="utf-8")
    started = perf_counter()
    parse(page)
    print(f"first reading, patterns compiled on the way: {(perf_counter() - started) * 1000:.1f} ms")
    per_letter = {}
    for pages, runs in RUNS.items():
        text = page * pages
        taken = milliseconds(text, runs)
        per_letter[pages] = taken / len(text)
        ratio = per_letter[pages] / per_letter[1]
        print(f"{pages:>4} × {len(page)} characters: {taken:8.1f} ms, median of {runs}; per character {ratio:.2f} ×")
    slow = per_letter[1] * len(page) > LIMIT_MS
    return int(slow or per_letter[100] > GROWTH * per_letter[1])


if __name__ == "__main__":
    sys.exit(main())
