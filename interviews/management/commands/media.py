from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews.management.progress import Progress
from interviews.management.stopping import stopping
from interviews.photodesk import Move, reason, storage
from interviews.storage import LocationError, parse

NO_PLACE = (
    "--to 应是一个文件夹，或 s3://桶/前缀?endpoint=https://…&region=…&addressing=virtual 这样的地址，"
    "密钥由环境变量 MEDIA_ACCESS_KEY、MEDIA_SECRET_KEY 给出。"
)


class Command(BaseCommand):
    help = "把照片、授权书和公开图搬到另一处（文件夹或对象存储）：逐个核对校验值，可以中断再接着搬，原处不动。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["move"])
        parser.add_argument("--to", required=True, metavar="URL", help="文件夹，或 s3://桶/前缀?endpoint=…")
        parser.add_argument("--afresh", action="store_true", help="从头再核对一遍，缺的补上")

    def handle(self, *, to: str, afresh: bool, **options: Any) -> None:
        move = Move(self._place(to), afresh)
        try:
            with stopping(move.stopped):
                move.run(Progress(move.total(), "搬文件", self.stderr))
        except OSError as error:
            raise CommandError(f"{reason(error)}已经搬好的都在，排除原因后再运行一次就接着搬。") from None
        finally:
            self._report(move)
        if move.stopped.is_set():
            raise CommandError("中途停下了，再运行一次就接着搬。")
        if move.faults:
            raise CommandError(f"{len(move.faults)} 个文件没有搬成。")

    def _place(self, to: str) -> storage.Place:
        try:
            place = parse(to, settings.MEDIA_ACCESS_KEY, settings.MEDIA_SECRET_KEY) if "://" in to else _folder(to)
        except LocationError:
            raise CommandError(NO_PLACE) from None
        if place == storage.place():
            raise CommandError("照片现在就存在这里，不用搬。")
        return place

    def _report(self, move: Move) -> None:
        for fault in move.faults:
            self.stderr.write(fault)
        photos, consents, renditions = (move.copied[kind] for kind in storage.Kind)
        self.stdout.write(
            f"搬了 {move.copied.total()} 个文件（原图 {photos}，授权书 {consents}，公开图 {renditions}），"
            f"共 {move.bytes / 1_000_000:.1f} MB，都读回来核对过；另有 {move.there} 个本来就在新处，也核对过。"
        )


def _folder(to: str) -> Path:
    folder = Path(to).expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{folder}：建不了这个文件夹（{error.strerror}）。") from None
    return folder
