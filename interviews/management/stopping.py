from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, Thread


@contextmanager
def stopping(stopped: Event) -> Iterator[None]:
    """Let Ctrl+C and SIGTERM set the event, so that a command can end between two pieces of work.

    A thread sets it: a signal handler may have interrupted a method of the event, which holds its lock.
    """
    asked: SimpleQueue[bool] = SimpleQueue()  # its `put` may be called in a signal handler

    def listen() -> None:
        if asked.get():
            stopped.set()

    listener = Thread(target=listen, name="stopping", daemon=True)
    listener.start()
    former = {each: signal.signal(each, lambda *_: asked.put(True)) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in former.items():
            signal.signal(each, handler)
        asked.put(False)
        listener.join()
