"""Background work, queued in the database and shared by all processes on it.

`enqueue` writes a row in the caller's transaction; any process with worker threads, or `manage.py work`, does it. The
package that can do a kind of work registers a function with `handles`.
"""

from .queue import enqueue, forget
from .running import Outcome, Progress, TaskError, handles, run_next
from .threads import POLL_SECONDS, finish, start

__all__ = [
    "POLL_SECONDS",
    "Outcome",
    "Progress",
    "TaskError",
    "enqueue",
    "finish",
    "forget",
    "handles",
    "run_next",
    "start",
]
