"""What the commands `backup` and `restore` share: places, failures as sentences, one run at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from django.conf import settings
from django.core.management.base import CommandError, OutputWrapper
from django.db import Error

from interviews.backup import WORK_FOLDER, BackupError
from interviews.faults import is_full
from interviews.photodesk.storage import Place
from interviews.storage import LocationError, StorageError, parse

from .progress import Progress
from .stopping import stopping

NO_PLACE = (
    "备份处应是一个文件、一个文件夹，或 s3://桶/前缀?endpoint=https://…&region=… 这样的地址，"
    "密钥由环境变量 BACKUP_ACCESS_KEY、BACKUP_SECRET_KEY 给出。"
)
RUNNING = "另一个备份或恢复正在进行，请等它做完。"
STOPPED = "中途停下了，没有留下半份。"


def store_at(text: str) -> Place | None:
    """Return the folder or bucket that is meant; None for a file. Raises CommandError."""
    if "://" in text:
        try:
            return parse(text, settings.BACKUP_ACCESS_KEY, settings.BACKUP_SECRET_KEY)
        except LocationError:
            raise CommandError(NO_PLACE) from None
    path = Path(text).expanduser().resolve()
    return path if path.is_dir() or text.endswith(os.sep) else None


def file_at(text: str) -> Path:
    return Path(text).expanduser().resolve()


@contextmanager
def failing_clearly(place: object) -> Iterator[None]:
    """Turn failures into one line on stderr."""
    try:
        yield
    except BackupError as error:
        raise CommandError(str(error)) from None
    except (OSError, Error) as error:
        raise CommandError(f"{place}：{_reason(error)}") from None


def _reason(error: Exception) -> str:
    if isinstance(error, StorageError):
        return str(error)
    if is_full(error):
        return "磁盘满了，没有留下半份。"
    if isinstance(error, FileNotFoundError):
        return "没有这个文件或文件夹。"
    if isinstance(error, PermissionError) or getattr(error, "errno", 0) == 30:  # read-only file system
        return "没有权限。"
    return f"读写失败（{getattr(error, 'strerror', None) or str(error).splitlines()[0]}）。"


@contextmanager
def alone() -> Iterator[None]:
    """One backup or restore at a time on this host: pruning must not meet files whose snapshot is not written yet."""
    handle = os.open(Path(settings.DATA_DIR) / "backup.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in Path(settings.DATA_DIR).glob(f"{WORK_FOLDER}*"):  # by a killed run
            shutil.rmtree(left, ignore_errors=True)
        yield
    except BlockingIOError:
        raise CommandError(RUNNING) from None
    finally:
        os.close(handle)


class Bars:
    """Progress bars, a phase each, that end the work once Ctrl+C or SIGTERM came."""

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream, self._stopped = stream, Event()

    @contextmanager
    def shown(self) -> Iterator[Bars]:
        with stopping(self._stopped):
            yield self

    def phase(self, label: str, total: int) -> Callable[[int], None]:
        bar = Progress(total, label, self._stream)

        def report(done: int) -> None:
            if self._stopped.is_set():
                raise BackupError(STOPPED)
            bar(min(done, bar.total))

        return report

    def counting(self, label: str, total: int) -> Callable[[], None]:
        report, done = self.phase(label, total), 0

        def count() -> None:
            nonlocal done
            done += 1
            report(done)

        return count
