from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from interviews.accounts.events import prune


class Command(BaseCommand):
    help = "删去超过保存期限（EVENT_RETENTION_DAYS）的安全记录，并记下删到哪一条。"

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"删去 {prune()} 条超过 {settings.EVENT_RETENTION_DAYS} 天的安全记录。")
