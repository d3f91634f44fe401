from typing import Any

from django.core.management.base import BaseCommand, CommandError

from interviews.models import LedgerEntry
from interviews.publishing import verify_editions


class Command(BaseCommand):
    help = "重新计算发布记录链，并与各行核对。"

    def handle(self, **options: Any) -> None:
        faults = verify_editions()
        if faults:
            rest = f"（另有 {len(faults) - 1} 处）" if len(faults) > 1 else ""
            raise CommandError(faults[0] + rest)
        self.stdout.write(self.style.SUCCESS(f"{LedgerEntry.objects.count()} 条记录全部相符。"))
