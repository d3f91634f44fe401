from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from interviews.imaging import ImageRefusedError
from interviews.models import Photo
from interviews.photodesk import is_full, make, missing, sweep


class Command(BaseCommand):
    help = "补做照片的公开图，清理没有登记的文件。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="全部重做")

    def handle(self, *, all: bool, **options: Any) -> None:
        removed, photos, files, failed = sweep(), 0, 0, 0
        for photo in Photo.objects.order_by("pk").iterator() if all else missing():
            try:
                files += make(photo)
                photos += 1
            except (ImageRefusedError, OSError, Error) as error:
                failed += 1
                self.stderr.write(f"照片 {photo.pk}（{photo}）：{_reason(error)}")
        self.stdout.write(f"{photos} 张照片，做成 {files} 个公开图，清理 {removed} 个文件。")
        if failed:
            raise CommandError(f"{failed} 张没有做成。")


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "原图文件不见了。"
    if is_full(error):
        return "磁盘满了。"
    if isinstance(error, OSError):
        return f"读写失败（{error.strerror}）。"
    if isinstance(error, Error):
        return f"数据库没有记下（{type(error).__name__}）。"
    return str(error)
