"""Restore a backup into an empty temporary place, to know that it can be restored."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from . import encryption
from .archive import Contents, Name
from .errors import BackupError, DamagedError
from .restoring import Phase, Source, inspected, names
from .store import WORK_FOLDER

FAILED = "试恢复没有成功：{}"


def check(
    path: Path, keys: encryption.Identities, identity: Path | None, store: Source | None, phase: Phase
) -> Contents:
    """Verify every byte of an archive and every file that it needs; restore its rows and verify the audit chain.

    Files are read and compared, not written: they would fill the disk. Raises BackupError.
    """
    contents = inspected(path, keys, phase)
    if store:
        _check_files(contents, path, keys, store, phase("照片", contents.manifest["index"]["rows"]))
    _restore_rows(path, identity)
    return contents


def _check_files(
    contents: Contents, path: Path, keys: encryption.Identities, store: Source, report: Callable[[int], None]
) -> None:
    missing, bad = set(contents.manifest["missing"]), []
    for number, file in enumerate(names(path, keys), start=1):
        if str(file) not in missing and not _is_whole(file, store):
            bad.append(str(file))
        report(number)
    if bad:
        raise BackupError(FAILED.format(f"备份里有 {len(bad)} 个文件丢了或坏了：{'、'.join(bad[:20])}。"))


def _is_whole(file: Name, store: Source) -> bool:
    try:
        return file.matches(store.read(file))
    except (FileNotFoundError, DamagedError):
        return False


def _restore_rows(path: Path, identity: Path | None) -> None:
    """Run the commands of a real restore on an SQLite database of their own."""
    options = ["--identity", str(identity)] if identity else []
    with TemporaryDirectory(prefix=WORK_FOLDER, dir=settings.DATA_DIR) as folder:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "MEDIA_"))
        }
        environment |= {"DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/check.sqlite3"}
        for command in (["migrate", "--verbosity", "0"], ["restore", str(path), "--rows-only", *options]):
            done = subprocess.run(  # noqa: S603 (our own commands)
                [sys.executable, "-m", "django", *command],
                cwd=settings.BASE_DIR,
                env=environment | {"PYTHONPATH": str(settings.BASE_DIR)},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                said = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
                raise BackupError(FAILED.format(said[-1]))
