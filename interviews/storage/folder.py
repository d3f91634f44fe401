from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from .errors import StorageError

INCOMING = ".incoming"


def write_new(folder: Path, data: bytes, durable: bool = True) -> Path:
    """Write a file of a new name and flush it to the disk. Raises OSError and leaves nothing if it does not fit."""
    path = folder / uuid4().hex
    try:
        with open(path, "xb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


class Folder:
    """Files in a folder: written under a temporary name, flushed, and renamed."""

    def __init__(self, root: Path):
        self.root = root

    def path(self, name: str) -> Path:
        return self.root / name

    def read(self, name: str) -> bytes:
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StorageError(f"文件夹读不了（{error.strerror}）。") from error

    def write(self, name: str, data: bytes, durable: bool = True) -> None:
        self._put(write_new(self._incoming(), data, durable), name, durable)

    def send(self, name: str, path: Path) -> None:
        copy = write_new(self._incoming(), b"")
        try:
            shutil.copyfile(path, copy)
            with copy.open("rb") as file:
                os.fsync(file.fileno())
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
        self._put(copy, name, True)

    def fetch(self, name: str, path: Path) -> None:
        shutil.copyfile(self.path(name), path)

    def _incoming(self) -> Path:
        incoming = self.root / INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        return incoming

    def _put(self, path: Path, name: str, durable: bool) -> None:
        target = self.path(name)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        if durable:
            _flush(target.parent)

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def size(self, name: str) -> int | None:
        try:
            return self.path(name).stat().st_size
        except FileNotFoundError:
            return None

    def names(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self.root):
            folders[:] = [each for each in folders if each != INCOMING]
            yield from (str((Path(folder) / file).relative_to(self.root)) for file in files)

    def remove_partial(self) -> int:
        left = list((self.root / INCOMING).glob("*"))
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _flush(folder: Path) -> None:
    """Flush a folder to disk, which makes renames in it durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
