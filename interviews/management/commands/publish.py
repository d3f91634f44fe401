from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from interviews.errors import RefusedError
from interviews.publishing import publish

from ._arguments import feature_numbered, moment, user_named


class Command(BaseCommand):
    help = "发布一个各环节都已签发的专题。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("feature", type=int, metavar="FEATURE_ID")
        parser.add_argument("--as", dest="user", required=True, metavar="USER", help="发布人账号")
        parser.add_argument("--at", metavar="ISO", help="定时发布，如 2025-03-12T08:00（北京时间）")
        parser.add_argument("--note", default="", help="版本说明")

    def handle(self, *, feature: int, user: str, at: str | None, note: str, **options: Any) -> None:
        try:
            edition = publish(
                feature=feature_numbered(feature), actor=user_named(user), at=moment(at) if at else None, note=note
            )
        except RefusedError as refusal:
            raise CommandError(str(refusal)) from refusal
        start = timezone.localtime(edition.published_from)
        self.stdout.write(
            self.style.SUCCESS(f"专题 {feature} 第 {edition.number} 版，{start:%Y-%m-%d %H:%M:%S} 起公开。")
        )
