from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews.publishing import checkpoint, verify_editions


class Command(BaseCommand):
    help = "重新计算发布记录链，并与各行核对。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", action="store_true", help="只核对上次核对以后的新记录")

    def handle(self, *, new: bool, **options: Any) -> None:
        reached = checkpoint.now()
        try:
            since = checkpoint.load() if new else None
            faults = verify_editions(since)
        except checkpoint.CheckpointError as error:
            since, faults = None, [str(error)]
        checkpoint.note(faults, reached)
        if faults:
            rest = f"（另有 {len(faults) - 1} 处）" if len(faults) > 1 else ""
            raise CommandError(faults[0] + rest)
        part = f"（这次核对第 {since.sequence} 条以后的新记录）" if since and since.sequence else ""
        self.stdout.write(self.style.SUCCESS(f"{reached.sequence} 条记录全部相符{part}。"))
