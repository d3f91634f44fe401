from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews import backup
from interviews.backup import Contents, Retention, Store, Writing
from interviews.management.backups import Bars, alone, failing_clearly, file_at, store_at
from interviews.models import BackupRun
from interviews.photodesk.storage import Place


class Command(BaseCommand):
    help = "备份全部内容（数据库、原图、授权书）：写成一个文件，或增量地存进文件夹、对象存储。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "place", metavar="FILE|DIR|s3://…", help="已有的文件夹（或以 / 结尾）存增量备份，否则写一个文件"
        )
        parser.add_argument("--check", action="store_true", help="不备份，把最新的一份在临时的地方试恢复，核对一切")
        parser.add_argument("--snapshot", default="", metavar="NAME", help="试恢复的不是最新一份时，是哪一份")
        parser.add_argument("--identity", type=Path, metavar="FILE", help="试恢复加密的备份所用的私钥文件")
        defaults = Retention()
        for option, word in (("days", "天"), ("weeks", "周"), ("months", "个月")):
            help = f"最近多少{word}各留一份（默认 {getattr(defaults, option)}）"
            parser.add_argument(f"--{option}", type=int, default=getattr(defaults, option), metavar="N", help=help)

    def handle(self, *, place: str, check: bool, snapshot: str, identity: Path | None, **options: Any) -> None:
        at = store_at(place)
        action = BackupRun.Action.CHECK if check else BackupRun.Action.BACKUP
        shown = str(at or file_at(place))
        with failing_clearly(shown), alone(), backup.noted(action, shown) as run, Bars(self.stderr).shown() as bars:
            if check:
                run.summary = self._check(at, file_at(place), snapshot, identity, bars)
            else:
                retention = Retention(*(max(0, options[name]) for name in ("days", "weeks", "months")))
                run.summary = self._back_up(at, file_at(place), retention, bars)
        self.stdout.write(run.summary)

    def _back_up(self, at: Place | None, file: Path, retention: Retention, bars: Bars) -> str:
        to = backup.recipient(settings.BACKUP_PUBLIC_KEY)
        count = bars.counting("备份", backup.steps())
        if at:
            name, writing = Store(at, to).back_up(count, retention)
        else:
            name, writing = file.name, backup.write_file(file, to, count)
        self._refuse_faults(writing)
        sequence, hash = writing.audit
        return (
            f"{name}：{writing.rows} 行，{writing.files} 个文件（新存 {writing.new} 个，"
            f"{writing.size / 1_000_000:.1f} MB），都核对过。发布记录到第 {sequence} 条，散列值 {hash or '无'}。"
        )

    def _refuse_faults(self, writing: Writing) -> None:
        for fault in writing.faults:
            self.stderr.write(fault)
        if writing.faults:
            raise CommandError(f"备份写好了，但有 {len(writing.faults)} 个文件原来就丢了或坏了，不在里面。")

    def _check(self, at: Place | None, file: Path, snapshot: str, identity: Path | None, bars: Bars) -> str:
        keys = backup.identities(identity)
        if not at:
            return _checked(file.name, backup.check(file, keys, identity, None, bars.phase))
        with Store(at, keys=keys).snapshot(snapshot) as (name, path, files):
            return _checked(name, backup.check(path, keys, identity, files, bars.phase))


def _checked(name: str, contents: Contents) -> str:
    return f"{name}：试恢复成功，{contents.rows} 行、{contents.manifest['files']} 个文件和发布记录全部相符。"
