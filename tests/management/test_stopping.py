import os
import signal
from threading import Event

import pytest

from interviews.management.stopping import stopping


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_signal_may_interrupt_the_event(by):
    """Set in the signal handler, the event would wait for its own lock for ever."""
    stopped = Event()
    with stopping(stopped):
        with stopped._cond:
            os.kill(os.getpid(), by)
        assert stopped.wait(20)


def test_handlers_are_restored():
    former = signal.getsignal(signal.SIGTERM)
    with stopping(Event()):
        assert signal.getsignal(signal.SIGTERM) != former
    assert signal.getsignal(signal.SIGTERM) == former
