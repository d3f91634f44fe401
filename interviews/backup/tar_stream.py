"""A tar as a stream of bytes, closed by a block with the SHA-256 of all that precedes it.

Written and read in one pass, in memory for a member at a time. Any tar program lists it: the last block follows the end
mark, which they ignore.
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from .errors import DamagedError

BLOCK = 512
END = bytes(2 * BLOCK)
SEAL = b"sha256 "
TRUNCATED = "备份文件不完整，后半截丢了。"
ALTERED = "备份文件坏了，内容同校验值不符。"
FOREIGN = "这不是本系统的备份文件。"


class Member(NamedTuple):
    name: str
    data: bytes


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def packed(members: Iterable[Member]) -> Iterator[bytes]:
    """Yield the bytes of the archive."""
    digest = hashlib.sha256()

    def hashed(data: bytes) -> bytes:
        digest.update(data)
        return data

    for member in members:
        info = tarfile.TarInfo(member.name)
        info.size, info.mode = len(member.data), 0o600
        yield hashed(info.tobuf(tarfile.USTAR_FORMAT))
        yield hashed(member.data)
        yield hashed(_padding(len(member.data)))
    yield hashed(END)
    yield (SEAL + digest.hexdigest().encode()).ljust(BLOCK, b"\n")


def members(stream: Readable) -> Iterator[Member]:
    """Yield the members. Raises DamagedError, at the latest at the end, if a byte is missing or another one."""
    digest = hashlib.sha256()
    # The seal is checked at the end: until then, a damaged member may have been given.
    while any(head := _read(stream, BLOCK)):
        digest.update(head)
        try:
            info = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeError):
            raise DamagedError(ALTERED) from None
        data = _read(stream, info.size)
        padding = _read(stream, len(_padding(info.size)))
        digest.update(data)
        digest.update(padding)
        yield Member(info.name, data)
    digest.update(head)
    digest.update(_read(stream, BLOCK))
    seal = (SEAL + digest.hexdigest().encode()).ljust(BLOCK, b"\n")
    if _read(stream, BLOCK) != seal or stream.read(1):
        raise DamagedError(ALTERED)


def _padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


def _read(stream: Readable, size: int) -> bytes:
    """Read exactly so many bytes: a pipe gives fewer at a time."""
    parts = []
    while size:
        part = stream.read(min(size, 1 << 20))
        if not part:
            raise DamagedError(TRUNCATED)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
