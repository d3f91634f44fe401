from typing import Any

from django.core.management.base import BaseCommand, CommandError

from interviews.accounts.events import faults
from interviews.models import SecurityEvent


class Command(BaseCommand):
    help = "重新计算安全记录链。"

    def handle(self, **options: Any) -> None:
        found = faults()
        if found:
            rest = f"（另有 {len(found) - 1} 处）" if len(found) > 1 else ""
            raise CommandError(found[0] + rest)
        self.stdout.write(self.style.SUCCESS(f"{SecurityEvent.objects.count()} 条安全记录全部相符。"))
