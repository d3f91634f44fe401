"""Photo files in a folder that no web server serves. Writes are atomic: a file exists completely or not at all.

The only module that knows where files are; an object store would offer the same few methods.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings

INCOMING = ".incoming"


def write_new(folder: Path, data: bytes) -> Path:
    """Write a file of a new name and flush it to the disk. Raises OSError and leaves nothing if it does not fit."""
    path = folder / uuid4().hex
    try:
        with open(path, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


class Folder:
    def __init__(self, root: Path):
        self.root = root

    def path(self, name: str) -> Path:
        return self.root / name

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        staged = self.stage(data)
        try:
            staged.keep(name)
        except BaseException:
            staged.discard()
            raise

    def stage(self, data: bytes) -> Staged:
        """Write and flush to a temporary name. Raises OSError and leaves nothing if it does not fit."""
        folder = self.root / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        return Staged(self, write_new(folder, data))

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Yield the name of every file, in no order."""
        for folder, folders, files in os.walk(self.root):
            folders[:] = [each for each in folders if each != INCOMING]
            yield from (str((Path(folder) / file).relative_to(self.root)) for file in files)

    def empty_incoming(self) -> int:
        """Delete partial writes of killed processes. Call only under `alone`."""
        left = list((self.root / INCOMING).glob("*"))
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


class Staged:
    def __init__(self, folder: Folder, path: Path):
        self.folder, self.path = folder, path

    def keep(self, name: str) -> None:
        target = self.folder.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self.path, target)
        _flush(target.parent)

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


def _flush(folder: Path) -> None:
    """Flush a folder to disk, which makes renames in it durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def originals() -> Folder:
    return Folder(Path(settings.MEDIA_ROOT) / "originals")


def consents() -> Folder:
    return Folder(Path(settings.MEDIA_ROOT) / "consents")


def public_files() -> Folder:
    return Folder(Path(settings.MEDIA_ROOT) / "renditions")


@contextmanager
def writing() -> Iterator[None]:
    """Shared lock: a file exists whose row is not committed yet."""
    with _locked(fcntl.LOCK_SH):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Exclusive lock: no upload is running, so a file without a row is an orphan. Dies with its process."""
    with _locked(fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(kind: int) -> Iterator[None]:
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    handle = os.open(root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, kind)
        yield
    finally:
        os.close(handle)
