import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews.public.wxr_export import write


class Command(BaseCommand):
    help = "把公开的专题写成 WordPress 能导入的文件（WXR 1.2）。照片不在其中。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE")

    def handle(self, *, path: Path, **options: Any) -> None:
        # Beside it first, so that a killed run leaves no half of a file under its name.
        part = path.with_name(f"{path.name}.part")
        try:
            with part.open("w", encoding="utf-8") as file:
                written, damaged = write(file)
            os.replace(part, path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise CommandError(f"{path}：写不进去（{error.strerror}）。") from error
        self.stdout.write(self.style.SUCCESS(f"{path}：{written} 个专题。"))
        if damaged:
            raise CommandError(f"{damaged} 个专题的正文已损坏，没有写出：请运行 manage.py verify_editions。")
