from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews.models import Photo
from interviews.photodesk import FAILURES, make, missing, reason, sweep


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
            except FAILURES as error:
                failed += 1
                self.stderr.write(f"照片 {photo.pk}（{photo}）：{reason(error)}")
        self.stdout.write(f"{photos} 张照片，做成 {files} 个公开图，清理 {removed} 个文件。")
        if failed:
            raise CommandError(f"{failed} 张没有做成。")
