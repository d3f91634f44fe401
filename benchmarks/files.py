"""Cost of reading a page file, and of refusing a bad one, each in its own child process.

    .venv/bin/python -m benchmarks.files

Fails if a page takes more than 20 times as long as starting the child, or if any child exceeds its CPU or memory limit.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable

from interviews.pagetext.files import limits
from tests.pagetext.files import bombs, presses

PAGES = ("chromium-1-sample-4.pdf", "libreoffice-2-frame.pdf", "reportlab-2-inset.pdf", "word-1-sample.docx")
BAD: dict[str, Callable[[], bytes]] = {
    "500 pages": lambda: bombs.many_pages(500),
    "deep nesting": bombs.deep_nesting,
    "inflates to 4 GB": bombs.inflating,
    "1,000,000 letters": bombs.much_text,
    "forms that grow": bombs.growing_forms,
    "zip bomb, 2 GB": lambda: bombs.word(blanks=40),
    "XML entities": bombs.entities,
}
SLOWEST = 20.0  # times a child's start


# In a fresh interpreter: a child's peak memory includes pages that its parent had touched before spawning it.
LAUNCH = """
import os, sys, time
started = time.perf_counter()
quiet = os.open(os.devnull, os.O_WRONLY)
command = [sys.executable, "-B", "-m", "interviews.pagetext.files.worker"]
pid = os.posix_spawn(sys.executable, command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, quiet, 1)])
used = os.wait4(pid, 0)[2]
print(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def measure(data: bytes) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and megabytes of one child."""
    with tempfile.TemporaryFile() as held:
        held.write(data)
        held.seek(0)
        done = subprocess.run([sys.executable, "-c", LAUNCH], stdin=held, capture_output=True, text=True, check=True)
    wall, cpu, memory = map(float, done.stdout.split())
    return wall, cpu, memory


def main() -> int:
    start = min(measure(b"%PDF-1.7\n")[0] for _ in range(3))
    print(f"a child that refuses at once: {start * 1000:.0f} ms")
    failed = False
    for name, data in [(n, (presses.HERE / n).read_bytes()) for n in PAGES] + [(n, make()) for n, make in BAD.items()]:
        wall, cpu, memory = measure(data)
        ratio = wall / start
        print(f"{name:>26}: {len(data) / 1000:6.0f} kB  {ratio:5.1f} × the start  {cpu:5.1f} s CPU  {memory:4.0f} MB")
        failed |= cpu > limits.CPU_SECONDS + 1.5 or memory > limits.MEMORY / 2**20
        failed |= name in PAGES and ratio > SLOWEST
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
