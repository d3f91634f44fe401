from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews.publishing import checkpoint, verify_editions


class Command(BaseCommand):
    help = "重新计算发布记录链，并与各行核对；从上次核对到的地方起。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--full", action="store_true", help="从头核对，每周一次")

    def handle(self, *, full: bool, **options: Any) -> None:
        reached = checkpoint.now()
        try:
            since = None if full else checkpoint.load()
            faults = verify_editions(since)
        except checkpoint.CheckpointError as error:
            since, faults = None, [str(error)]
        checkpoint.note(faults, reached)
        if faults:
            rest = f"（另有 {len(faults) - 1} 处）" if len(faults) > 1 else ""
            raise CommandError(faults[0] + rest)
        part = f"（这次核对第 {since.sequence} 条以后的新记录）" if since and since.sequence else ""
        self.stdout.write(self.style.SUCCESS(f"{reached.sequence} 条记录全部相符{part}。"))
