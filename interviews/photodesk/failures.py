"""Tell in Chinese why files could not be stored or made."""

from __future__ import annotations

from django.db import Error

from interviews.faults import is_full
from interviews.imaging import ImageRefusedError
from interviews.storage import StorageError

# What may happen to the renditions of any photo.
FAILURES = (ImageRefusedError, OSError, Error)
NO_ROOM = "服务器的磁盘满了，照片没有存下。请告诉管理员，稍后再传。"
NOT_STORED = "服务器没能存下这张照片，请稍后再传。"


def not_stored(error: Exception) -> str:
    """Explain to an editor why a file could not be stored."""
    if isinstance(error, StorageError):
        return f"{error}照片没有存下，请稍后再传。"
    return NO_ROOM if is_full(error) else NOT_STORED


def reason(error: Exception) -> str:
    """Explain one of `FAILURES` in a sentence."""
    if isinstance(error, StorageError):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return "原图文件不见了。"
    if is_full(error):
        return "磁盘满了。"
    if isinstance(error, OSError):
        return f"读写失败（{error.strerror}）。"
    if isinstance(error, Error):
        return f"数据库没有记下（{type(error).__name__}）。"
    return str(error)
