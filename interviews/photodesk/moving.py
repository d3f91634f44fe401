"""Copy all files to another place: from the folder into a bucket, or back."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.db.models import Max

from interviews.models import Photo, Rendition
from interviews.storage import write_new

from . import storage
from .locks import alone
from .storage import Kind, Place, StorageError

THREADS = 8
BATCH = 200


@dataclass(frozen=True)
class StoredFile:
    kind: Kind
    # Of its row; 0 for consent forms, which a photo may change.
    pk: int
    name: str
    # What comes before the content in its hash, and the hash or its beginning. Rows know both.
    salt: str
    digest: str

    def matches(self, data: bytes) -> bool:
        return hashlib.sha256(self.salt.encode() + data).hexdigest().startswith(self.digest)


@dataclass
class Move:
    """Copies every file that a row names, and reads each back to compare its SHA-256.

    After an interruption, it goes on where it was; run again, it copies what is new. `afresh` compares everything in
    the new place again, and copies what is not there. The old files stay.
    """

    target: Place
    afresh: bool = False
    stopped: Event = field(default_factory=Event)
    copied: Counter[Kind] = field(default_factory=Counter)
    compared: int = 0
    bytes: int = 0
    # Sentences about files that could not be copied.
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._record = Path(settings.DATA_DIR) / "media-move.json"
        self._done = {} if self.afresh else self._recorded()

    def total(self) -> int:
        return sum(rows.count() for _, rows in self._rows())

    def run(self, progress: Callable[[int], None]) -> None:
        """Raises StorageError or OSError; what was copied by then need not be copied again."""
        with alone():  # no file is being written: all rows up to these are there
            last = {Kind.ORIGINALS: _last(Photo), Kind.RENDITIONS: _last(Rendition)}
        done = 0
        with ThreadPoolExecutor(THREADS) as pool:
            for kind, rows in self._rows():
                files = (_stored(kind, row) for row in rows.iterator(chunk_size=BATCH))
                while (batch := list(islice(files, BATCH))) and not self.stopped.is_set():
                    list(pool.map(self._copy, batch))
                    done += len(batch)
                    progress(done)
                    if batch[-1].pk and not self.faults:
                        self._note(kind, min(batch[-1].pk, last[kind]))

    def _rows(self) -> Iterator[tuple[Kind, Any]]:
        done = self._done.get
        photos = Photo.objects.order_by("pk")
        yield Kind.CONSENTS, photos.exclude(consent_file="").order_by().values_list("consent_file").distinct()
        yield Kind.ORIGINALS, photos.filter(pk__gt=done("originals", 0)).values_list("pk", "original", "sha256")
        rows = Rendition.objects.filter(pk__gt=done("renditions", 0)).order_by("pk")
        yield Kind.RENDITIONS, rows.values_list("pk", "name", "spec")

    def _copy(self, file: StoredFile) -> None:
        target = storage.files(file.kind, self.target)
        if self.afresh and _holds(target, file):
            self.compared += 1
            return
        try:
            data = storage.files(file.kind, storage.place()).read(file.name)
        except FileNotFoundError:
            self.faults.append(f"{file.kind}/{file.name}：原处没有这个文件。")
            return
        if not file.matches(data):
            self.faults.append(f"{file.kind}/{file.name}：原处的文件坏了，同登记的校验值不符。")
            return
        target.write(file.name, data)
        if not _holds(target, file):
            self.faults.append(f"{file.kind}/{file.name}：新处读回来的内容不同。")
            return
        self.copied[file.kind] += 1
        self.bytes += len(data)

    def _recorded(self) -> dict[str, int]:
        try:
            found = json.loads(self._record.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return found["done"] if found["to"] == self._route() else {}

    def _note(self, kind: Kind, pk: int) -> None:
        self._done[kind] = pk
        text = json.dumps({"to": self._route(), "done": self._done})
        write_new(self._record.parent, text.encode()).replace(self._record)

    def _route(self) -> str:
        return f"{storage.place()!r} > {self.target!r}"


def _stored(kind: Kind, row: tuple[Any, ...]) -> StoredFile:
    if kind is Kind.CONSENTS:
        (name,) = row
        return StoredFile(kind, 0, name, "", Path(name).stem)
    if kind is Kind.ORIGINALS:
        return StoredFile(kind, row[0], row[1], "", row[2])
    pk, name, spec = row
    return StoredFile(kind, pk, name, spec, Path(name).stem)


def _holds(files: storage.Files, file: StoredFile) -> bool:
    try:
        return file.matches(files.read(file.name))
    except FileNotFoundError:
        return False


def _last(table: type[Photo] | type[Rendition]) -> int:
    return table._default_manager.aggregate(last=Max("pk", default=0))["last"]


__all__ = ["Move", "StorageError"]
