"""Encryption with age (https://age-encryption.org/v1): written with a public key, read with the identity file only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO, Any, Protocol

import pyrage

from .errors import BackupError, DamagedError

MAGIC = b"age-encryption.org/v1\n"
SUFFIX = ".age"
NEEDS_KEY = "这份备份加了密，请用 --identity 指明私钥文件。"
NOT_OPENED = "解不开这份备份：私钥不对，或者备份文件坏了。"

Identities = list[pyrage.x25519.Identity]


def recipient(public_key: str) -> pyrage.x25519.Recipient | None:
    """Parse the setting; None if backups are not encrypted. Raises BackupError."""
    try:
        return pyrage.x25519.Recipient.from_str(public_key) if public_key else None
    except pyrage.RecipientError:
        raise BackupError("BACKUP_PUBLIC_KEY 不是 age 的公钥（age1 开头的一串字）。") from None


def identities(file: Path | None) -> Identities:
    """Read an identity file: a private key a line, and comments. Raises BackupError."""
    if file is None:
        return []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        found = [pyrage.x25519.Identity.from_str(key) for key in keys]
    except OSError as error:
        raise BackupError(f"{file}：私钥文件读不了（{error.strerror}）。") from None
    except (ValueError, pyrage.IdentityError):
        found = []
    if not found:
        raise BackupError(f"{file} 不是 age 的私钥文件（每行一个 AGE-SECRET-KEY-1 开头的私钥）。")
    return found


def encrypt(data: bytes, to: pyrage.x25519.Recipient | None) -> bytes:
    return data if to is None else bytes(pyrage.encrypt(data, [to]))


def decrypt(data: bytes, keys: Identities) -> bytes:
    """Raises BackupError without a key, DamagedError with another one or if the data are not what was written."""
    if not keys:
        raise BackupError(NEEDS_KEY)
    try:
        return bytes(pyrage.decrypt(data, keys))
    except pyrage.DecryptError:
        raise DamagedError(NOT_OPENED) from None


class Writable(Protocol):
    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


def write(chunks: Iterable[bytes], file: Writable, to: pyrage.x25519.Recipient | None) -> None:
    """Write the chunks, encrypted as they come. Raises what reading them or writing the file raises."""
    if to is None:
        for chunk in chunks:
            file.write(chunk)
        return
    source, target = _Source(chunks), _Target(file)
    try:
        pyrage.encrypt_io(source, target, [to])
    except Exception as error:
        # pyrage turns errors of files into its own.
        raise source.error or target.error or error from None


@contextmanager
def opened(path: Path, keys: Identities) -> Iterator[Any]:
    """Open an archive as a stream of its plain bytes, decrypted as they are read. Raises BackupError, DamagedError."""
    with path.open("rb") as file:
        encrypted = file.read(len(MAGIC)) == MAGIC
        file.seek(0)
        if not encrypted:
            yield file
            return
        if not keys:
            raise BackupError(NEEDS_KEY)
        with _decrypted(file, keys) as stream:
            yield stream


@contextmanager
def _decrypted(file: IO[bytes], keys: Identities) -> Iterator[Any]:
    """pyrage pushes what we pull: a pipe lies in between."""
    read_end, write_end = os.pipe()
    failures: list[Exception] = []

    def push() -> None:
        with os.fdopen(write_end, "wb") as pipe:
            try:
                pyrage.decrypt_io(file, pipe, keys)
            except Exception as error:
                failures.append(error)

    thread = Thread(target=push, name="decryption", daemon=True)
    with os.fdopen(read_end, "rb") as pipe:
        thread.start()
        try:
            yield _Pulled(pipe, failures)
        finally:
            pipe.close()  # ends the thread, if it is still writing
            thread.join()


class _Pulled:
    def __init__(self, pipe: IO[bytes], failures: list[Exception]) -> None:
        self._pipe, self._failures = pipe, failures

    def read(self, size: int) -> bytes:
        data = self._pipe.read(size)
        if len(data) < size and self._failures:
            raise DamagedError(NOT_OPENED)
        return data


class _Source:
    """Chunks as a file that pyrage reads from."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._left = iter(chunks), memoryview(b"")
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._left:
                self._left = memoryview(next(self._chunks))
        except StopIteration:
            return b""
        except BaseException as error:
            self.error = error
            raise
        size = len(self._left) if size < 0 else size
        part, self._left = self._left[:size], self._left[size:]
        return bytes(part)


class _Target:
    def __init__(self, file: Writable) -> None:
        self._file = file
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except BaseException as error:
            self.error = error
            raise

    def flush(self) -> None:
        self._file.flush()
