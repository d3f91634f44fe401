"""Copy all files to another place: from the folder into a bucket, or back."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.db.models import Max

from interviews.models import Photo, Rendition
from interviews.storage import Files, write_new

from . import storage
from .locks import alone
from .orphans import named
from .storage import Kind, Place

THREADS = 8
BATCH = 200

LOST = "原处没有这个文件。"
CORRUPT = "原处的文件坏了，同登记的校验值不符。"
DIFFERENT = "新处读回来的内容不同。"


@dataclass(frozen=True)
class StoredFile:
    """A file that a row names. The row knows its SHA-256, or the beginning of it."""

    kind: Kind
    pk: int
    name: str
    digest: str
    # Hashed before the content: a rendition's crop.
    salt: str = ""

    def matches(self, data: bytes) -> bool:
        return hashlib.sha256(self.salt.encode() + data).hexdigest().startswith(self.digest)

    def is_in(self, files: Files) -> bool:
        try:
            return self.matches(files.read(self.name))
        except FileNotFoundError:
            return False


@dataclass(frozen=True)
class Copied:
    """How the copying of a file ended: bytes copied, 0 if it was there already, or a sentence why it failed."""

    file: StoredFile
    bytes: int = 0
    fault: str = ""


@dataclass
class Move:
    """Copies every file that a row names, and reads each back to compare its SHA-256. The old files stay.

    After an interruption, it continues where it was; run again, it copies what is new. `afresh` compares every file in
    the new place again, and copies those that are missing there.
    """

    target: Place
    afresh: bool = False
    stopped: Event = field(default_factory=Event)
    copied: Counter[Kind] = field(default_factory=Counter)
    there: int = 0
    bytes: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._source = storage.place()
        self._file = Path(settings.DATA_DIR) / "media-move.json"
        # The last id of each kind of which all files up to it are copied.
        self._done = {} if self.afresh else self._recorded()

    def total(self) -> int:
        """Return the number of files left."""
        return sum(rows.filter(pk__gt=self._done.get(kind, 0)).count() for kind, rows in _rows().items())

    def run(self, progress: Callable[[int], None]) -> None:
        """Copy, until done or `stopped`. Raises OSError if a storage fails; what was copied before is not lost."""
        with alone():  # nobody is writing: all rows up to these are committed
            last = {kind: rows.aggregate(last=Max("pk", default=0))["last"] for kind, rows in _rows().items()}
        done = 0
        with ThreadPoolExecutor(THREADS) as pool:
            for batch in self._batches():
                for copied in pool.map(self._copy, batch):
                    self._count(copied)
                done += len(batch)
                progress(done)
                kind = batch[-1].kind
                # A photo's consent form may change: they are few, and copied each time.
                if kind is not Kind.CONSENTS and not self.faults:
                    self._record(kind, min(batch[-1].pk, last[kind]))

    def _batches(self) -> Iterator[list[StoredFile]]:
        for kind, rows in _rows().items():
            after = self._done.get(kind, 0)
            while not self.stopped.is_set() and (batch := _stored(kind, rows.filter(pk__gt=after)[:BATCH])):
                yield batch
                after = batch[-1].pk

    def _copy(self, file: StoredFile) -> Copied:
        target = storage.files(file.kind, self.target)
        if self.afresh and file.is_in(target):
            return Copied(file)
        try:
            data = storage.files(file.kind, self._source).read(file.name)
        except FileNotFoundError:
            return Copied(file, fault=LOST)
        if not file.matches(data):
            return Copied(file, fault=CORRUPT)
        target.write(file.name, data)
        return Copied(file, len(data)) if file.is_in(target) else Copied(file, fault=DIFFERENT)

    def _count(self, copied: Copied) -> None:
        file = copied.file
        if copied.fault:
            if named(file.kind, [file.name]):  # and not deleted meanwhile
                self.faults.append(f"{file.kind}/{file.name}：{copied.fault}")
        elif copied.bytes:
            self.copied[file.kind] += 1
            self.bytes += copied.bytes
        else:
            self.there += 1

    def _recorded(self) -> dict[str, int]:
        try:
            found = json.loads(self._file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return found["done"] if found["route"] == self._route() else {}

    def _record(self, kind: Kind, pk: int) -> None:
        self._done[kind] = pk
        text = json.dumps({"route": self._route(), "done": self._done})
        write_new(self._file.parent, text.encode()).replace(self._file)

    def _route(self) -> str:
        return f"{self._source!r} > {self.target!r}"


def _rows() -> dict[Kind, Any]:
    photos = Photo.objects.order_by("pk")
    return {
        Kind.ORIGINALS: photos.values_list("pk", "original", "sha256"),
        Kind.CONSENTS: photos.exclude(consent_file="").values_list("pk", "consent_file"),
        Kind.RENDITIONS: Rendition.objects.order_by("pk").values_list("pk", "name", "spec"),
    }


def _stored(kind: Kind, rows: Any) -> list[StoredFile]:
    """Consent forms and renditions are named by their hash."""
    if kind is Kind.ORIGINALS:
        return [StoredFile(kind, pk, name, sha256) for pk, name, sha256 in rows]
    return [StoredFile(kind, pk, name, Path(name).stem, *salt) for pk, name, *salt in rows]


__all__ = ["Move"]
