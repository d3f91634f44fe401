"""Locks on the photo desk's files, for all processes on the database. They die with their process or connection."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection

# Key of our advisory locks: "file".
KEY = 0x66696C65


def writing() -> AbstractContextManager[None]:
    """Shared lock: a file exists whose row is not committed yet."""
    return _locked("_shared", fcntl.LOCK_SH)


def alone() -> AbstractContextManager[None]:
    """Exclusive lock: nobody is writing, so a file without a row is an orphan."""
    return _locked("", fcntl.LOCK_EX)


def _locked(suffix: str, kind: int) -> AbstractContextManager[None]:
    return _advisory_lock(suffix) if connection.vendor == "postgresql" else _file_lock(kind)


@contextmanager
def _advisory_lock(suffix: str) -> Iterator[None]:
    """Lock on the session, not the transaction: the file comes before its row."""
    _call(f"pg_advisory_lock{suffix}")
    try:
        yield
    finally:
        _call(f"pg_advisory_unlock{suffix}")


def _call(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [KEY])


@contextmanager
def _file_lock(kind: int) -> Iterator[None]:
    """Lock on a file beside the database: all processes on an SQLite file are on one host."""
    handle = os.open(f"{connection.settings_dict['NAME']}.files", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, kind)
        yield
    finally:
        os.close(handle)
