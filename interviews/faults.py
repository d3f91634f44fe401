"""Tell a full disk and a missing database from other errors, whichever library raised them."""

from __future__ import annotations

import errno
from collections.abc import Iterator

FULL = "服务器的磁盘满了，没有存下。请告诉管理员，腾出地方以后再存。"
GONE = "数据库暂时没有应答，没有存下。请过一会儿再试。"
# disk_full of PostgreSQL.
_FULL_STATE = "53100"
# SQLITE_FULL; and SQLITE_IOERR_WRITE, _SHMSIZE and _SHMMAP, as which a full disk shows while a database is opened.
_FULL_CODES = {13, 778, 4874, 5386}
_FULL_WORDS = ("disk is full", "disk full", "No space left")
# Connection failures, and a server that starts, stops or takes no more connections.
_GONE_STATES = ("08", "57P", "53300")
_GONE_CLASSES = {"PoolTimeout", "PoolClosed", "ConnectionTimeout", "InterfaceError"}
_GONE_WORDS = ("connection is lost", "connection failed", "the connection is closed", "server closed the connection",
               "terminating connection", "consuming input failed", "unable to open database file")  # fmt: skip


def is_full(error: BaseException | None) -> bool:
    """Whether the file system or the database had no room."""
    return any(_is_full(each) for each in _causes(error))


def is_gone(error: BaseException | None) -> bool:
    """Whether the database could not be reached."""
    return any(_is_gone(each) for each in _causes(error))


def in_words(error: BaseException | None) -> str:
    """A Chinese sentence for either, or empty."""
    return FULL if is_full(error) else GONE if is_gone(error) else ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    if getattr(error, "sqlstate", None) == _FULL_STATE or getattr(error, "sqlite_errorcode", 0) in _FULL_CODES:
        return True
    return _of_database(error) and any(word in str(error) for word in _FULL_WORDS)


def _is_gone(error: BaseException) -> bool:
    state = getattr(error, "sqlstate", None) or ""
    if state:
        return state.startswith(_GONE_STATES)
    if type(error).__name__ in _GONE_CLASSES and _of_database(error):
        return True
    return _of_database(error) and any(word in str(error) for word in _GONE_WORDS)


def _of_database(error: BaseException) -> bool:
    return type(error).__module__.split(".")[0] in {"sqlite3", "psycopg", "psycopg_pool"} or type(
        error
    ).__module__.startswith("django.db")
