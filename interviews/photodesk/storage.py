"""The files of photos, in a folder that no web server serves. A name is whole on the disk or not there at all.

An object store would offer the same few methods: nothing else in the site knows where the files are.
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
        """On the disk and flushed, under a name that means nothing. Raises OSError, and leaves nothing, where it does
        not fit."""
        path = self.root / INCOMING / uuid4().hex
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(path, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Staged(self, path)

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Every file that is kept, in no order."""
        for folder, folders, files in os.walk(self.root):
            folders[:] = [each for each in folders if each != INCOMING]
            yield from (str((Path(folder) / file).relative_to(self.root)) for file in files)

    def empty_incoming(self) -> int:
        """Throw away what was being written when a process died. Only where `alone` holds."""
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
    """A rename is on the disk once its folder is."""
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
    """While a file is there and its row is not committed yet. Many may write at once."""
    with _locked(fcntl.LOCK_SH):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """While nobody writes: a file without a row is nobody's now. A process that was killed holds nothing any more."""
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
