"""What goes into a new archive, member by member."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

from django.utils import timezone

from interviews.models import LedgerHead
from interviews.photodesk import storage
from interviews.photodesk.moving import CORRUPT, LOST
from interviews.photodesk.orphans import NAMED_BY, named

from . import tables
from .archive import FORMAT, HEAD, INDEX, KINDS, MANIFEST, ROWS, VERSION, Name
from .tables import Sum
from .tar_stream import Member

# Bytes of rows in a member, before they are compressed.
CHUNK = 1 << 20


class Sink(Protocol):
    """Where the files of a backup go."""

    def wants(self, file: Name) -> bool: ...

    def put(self, file: Name, data: bytes) -> Iterable[Member]:
        """Keep a file; yield it if that is in the archive."""


class InArchive:
    """Keeps the files in the archive itself."""

    def wants(self, file: Name) -> bool:
        return True

    def put(self, file: Name, data: bytes) -> Iterable[Member]:
        yield Member(str(file), data)


@dataclass
class Writing:
    """The members of a new archive, in order, made as they are asked for."""

    sink: Sink
    progress: Callable[[], None]
    rows: int = 0
    # Files that the archive or the store has now, and how many of them are new, with how many bytes.
    files: int = 0
    new: int = 0
    size: int = 0
    # A sentence for each file that is lost or corrupt where it should be.
    faults: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    audit: tuple[int, str] = (0, "")
    # Names of files, one a line: too many for the memory, perhaps.
    index: IO[bytes] = field(default_factory=TemporaryFile)

    def members(self) -> Generator[Member, None, None]:
        wanted = {name: tables.columns_of(model) for name, model in tables.archived().items()}
        found: dict[str, Any] = {"tables": {}}
        with tables.snapshot():
            yield _json(HEAD, self._head(wanted))
            for name, columns in wanted.items():
                total = Sum()
                yield from _chunks(
                    f"{ROWS}/{name}", self._counted(tables.lines(tables.archived()[name], columns)), total
                )
                found["tables"][name] = total.to_json()
            total = Sum()
            yield from _chunks(INDEX, self._noted(), total)
            found["index"] = total.to_json()
            head = LedgerHead.objects.filter(pk=1).first()
            self.audit = (head.sequence, head.hash) if head else (0, "")
        yield from self._files()
        found |= {"files": self.files, "missing": self.missing, "audit": list(self.audit)}
        yield _json(MANIFEST, found)

    def names(self) -> Iterator[Name]:
        """Yield the files that the rows name, without those that are missing."""
        self.index.seek(0)
        missing = set(self.missing)
        for line in self.index:
            if (text := line.decode().rstrip("\n")) not in missing:
                yield Name.parse(text)

    def _head(self, wanted: dict[str, list[str]]) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "version": VERSION,
            "created_at": timezone.now().isoformat(),
            "schema": sorted(tables.schema()),
            "tables": wanted,
        }

    def _counted(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            yield line
            self.rows += 1
            self.progress()

    def _noted(self) -> Iterator[bytes]:
        for kind in KINDS:
            model, column = NAMED_BY[kind]
            rows = model._default_manager.exclude(**{column: ""}).order_by(column).values_list(column, flat=True)
            for name in rows.distinct().iterator():
                line = f"{Name(kind, name)}\n".encode()
                self.index.write(line)
                yield line

    def _files(self) -> Iterator[Member]:
        for file in self.names():
            if not self.sink.wants(file):
                self.files += 1
            elif data := self._read(file):
                yield from self.sink.put(file, data)
                self.files, self.new, self.size = self.files + 1, self.new + 1, self.size + len(data)
            self.progress()

    def _read(self, file: Name) -> bytes | None:
        """Read and compare a file; None if it is bad, which is no fault if it was deleted since the snapshot."""
        fault = CORRUPT
        try:
            data = storage.files(file.kind, storage.place()).read(file.name)
            if file.matches(data):
                return data
        except FileNotFoundError:
            fault = LOST
        self.missing.append(str(file))
        if named(file.kind, [file.name]):
            self.faults.append(f"{file}：{fault}")
        return None


def steps() -> int:
    """Return about how often `progress` is called."""
    return tables.count() + sum(
        NAMED_BY[kind][0]._default_manager.exclude(**{NAMED_BY[kind][1]: ""}).count() for kind in KINDS
    )


def _chunks(folder: str, lines: Iterable[bytes], total: Sum) -> Iterator[Member]:
    number, size, part = 1, 0, list[bytes]()
    for line in lines:
        total.add(line)
        part.append(line)
        size += len(line)
        if size >= CHUNK:
            yield _compressed(folder, number, part)
            number, size, part = number + 1, 0, []
    if part:
        yield _compressed(folder, number, part)


def _compressed(folder: str, number: int, part: list[bytes]) -> Member:
    return Member(f"{folder}/{number:06}.jsonl.gz", gzip.compress(b"".join(part), 6, mtime=0))


def _json(name: str, value: dict[str, Any]) -> Member:
    return Member(name, json.dumps(value, ensure_ascii=False, indent=1).encode())
