"""A progress bar on stderr for commands that take minutes."""

from __future__ import annotations

from time import monotonic

from django.core.management.base import OutputWrapper

WIDTH = 30


class Progress:
    """Draw a bar with the time left: in place on a terminal, else a line every tenth."""

    def __init__(self, total: int, label: str, stream: OutputWrapper):
        self.total, self.label, self.stream = max(total, 1), label, stream
        self.started, self.drawn = monotonic(), -1

    def __call__(self, done: int) -> None:
        on_terminal = self.stream.isatty()
        step = done * (100 if on_terminal else 10) // self.total
        if step == self.drawn:
            return
        self.drawn = step
        filled = done * WIDTH // self.total
        left = (monotonic() - self.started) * (self.total - done) / max(done, 1)
        line = f"{self.label} [{'█' * filled}{'·' * (WIDTH - filled)}] {done}/{self.total} 还要 {left:.0f} 秒"
        if on_terminal:
            self.stream.write(f"\r{line}", str, ending="\n" if done >= self.total else "")
        else:
            self.stream.write(line, str)
        self.stream.flush()
