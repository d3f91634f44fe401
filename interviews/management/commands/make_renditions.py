from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from interviews.models import Photo
from interviews.photodesk import FAILURES, damaged, make, missing, reason, sweep, sweep_unnoted

ATTEMPTS = 3


def _made(photo: Photo) -> int:
    """Make a photo's renditions; again if the database was busy."""
    for _ in range(ATTEMPTS - 1):
        try:
            return make(photo)
        except OperationalError as error:
            if "locked" not in str(error) and "deadlock" not in str(error):
                raise
    return make(photo)


class Command(BaseCommand):
    help = "补做照片的公开图，清理没有登记的文件。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="全部重做")
        parser.add_argument("--check", action="store_true", help="逐个核对存着的文件：恢复备份以后用，照片多时很慢")

    def handle(self, *, all: bool, check: bool, **options: Any) -> None:
        removed, photos, files, failed = self._swept(check), 0, 0, 0
        for photo in self._photos(all, check):
            try:
                files += _made(photo)
                photos += 1
            except FAILURES as error:
                failed += 1
                self.stderr.write(f"照片 {photo.pk}（{photo}）：{reason(error)}")
        self.stdout.write(f"{photos} 张照片，做成 {files} 个公开图，清理 {removed} 个文件。")
        if failed:
            raise CommandError(f"{failed} 张没有做成。")

    def _swept(self, check: bool) -> int:
        try:
            return sweep() + (sweep_unnoted() if check else 0)
        except OSError as error:
            raise CommandError(f"没有登记的文件清理不了：{reason(error)}") from None

    def _photos(self, all: bool, check: bool) -> Iterator[Photo]:
        if all:
            return Photo.objects.order_by("pk").iterator()
        return chain(missing(), damaged() if check else ())
