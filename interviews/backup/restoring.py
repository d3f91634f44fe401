"""Restore an archive: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Protocol

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from interviews.models import (
    Edition,
    Feature,
    Invalidation,
    LedgerEntry,
    Photo,
    append_only,
    invalidation_triggers,
    search_tokens,
)
from interviews.models.invalidation import EVERYTHING, invalidate
from interviews.photodesk import storage
from interviews.projection import rebuild_published

from . import encryption, tables
from .archive import INDEX, ROWS, Contents, Name, unpacked, verified
from .errors import BackupError, DamagedError
from .tar_stream import Member, members

FILLED = "这个网站已经有内容。确实要用备份换掉全部内容，请加 --replace。"
NOT_MIGRATED = "数据库还没有建好，请先运行 manage.py migrate。"
NEWER = "这份备份是更新的版本写的（多出迁移 {}），请先更新本系统。"
OLDER = "这份备份是较早的版本写的（缺迁移 {}）：请用当时的代码恢复，再更新到现在的版本运行 migrate。"
NOT_EQUAL = "恢复出来的 {} 同备份里的校验值不符，数据库没有改动。"
NO_FILES = "这是增量备份里的一份快照，不含照片：请写它所在的文件夹，用 --snapshot 指明这一份。"
LOST = "备份里没有这个文件，或者它坏了。"

Phase = Callable[[str, int], Callable[[int], None]]


class Source(Protocol):
    """A store that keeps the files of a snapshot."""

    def read(self, file: Name) -> bytes:
        """Raises FileNotFoundError, DamagedError."""


@dataclass
class Restore:
    """Verifies an archive to its last byte, then puts it in place of what there is.

    Rows go in one transaction. Files go before it is committed: their names tell their content, so they overwrite
    nothing. Whoever dies in between leaves the site as it was, and perhaps files that no row names.
    """

    path: Path
    keys: encryption.Identities
    # None if the files are in the archive.
    store: Source | None
    # Begins a phase of so many steps; what it returns is told how many are done.
    phase: Phase
    replace: bool = False
    rows_only: bool = False
    skip_lost: bool = False
    files: int = 0
    faults: list[str] = field(default_factory=list)

    def run(self) -> Contents:
        """Raises BackupError, OSError and database errors; then the rows are as they were."""
        contents = inspected(self.path, self.keys, self.phase)
        self._refuse(contents)
        if self.store and not self.rows_only:
            self._fetch(self.store, contents)
        with transaction.atomic():
            # They would note every row, and look through all notes for each edition.
            invalidation_triggers.remove(connection)
            with append_only.lifted(connection):
                self._replace(contents)
            self._derive()
            connection.check_constraints()  # PostgreSQL changes no triggers of tables with pending ones
            invalidation_triggers.install(connection)
            _outdate_everything()
        return contents

    def _refuse(self, contents: Contents) -> None:
        here = tables.schema()
        if not here:
            raise BackupError(NOT_MIGRATED)
        if newer := sorted(contents.schema - here):
            raise BackupError(NEWER.format("、".join(newer[:3])))
        if older := sorted(here - contents.schema):
            raise BackupError(OLDER.format("、".join(older[:3])))
        if not self.replace and any(model._base_manager.exists() for model in (User, Feature, Photo, LedgerEntry)):
            raise BackupError(FILLED)
        if contents.manifest["files"] and not (contents.has_files or self.store or self.rows_only):
            raise BackupError(NO_FILES)

    def _fetch(self, store: Source, contents: Contents) -> None:
        """Copy the files from the store. Raises BackupError if any is lost, unless those are to be skipped."""
        report = self.phase("照片", contents.manifest["index"]["rows"])
        missing = set(contents.manifest["missing"])
        for file in names(self.path, self.keys):
            if str(file) not in missing:
                self._fetch_one(store, file)
            report(self.files + len(self.faults))
        if self.faults and not self.skip_lost:
            raise BackupError(f"备份里缺 {len(self.faults)} 个文件，数据库没有改动。要略过它们，请加 --skip-lost。")

    def _fetch_one(self, store: Source, file: Name) -> None:
        try:
            data = store.read(file)
        except (FileNotFoundError, DamagedError):
            data = b""
        if file.matches(data):
            self._keep(file, data)
        else:
            self.faults.append(f"{file}：{LOST}")

    def _keep(self, file: Name, data: bytes) -> None:
        files = storage.files(file.kind, storage.place())
        try:
            is_there = file.matches(files.read(file.name))
        except FileNotFoundError:
            is_there = False
        if not is_there:
            files.write(file.name, data)
        self.files += 1

    def _replace(self, contents: Contents) -> None:
        tables.empty()
        search_tokens.empty()
        self._load(contents)
        connection.check_constraints()
        tables.reset_sequences()
        report, done = self.phase("核对", contents.rows), _Counter()
        found = tables.sums(contents.tables, lambda: report(done.next()))
        for name, expected in contents.manifest["tables"].items():
            if found[name] != expected:
                raise BackupError(NOT_EQUAL.format(name))

    def _load(self, contents: Contents) -> None:
        report, done = self.phase("恢复", contents.rows), _Counter()
        models = tables.archived()

        def counted(parts: Iterator[Member]) -> Iterator[bytes]:
            for part in parts:
                for line in unpacked(part):
                    yield line
                    report(done.next())

        with encryption.opened(self.path, self.keys) as stream:
            for folder, parts in groupby(members(stream), lambda member: member.name.rpartition("/")[0]):
                kind, _, table = folder.partition("/")
                if kind == ROWS:
                    tables.load(models[table], contents.tables[table], counted(parts))
                elif kind in set(storage.Kind) and not self.rows_only:
                    for part in parts:
                        self._keep(Name.parse(part.name), part.data)

    def _derive(self) -> None:
        """Make again what public pages are read from."""
        last = Edition.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with search_tokens.bulk_loading():
            rebuild_published(self.phase("公开页面", last), into_empty=True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _outdate_everything() -> None:
    """Let every page be rendered anew: now, and whenever a scheduled edition begins or ends."""
    Invalidation.objects.filter(due__isnull=False).delete()
    invalidate(EVERYTHING)
    note, now = Invalidation.objects.latest("pk"), timezone.now()
    moments: set[datetime] = set()
    for column in ("published_from", "published_until"):
        moments |= set(Edition.objects.filter(**{f"{column}__gt": now}).values_list(column, flat=True))
    Invalidation.objects.bulk_create(
        Invalidation(tag=EVERYTHING, due=moment, txid=note.txid, created_at=now) for moment in sorted(moments)
    )


class _Counter:
    def __init__(self) -> None:
        self.value = 0

    def next(self) -> int:
        self.value += 1
        return self.value


def inspected(path: Path, keys: encryption.Identities, phase: Phase) -> Contents:
    """Verify every byte of an archive. Raises BackupError, OSError."""
    report, read = phase("检查备份", path.stat().st_size), 0

    def progress(size: int) -> None:
        nonlocal read
        read += size
        report(read)

    with encryption.opened(path, keys) as stream:
        return verified(stream, progress)


def names(path: Path, keys: encryption.Identities) -> Iterator[Name]:
    """Yield the files that a verified archive's rows name."""
    with encryption.opened(path, keys) as stream:
        for member in members(stream):
            if member.name.startswith(f"{INDEX}/"):
                yield from (Name.parse(line.decode().rstrip("\n")) for line in unpacked(member))
