from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews.management.progress import Progress
from interviews.management.synthetic import RealDataError, seed


class Command(BaseCommand):
    help = "写入压力测试用的编辑部：指定数目的专题，每次相同。只用于没有真实数据的数据库。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--features", type=int, required=True, metavar="N", help="专题数")

    def handle(self, *, features: int, **options: Any) -> None:
        if features < 1:
            raise CommandError("专题数须是正整数。")
        try:
            seed(features, Progress(features, "专题", self.stderr))
        except RealDataError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(self.style.SUCCESS(f"写入了 {features} 个专题。"))
