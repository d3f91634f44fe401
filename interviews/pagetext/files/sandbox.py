"""Read a file in a child process with CPU and memory limits: hostile files make pdfminer and lxml exhaust both.

A new interpreter, not a fork: the server is threaded. See docs/decisions/0013-reading-files.md.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from interviews.pagetext.decoding import UnreadablePageError

from . import ipc
from .geometry import PageSource
from .limits import BROKEN, OUT_OF_MEMORY, TOO_LONG, TOO_MUCH

WALL_SECONDS = 30
WAIT_SECONDS = 20
AT_ONCE = 2  # concurrent children of one server process: their memory adds up
_ROOT = Path(__file__).resolve().parents[3]
_slots = BoundedSemaphore(AT_ONCE)


def read(data: bytes) -> PageSource:
    """Read a file in a child process. Raises UnreadablePageError for every failure."""
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise UnreadablePageError("现在有别的文件正在读，请过一会儿再试。")
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-m", "interviews.pagetext.files.worker"],
            input=data,
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": "0"},  # the site's environment holds secrets
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadablePageError(TOO_LONG) from error
    finally:
        _slots.release()
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise UnreadablePageError(TOO_LONG)
    if done.returncode == OUT_OF_MEMORY:
        raise UnreadablePageError(TOO_MUCH)
    try:
        return ipc.load(done.stdout)
    except UnreadablePageError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadablePageError(BROKEN) from error
