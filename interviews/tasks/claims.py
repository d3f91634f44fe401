"""Claims: at most one worker does a task. They die with their process, so no timeout has to be guessed.

Neither holds a transaction. Work takes seconds, and an open transaction would make everybody wait who changes the row
(PostgreSQL) or anything at all (SQLite).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

# First key of our advisory locks; the second is the task's id.
NAMESPACE = 0x7461736B
MOST_INT4 = 2**31


@contextmanager
def claimed(task_id: int) -> Iterator[bool]:
    """Claim a task for the length of the block; False if another worker has it."""
    lock = _advisory_lock if connection.vendor == "postgresql" else _file_lock
    with lock(task_id) as mine:
        yield mine


@contextmanager
def _advisory_lock(task_id: int) -> Iterator[bool]:
    """Lock on the session, which the server ends with its connection."""
    mine = _asked("pg_try_advisory_lock", task_id)
    try:
        yield mine
    finally:
        # Connections go back to a pool, with the locks of their sessions.
        if mine:
            _asked("pg_advisory_unlock", task_id)


def _asked(function: str, task_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [NAMESPACE, task_id % MOST_INT4])
        return bool(cursor.fetchone()[0])


@contextmanager
def _file_lock(task_id: int) -> Iterator[bool]:
    """Lock on a file beside the database: all processes on an SQLite file are on one host."""
    path = Path(f"{connection.settings_dict['NAME']}.claims") / str(task_id)
    path.parent.mkdir(exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        mine = _locked(handle, path)
        try:
            yield mine
        finally:
            if mine:
                path.unlink()
    finally:
        os.close(handle)


def _locked(handle: int, path: Path) -> bool:
    """Lock the file, unless another worker holds it or has just removed it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(handle), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False
