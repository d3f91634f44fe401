"""An archive: the rows of one moment, the names of the files that they need, the files unless a store keeps them, and a
manifest with the SHA-256 of each.

    head.json                       format, version, migrations, columns
    rows/<table>/000001.jsonl.gz    rows by primary key
    index/000001.jsonl.gz           names of files
    originals/…, consents/…         the files, named by their SHA-256
    manifest.json                   what there was, counted and hashed
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from interviews.photodesk.orphans import NAMED_BY
from interviews.photodesk.storage import Kind

from .errors import DamagedError
from .tables import Sum
from .tar_stream import ALTERED, FOREIGN, Member, Readable, members

FORMAT, VERSION = "jinzhong-backup", 1
HEAD, MANIFEST, INDEX, ROWS = "head.json", "manifest.json", "index", "rows"
KINDS = [kind for kind in NAMED_BY if kind is not Kind.RENDITIONS]
NEWER = "这份备份是更新的版本写的，请先更新本系统。"


class Name(NamedTuple):
    """A file that rows name. Its content has the SHA-256 that it is named by."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    def matches(self, data: bytes) -> bool:
        return hashlib.sha256(data).hexdigest() == PurePosixPath(self.name).stem

    @classmethod
    def parse(cls, text: str) -> Name:
        kind, _, name = text.partition("/")
        return cls(Kind(kind), name)


@dataclass(frozen=True)
class Contents:
    """What an archive says of itself, after every byte of it has been verified."""

    schema: set[str]
    tables: dict[str, list[str]]
    manifest: dict[str, Any]
    has_files: bool

    @property
    def rows(self) -> int:
        return sum(int(each["rows"]) for each in self.manifest["tables"].values())


def verified(stream: Readable, progress: Callable[[int], None]) -> Contents:
    """Read an archive to its end, compare all hashes, and return what it says of itself.

    `progress` is given numbers of bytes. Raises DamagedError.
    """
    try:
        return _verified(stream, progress)
    except (ValueError, KeyError, TypeError):  # of a damaged member, before the seal at the end was read
        raise DamagedError(ALTERED) from None


def _verified(stream: Readable, progress: Callable[[int], None]) -> Contents:
    parts = members(stream)
    head = _head_of(next(parts, None))
    found = {name: Sum() for name in head["tables"]}
    index, files, manifest = Sum(), 0, None
    for member in parts:
        folder, _, rest = member.name.partition("/")
        if folder == ROWS:
            _add(found[rest.partition("/")[0]], member)
        elif folder == INDEX:
            _add(index, member)
        elif member.name == MANIFEST:
            manifest = json.loads(member.data)
        else:
            files += Name.parse(member.name).matches(member.data)
        progress(len(member.data))
    said = {"tables": {name: each.to_json() for name, each in found.items()}, "index": index.to_json()}
    if manifest is None or said != {name: manifest[name] for name in said} or files not in {0, manifest["files"]}:
        raise DamagedError(ALTERED)
    return Contents(set(head["schema"]), head["tables"], manifest, has_files=files > 0)


def _head_of(member: Member | None) -> dict[str, Any]:
    try:
        head = json.loads(member.data) if member and member.name == HEAD else {}
    except ValueError:
        raise DamagedError(ALTERED) from None
    if head.get("format") != FORMAT:
        raise DamagedError(FOREIGN)
    if head["version"] > VERSION:
        raise DamagedError(NEWER)
    return dict(head)


def unpacked(member: Member) -> list[bytes]:
    """Return the lines of a member with rows or names."""
    try:
        return gzip.decompress(member.data).splitlines(keepends=True)
    except (OSError, EOFError, zlib.error):
        raise DamagedError(ALTERED) from None


def _add(total: Sum, member: Member) -> None:
    for line in unpacked(member):
        total.add(line)
