"""Everything in one file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from . import encryption, tar_stream
from .archive import HEAD
from .archiving import InArchive, Writing
from .errors import BackupError

NOT_OURS = "已经有这个文件，而且它不是备份。为了不把它盖掉，请换一个名字。"
DIFFERENT = "写下的备份读回来不一样，磁盘可能坏了。"


def write_file(path: Path, to: Any, progress: Callable[[], None]) -> Writing:
    """Write an archive, read it back, and rename it when it is whole. Raises OSError, BackupError."""
    if not _may_replace(path):
        raise BackupError(NOT_OURS)
    writing = Writing(InArchive(), progress)
    write_archive(path, writing, to)
    return writing


def write_archive(path: Path, writing: Writing, to: Any) -> None:
    # Always the same name: a killed run's is written over by the next.
    partial = path.with_name(f".{path.name}.partial")
    try:
        # Closed at once after a failure: the members are read in a transaction.
        with (
            open(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file,
            closing(writing.members()) as members,
        ):
            hashing = _Hashing(file)
            encryption.write(tar_stream.packed(members), hashing, to)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            if hashlib.file_digest(file, "sha256").digest() != hashing.digest.digest():
                raise BackupError(DIFFERENT)
        os.replace(partial, path)
        _flush(path.parent)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


class _Hashing:
    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def _may_replace(path: Path) -> bool:
    """Whether there is no file, an empty one, or an earlier backup."""
    try:
        with path.open("rb") as file:
            start = file.read(len(encryption.MAGIC))
    except FileNotFoundError:
        return True
    return not start or start == encryption.MAGIC or start.startswith(HEAD.encode() + tar_stream.END[:1])


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
