"""The folder pressed into: checked, locked, and written so that a server sees each file whole or not at all."""

from __future__ import annotations

import fcntl
import gzip
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import brotli
from django.conf import settings

from interviews.public.page_store import SHORTEST_COMPRESSED
from interviews.storage import write_new

from .errors import PressError
from .sheet import PRIVATE, Sheet

LOCK = f"{PRIVATE}.lock"
INCOMING = f"{PRIVATE}/incoming"
SIDECARS = (".br", ".gz")


class Target:
    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def prepare(self) -> None:
        """Create the folder. Raises PressError if it is not the press's own."""
        for data in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT):
            if self.root.is_relative_to(Path(data).resolve()):
                raise PressError(f"{self.root} 在网站自己的数据目录 {data} 里：请换一个目录。")
        if self.root.exists() and not self.root.is_dir():
            raise PressError(f"{self.root} 不是目录。")
        if self.root.is_dir() and not _is_own(self.root):
            raise PressError(f"{self.root} 里有别的文件：请用空目录，或以前印过的目录。")
        (self.root / PRIVATE).mkdir(parents=True, exist_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder's lock, which dies with its process, and remove what a killed one left half written."""
        handle = os.open(self.root / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise PressError(f"另一个 press 正在写 {self.root}，这一个不做了。") from None
            (self.root / INCOMING).mkdir(parents=True, exist_ok=True)
            for path in (self.root / INCOMING).iterdir():
                path.unlink()
            yield
        finally:
            os.close(handle)

    def write(self, sheet: Sheet, former: Iterable[str]) -> dict[str, int]:
        """Replace a sheet's former files; return the sizes of the new. Until all are on disk, nothing changes.

        Compressed files come before the plain one and go after it: servers look for the plain file first.
        """
        bodies = {name: body for plain in sheet.files.items() for name, body in _encoded(*plain, sheet.text)}
        staged: dict[str, Path] = {}
        try:
            for name, body in bodies.items():
                staged[name] = write_new(self.root / INCOMING, body)
            moment = max([time.time(), *(self._later(name) for name in sheet.files)])
            for name, path in staged.items():
                self._appear(path, name, moment)
        finally:
            for path in staged.values():
                path.unlink(missing_ok=True)
        self.remove(set(former) - set(bodies))
        return {name: len(body) for name, body in bodies.items()}

    def _later(self, name: str) -> float:
        """A time after the former file's by a second at least: web servers make ETags of whole seconds."""
        with suppress(FileNotFoundError):
            return int((self.root / name).stat().st_mtime) + 1.0
        return 0.0

    def _appear(self, path: Path, name: str, moment: float) -> None:
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.utime(path, (moment, moment))
        os.chmod(path, 0o644)
        os.replace(path, target)

    def read(self, name: str) -> bytes | None:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, names: Iterable[str]) -> None:
        """Remove files: plain ones first."""
        for name in sorted(names, key=lambda name: (name.endswith(SIDECARS), name)):
            (self.root / name).unlink(missing_ok=True)

    def settle(self, names: Iterable[str]) -> None:
        """Flush the folders of files, and remove empty ones. Call while nobody writes."""
        for folder in {(self.root / name).parent for name in names}:
            with suppress(OSError):
                while folder != self.root:
                    folder.rmdir()
                    folder = folder.parent
            with suppress(FileNotFoundError):
                flush(folder)

    def names(self) -> Iterator[str]:
        """Yield the name of every file but the press's own, in no order."""
        for folder, folders, files in os.walk(self.root):
            if Path(folder) == self.root:
                folders[:] = [each for each in folders if each != PRIVATE]
                files = [each for each in files if not each.startswith(PRIVATE)]
            yield from (str((Path(folder) / file).relative_to(self.root)) for file in files)


def _is_own(root: Path) -> bool:
    names = [path.name for path in root.iterdir()]
    return not names or any(name.startswith(PRIVATE) for name in names)


def _encoded(name: str, body: bytes, text: bool) -> Iterator[tuple[str, bytes]]:
    if text and len(body) >= SHORTEST_COMPRESSED:
        yield name + ".br", brotli.compress(body, quality=9)
        yield name + ".gz", gzip.compress(body, compresslevel=9, mtime=0)
    yield name, body


def flush(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
