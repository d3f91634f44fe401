"""Checks of what the site stands on, each a sentence in Chinese: for `/readyz` and the newsroom's page."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from interviews.models import Delivery, DeliveryState, Observation, Task
from interviews.storage import StorageError

LEAST_FREE_BYTES = 200 * 1024 * 1024
MOST_CLOCK_SECONDS = 5.0
MOST_REPLICA_SECONDS = 60.0
LONGEST_WITHOUT_VERIFICATION = timedelta(days=3)
LONGEST_WITHOUT_BACKUP = timedelta(days=2)
# A delivery that is due waits for a worker, and for slow receivers before it.
LONGEST_UNSENT = timedelta(minutes=15)
REPLICA_DELAY = (
    "SELECT EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()),"
    " pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()"
)


class Kind(NamedTuple):
    """What is looked at, what to do if it is not well, and whether `/readyz` fails with it."""

    title: str
    advice: str
    vital: bool = True


KINDS = {
    "database": Kind("数据库", "看数据库服务在不在，磁盘满没满。"),
    "disk": Kind("磁盘", "删去不用的文件，或者换一块大的磁盘。"),
    "media": Kind("照片文件", "看 MEDIA_STORAGE 所在的磁盘和权限。"),
    "migrations": Kind("数据库结构", "运行 manage.py migrate。"),
    "clock": Kind("时钟", "两台机器都要用网络对时（chrony、timesyncd）。"),
    "record": Kind("发布记录", "不要改动数据库，保留现场，与备份比对；太久没有核对，看定时任务。"),
    "backup": Kind("备份", "看 jinzhong-backup.timer 为何没有做成。", vital=False),
    "queue": Kind("后台工作", "在照片页看原因，改好后运行 manage.py make_renditions。", vital=False),
    "deliveries": Kind(
        "对外通知",
        "在“对外通知”里看原因，再选“现在再送”或者“不再送”；到时候没送的，看 DELIVERY_THREADS 和 manage.py work。",
        vital=False,
    ),
    "revisions": Kind("修订内容", "从备份里找回这几份修订。", vital=False),
    "replica": Kind("从库", "看从库的服务和网络；读者的页面这时由主库提供。", vital=False),
}


class Check(NamedTuple):
    name: str
    well: bool
    found: str

    @property
    def kind(self) -> Kind:
        return KINDS[self.name]


def checks() -> list[Check]:
    """Run all checks. Those that need the database are left out while it does not answer."""
    found = [_disk(), _media()]
    database = _guarded(_database)
    if database.well:
        found += [_guarded(each) for each in (_migrations, _clock, _record, _backup, _queue, _deliveries, _damaged)]
        found += [_replica()] if "replica" in connections.settings else []
    return [database, *found]


def _guarded(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except DatabaseError as error:
        return Check("database", False, f"没有应答（{type(error).__name__}）。")


def _database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Check("database", True, f"正常（{connection.vendor}）。")


def _disk() -> Check:
    free = min(shutil.disk_usage(path).free for path in {settings.DATA_DIR, _media_folder()})
    if free < LEAST_FREE_BYTES:
        return Check("disk", False, f"磁盘满了：只剩 {free / 1024**2:.0f} MB。")
    return Check("disk", True, f"还剩 {free / 1024**3:.1f} GB。")


def _media() -> Check:
    if settings.MEDIA_BUCKET:
        return Check("media", True, "存在对象存储里，这里不试写。")
    try:
        folder = _media_folder()
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except (OSError, StorageError) as error:
        return Check("media", False, f"写不进去（{error.strerror}）。")
    return Check("media", True, "写得进去。")


def _media_folder() -> Path:
    """The nearest existing folder of the photos: the first upload makes it."""
    folder = Path(settings.MEDIA_ROOT)
    return next(each for each in (folder, *folder.parents) if each.is_dir())


def _migrations() -> Check:
    missing = len(_newest_migrations() - MigrationRecorder(connection).applied_migrations().keys())
    return Check("migrations", not missing, "与程序相符。" if not missing else "比程序旧，还缺迁移。")


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app, read from its files once a process."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _clock() -> Check:
    if connection.vendor == "sqlite":
        return Check("clock", True, "数据库与程序在同一台机器上。")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((timezone.now() - cursor.fetchone()[0]).total_seconds())
    return Check("clock", apart <= MOST_CLOCK_SECONDS, f"与数据库相差 {apart:.1f} 秒。")


def _record() -> Check:
    row = Observation.objects.filter(name="record").first()
    if row is None:
        return Check("record", True, "还没有核对过：请启用 jinzhong-verify-new.timer，每天核对一次。")
    late = timezone.now() - row.at > LONGEST_WITHOUT_VERIFICATION
    return Check("record", row.well and not late, f"{_when(row)}核对：{row.sentence}")


def _backup() -> Check:
    row = Observation.objects.filter(name="backup").first()
    if row is None:
        return Check("backup", False, "没有登记过备份：请启用 jinzhong-backup.timer，每晚备份一次。")
    late = timezone.now() - row.at > LONGEST_WITHOUT_BACKUP
    return Check("backup", row.well and not late, f"{_when(row)}{'做成' if row.well else '没有做成'}。{row.sentence}")


def _when(row: Observation) -> str:
    return f"{timezone.localtime(row.at):%Y-%m-%d %H:%M} "


def _queue() -> Check:
    given_up = Task.objects.filter(not_before=None).count()
    waiting = Task.objects.filter(not_before__isnull=False).count()
    return Check("queue", not given_up, f"{waiting} 项在排队，{given_up} 项试过几次没有做成。")


def _deliveries() -> Check:
    waiting = Delivery.objects.waiting().count()
    unsent = Delivery.objects.heads().overdue(LONGEST_UNSENT).count()
    given_up = Delivery.objects.filter(state=DeliveryState.GIVEN_UP).count()
    found = f"{waiting} 件等着送，{unsent} 件到时候没送，{given_up} 件试过几次没有送到。"
    return Check("deliveries", not (unsent or given_up), found)


def _damaged() -> Check:
    rows = Observation.objects.filter(name__startswith="revision:").order_by("name")
    names = "".join(row.sentence for row in rows[:5])
    return Check("revisions", not names, f"{rows.count()} 份读不出来：{names}" if names else "没有发现读不出来的。")


def _replica() -> Check:
    try:
        with connections["replica"].cursor() as cursor:
            cursor.execute(REPLICA_DELAY)
            seconds, level = cursor.fetchone()
    except DatabaseError as error:
        return Check("replica", False, f"没有应答（{type(error).__name__}）。")
    # While nobody writes, the last transaction grows old although all is replayed.
    behind = 0.0 if level or seconds is None else float(seconds)
    return Check("replica", behind <= MOST_REPLICA_SECONDS, f"落后 {behind:.0f} 秒。")
