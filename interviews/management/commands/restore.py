from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews import backup
from interviews.backup import Restore, Store
from interviews.backup.restoring import Source
from interviews.management.backups import Bars, alone, failing_clearly, file_at, store_at
from interviews.models import BackupRun
from interviews.publishing import verify_editions


class Command(BaseCommand):
    help = "由备份恢复全部内容。先核对备份的每一个字节；数据库要么全部换成备份的，要么原样不动。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", metavar="FILE|DIR|s3://…")
        parser.add_argument("--snapshot", default="", metavar="NAME", help="增量备份中的哪一份（默认最新）")
        parser.add_argument("--identity", type=Path, metavar="FILE", help="私钥文件，备份加了密才要")
        parser.add_argument("--replace", action="store_true", help="网站已有内容时，用备份换掉全部内容")
        parser.add_argument("--rows-only", action="store_true", help="只恢复数据库，照片文件都还在原处")
        parser.add_argument("--skip-lost", action="store_true", help="备份里丢了或坏了的照片文件略过，不因此停下")

    def handle(self, *, place: str, snapshot: str, identity: Path | None, **options: Any) -> None:
        at = store_at(place)
        shown = str(at or file_at(place))
        wanted = {name: options[name] for name in ("replace", "rows_only", "skip_lost")}
        with failing_clearly(shown), alone(), backup.noted(BackupRun.Action.RESTORE, shown) as run:
            keys = backup.identities(identity)
            with Bars(self.stderr).shown() as bars, _archive(place, snapshot, keys) as (name, path, files):
                restore = Restore(path, keys, files, bars.phase, **wanted)
                try:
                    contents = restore.run()
                finally:
                    for fault in restore.faults:
                        self.stderr.write(fault)
            run.summary = f"{name}：恢复了 {contents.rows} 行、{restore.files} 个文件，都同备份里的校验值核对过。"
            if faults := verify_editions():
                raise CommandError(f"{run.summary}但发布记录不符，多半在备份以前就是这样：{faults[0]}")
        self.stdout.write(f"{run.summary}发布记录相符。接着请运行 manage.py make_renditions --check 重做公开图。")


@contextmanager
def _archive(place: str, snapshot: str, keys: Any) -> Iterator[tuple[str, Path, Source | None]]:
    """Give an archive's name, where it is on this machine, and the store of its files, if it is in one."""
    at = store_at(place)
    if not at:
        path = file_at(place)
        yield path.name, path, None
        return
    with Store(at, keys=keys).snapshot(snapshot) as found:
        yield found
