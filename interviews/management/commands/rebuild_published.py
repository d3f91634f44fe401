from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from interviews.management.progress import Progress
from interviews.models import Edition
from interviews.projection import rebuild_published


class Command(BaseCommand):
    help = "由各发布版本重建公开页面所读的行：分批进行，只改写不符的行，可以中断后接着做。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--after", type=int, default=0, metavar="ID", help="从这个发布版本之后接着做")

    def handle(self, *, after: int, **options: Any) -> None:
        last = Edition.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        bar, reached = Progress(last, "发布版本", self.stderr), after

        def progress(edition: int) -> None:
            nonlocal reached
            reached = edition
            bar(edition)

        try:
            count = rebuild_published(progress, after)
        except KeyboardInterrupt:
            self.stderr.write(f"已中断。接着做：manage.py rebuild_published --after {reached}")
            raise
        self.stdout.write(self.style.SUCCESS(f"已由 {count} 个发布版本重建。"))
