"""Time of diffs: the worst texts of 2,000 characters that we could construct, and texts of 500 KB.

    .venv/bin/python -m benchmarks.compare

Fails if 2,000 characters take over 300 ms, or 500 KB over 5 s.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from statistics import median
from time import perf_counter

from interviews.diff.text import compare_text

LIMITS_MS = {2_000: 300.0, 500_000 // 3: 5_000.0}


def pairs(length: int) -> Iterator[tuple[str, str, str]]:
    chance = random.Random(7)

    def drawn(letters: str) -> str:
        return "".join(chance.choices(letters, k=length))

    for name, letters in {"two letters": "的了", "a few and marks": "的了治水，。", "all marks": "，。——"}.items():
        yield name, drawn(letters), drawn(letters)
    han = "".join(map(chr, range(0x4E00, 0x4E00 + 500)))
    yield "unrelated Han", drawn(han), drawn(han)
    yield "one letter, twice as long", "的" * length, "的" * (2 * length)
    every_other = "".join("的" + chr(0x4E00 + place % 20_000) for place in range(length // 2))
    yield "every other letter", every_other, "".join("的" + chr(0xAC00 + n % 11_000) for n in range(length // 2))
    yield "words turned round", every_other, every_other[::-1]
    yield "short sentences", "的。" * (length // 2), "的！的。" * (length // 4)
    yield "Latin words", "ab cd " * (length // 6), "ab ef " * (length // 6)


def milliseconds(old: str, new: str) -> float:
    times = []
    for _ in range(5 if len(old) <= 4_000 else 1):
        started = perf_counter()
        compare_text(old, new)
        times.append((perf_counter() - started) * 1000)
    return median(times)


def main() -> int:
    slow = False
    for length, limit in LIMITS_MS.items():
        for name, old, new in pairs(length):
            taken = milliseconds(old, new)
            slow = slow or taken > limit
            print(f"{length:>7} characters, {name:<26} {taken:8.1f} ms (limit {limit:.0f})")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
