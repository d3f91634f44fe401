from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from .breaker import Breaker
from .errors import StorageError
from .location import Location

UNANSWERED = "存放文件的服务器没有回应。"
FORBIDDEN = "存放文件的服务器拒绝访问，请管理员检查密钥和权限。"
NO_BUCKET = "存放文件的服务器上没有这个存储桶，请管理员检查地址。"

CONNECT = timedelta(seconds=2)
# Until an answer begins, and between its parts.
SILENCE = timedelta(seconds=2)
# For a part of an upload, which is sent and answered.
PART_SENT = timedelta(seconds=5)
LONGEST = timedelta(minutes=2)
# Larger files go in parts, the least size that S3 allows, so that a slow line is no silence.
PART = 5 * 1024 * 1024
# Quick failures are tried again, time-outs are not.
RETRIES = 2
RETRY_WITHIN = timedelta(seconds=1)


class Bucket:
    """Files in an S3-compatible bucket, which stay private: no ACL is set, and nobody is given its addresses.

    Requests have no checksums beyond the signature's SHA-256 of the content, which OSS and COS accept, too.
    """

    def __init__(self, location: Location, folder: str):
        self.location = location
        self._start = f"{location.prefix}/{folder}/".lstrip("/")
        self._store = _connected(location, SILENCE)
        self._breaker = _breaker(location)

    def read(self, name: str) -> bytes:
        with self._asking():
            return bytes(self._store.get(self._start + name).bytes())

    def write(self, name: str, data: bytes, durable: bool = True) -> None:
        store = _connected(self.location, PART_SENT)
        with self._asking():
            store.put(self._start + name, data, chunk_size=PART, max_concurrency=2)

    def send(self, name: str, path: Path) -> None:
        store = _connected(self.location, PART_SENT)
        with self._asking():
            store.put(self._start + name, path, chunk_size=PART, max_concurrency=2)

    def fetch(self, name: str, path: Path) -> None:
        with self._asking():
            size = self._store.head(self._start + name)["size"]
        with path.open("wb") as file:
            # In parts, since a request must end within `LONGEST`.
            for start in range(0, size, PART):
                with self._asking():
                    part = self._store.get_range(self._start + name, start=start, end=min(start + PART, size))
                file.write(part)

    def delete(self, name: str) -> None:
        try:
            with self._asking():
                self._store.delete(self._start + name)
        except FileNotFoundError:
            pass

    def size(self, name: str) -> int | None:
        try:
            with self._asking():
                return self._store.head(self._start + name)["size"]
        except FileNotFoundError:
            return None

    def names(self) -> Iterator[str]:
        listed = iter(self._store.list(self._start.rstrip("/")))
        while True:
            with self._asking():
                chunk = next(listed, None)
            if chunk is None:
                return
            yield from (each["path"].removeprefix(self._start) for each in chunk)

    def remove_partial(self) -> int:
        """Nothing to do: the bucket's lifecycle ends uploads that were broken off."""
        return 0

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Raise StorageError instead of obstore's errors."""
        refusal = ""
        with self._breaker.calling():
            try:
                yield
            except FileNotFoundError as error:
                if "NoSuchBucket" not in str(error):
                    raise
                refusal = NO_BUCKET
            except (PermissionDeniedError, UnauthenticatedError):
                refusal = FORBIDDEN
            except BaseError as error:
                raise StorageError(UNANSWERED) from error
        if refusal:
            raise StorageError(refusal)


@lru_cache(maxsize=8)
def _breaker(location: Location) -> Breaker:
    return Breaker(location.endpoint, UNANSWERED)


@lru_cache(maxsize=8)
def _connected(location: Location, silence: timedelta) -> S3Store:
    """Keep a pool of connections in each process. obstore's threads do not survive a fork."""
    return S3Store(
        location.bucket,
        access_key_id=location.access_key,
        secret_access_key=location.secret_key,
        endpoint=location.url,
        region=location.region,
        virtual_hosted_style_request=location.virtual,
        # OSS lacks the bulk API, or wants an MD5 with it.
        disable_bulk_delete=True,
        client_options={
            "allow_http": location.endpoint.startswith("http://"),
            "connect_timeout": CONNECT,
            "read_timeout": silence,
            "timeout": LONGEST,
        },
        retry_config={
            "max_retries": RETRIES,
            "retry_timeout": RETRY_WITHIN,
            "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=1), "base": 2},
        },
    )
