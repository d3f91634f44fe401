"""Incremental backups in a folder or bucket: the rows of each run, and each file once.

snapshots/<name>.tar[.age]        the rows, an archive without files: it exists once the run is complete
snapshots/<name>.files.gz         names of the stored files that it needs, readable without the private key
originals/…, consents/…[.age]     the files, named by the SHA-256 of their content
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.utils import timezone

from interviews.photodesk.storage import Place
from interviews.storage import Bucket, Files, Folder

from . import encryption
from .archive import KINDS, Name
from .archiving import Writing
from .errors import BackupError, DamagedError
from .retention import Retention, is_name, name_of
from .single_file import write_archive
from .tar_stream import Member

WORK_FOLDER = ".backup-"
SNAPSHOTS, ARCHIVE, LIST = "snapshots", ".tar", ".files.gz"
NONE = "{} 里还没有备份。"
UNKNOWN = "没有 {} 这一份备份。最近的几份：{}。"
NO_LIST = "{} 的文件清单丢了或坏了，所以这次没有清理旧照片。"


@dataclass
class Store:
    place: Place
    # What new snapshots are encrypted with, and old ones are read with.
    to: Any = None
    keys: encryption.Identities = field(default_factory=list)

    def back_up(self, progress: Callable[[], None], retention: Retention) -> tuple[str, Writing]:
        """Copy new files, add a snapshot, prune. Returns the snapshot's name. Raises OSError, BackupError."""
        for folder in (SNAPSHOTS, *KINDS):
            self.files(folder).remove_partial()
        suffix = encryption.SUFFIX if self.to else ""
        writing = Writing(_New(self, suffix), progress)
        name = name_of(timezone.now())
        with _work_folder() as work:
            archive, listed = work / "archive", work / "files"
            write_archive(archive, writing, self.to)
            with gzip.open(listed, "wt", encoding="utf-8") as file:
                file.writelines(f"{each}{suffix}\n" for each in writing.names())
            self._snapshots.send(f"{name}{LIST}", listed)
            self._snapshots.send(f"{name}{ARCHIVE}{suffix}", archive)
        self._prune(retention)
        return name, writing

    def names(self) -> list[str]:
        """Return the names of the snapshots, the newest first."""
        return sorted(self._archives(), reverse=True)

    @contextmanager
    def snapshot(self, name: str = "") -> Iterator[tuple[str, Path, Snapshot]]:
        """Give the snapshot of a name, or the newest: name, archive, files. Raises BackupError if there is none."""
        archives = self._archives()
        if not archives:
            raise BackupError(NONE.format(self.place))
        if name and name not in archives:
            raise BackupError(UNKNOWN.format(name, "、".join(self.names()[:5])))
        name = name or max(archives)
        with _work_folder() as folder:
            path = folder / "archive"
            self._snapshots.fetch(archives[name], path)
            yield name, path, Snapshot(self, encrypted=archives[name].endswith(encryption.SUFFIX))

    def files(self, folder: str) -> Files:
        return Folder(self.place / folder) if isinstance(self.place, Path) else Bucket(self.place, folder)

    @property
    def _snapshots(self) -> Files:
        return self.files(SNAPSHOTS)

    def _archives(self) -> dict[str, str]:
        """Map the name of each snapshot to that of its archive."""
        found = (name.partition(".") for name in self._snapshots.names())
        return {
            name: f"{name}.{rest}"
            for name, _, rest in found
            if is_name(name) and rest.removesuffix(encryption.SUFFIX) == ARCHIVE[1:]
        }

    def _prune(self, retention: Retention) -> None:
        archives = self._archives()
        kept = retention.kept(archives)
        for name in archives.keys() - kept:
            self._snapshots.delete(archives[name])
        # Those of killed runs, too.
        for each in list(self._snapshots.names()):
            if each.endswith(LIST) and each.removesuffix(LIST) not in kept:
                self._snapshots.delete(each)
        if archives.keys() - kept:
            self._delete_unneeded(kept)

    def _delete_unneeded(self, kept: set[str]) -> None:
        needed = {file for name in kept for file in self._listed(name)}
        for kind in KINDS:
            files = self.files(kind)
            for name in [name for name in files.names() if f"{kind}/{name}" not in needed]:
                files.delete(name)

    def _listed(self, name: str) -> list[str]:
        try:
            with _work_folder() as folder:
                self._snapshots.fetch(f"{name}{LIST}", folder / "files")
                return gzip.decompress((folder / "files").read_bytes()).decode().splitlines()
        except (FileNotFoundError, EOFError, gzip.BadGzipFile, zlib.error, UnicodeError):
            raise DamagedError(NO_LIST.format(name)) from None


@dataclass(frozen=True)
class Snapshot:
    """The files of a snapshot."""

    store: Store
    encrypted: bool

    def read(self, file: Name) -> bytes:
        suffix = encryption.SUFFIX if self.encrypted else ""
        data = self.store.files(file.kind).read(f"{file.name}{suffix}")
        return encryption.decrypt(data, self.store.keys) if self.encrypted else data


class _New:
    """Keeps the files that the store does not have."""

    def __init__(self, store: Store, suffix: str) -> None:
        self._store, self._suffix = store, suffix
        self._known = {f"{kind}/{name}" for kind in KINDS for name in store.files(kind).names()}

    def wants(self, file: Name) -> bool:
        return f"{file}{self._suffix}" not in self._known

    def put(self, file: Name, data: bytes) -> Iterable[Member]:
        data = encryption.encrypt(data, self._store.to)
        self._store.files(file.kind).write(f"{file.name}{self._suffix}", data)
        return ()


@contextmanager
def _work_folder() -> Iterator[Path]:
    """A folder for what is too large for the memory."""
    with TemporaryDirectory(dir=settings.DATA_DIR, prefix=WORK_FOLDER) as folder:
        yield Path(folder)
