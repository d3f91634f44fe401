"""Tell in Chinese why files could not be stored or made."""

from __future__ import annotations

import errno

from django.db import Error

from interviews.imaging import ImageRefusedError

# What may happen to the renditions of any photo.
FAILURES = (ImageRefusedError, OSError, Error)


def is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    return any(word in str(error) for word in ("disk is full", "disk full", "No space left"))


def reason(error: Exception) -> str:
    """Explain one of `FAILURES` in a sentence."""
    if isinstance(error, FileNotFoundError):
        return "原图文件不见了。"
    if is_full(error):
        return "磁盘满了。"
    if isinstance(error, OSError):
        return f"读写失败（{error.strerror}）。"
    if isinstance(error, Error):
        return f"数据库没有记下（{type(error).__name__}）。"
    return str(error)
