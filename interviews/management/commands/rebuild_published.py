from typing import Any

from django.core.management.base import BaseCommand

from interviews.projection import rebuild_published


class Command(BaseCommand):
    help = "由各发布版本重建公开页面所读的行。"

    def handle(self, **options: Any) -> None:
        self.stdout.write(self.style.SUCCESS(f"已由 {rebuild_published()} 个发布版本重建。"))
