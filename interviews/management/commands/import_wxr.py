from collections import Counter
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews.editing import import_post
from interviews.errors import RefusedError
from interviews.pagetext import UnreadablePageError
from interviews.pagetext.wxr import Post, posts

from ._arguments import user_named

TAKEN, KNOWN, REFUSED, OTHER = "收下", "已有", "拒收", "不是文章"


class Command(BaseCommand):
    help = "把 WordPress 的导出文件（WXR）里的文章收为专题草稿：坏的拒收，其余照收；再运行一次只收新的。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE", help="WordPress“工具 › 导出”所得的 XML 文件")
        parser.add_argument("--as", dest="user", metavar="USER", required=True, help="撰稿人账号")

    def handle(self, *, path: Path, user: str, **options: Any) -> None:
        actor = user_named(user)
        if not actor.has_perm("interviews.import_feature"):
            raise CommandError(f"账号 {user} 不能导入版面。")
        counts: Counter[str] = Counter()
        try:
            with path.open("rb") as file:
                for number, post in enumerate(posts(file), start=1):
                    counts[self._take(number, post, actor)] += 1
        except OSError as error:
            raise CommandError(f"{path}：读不出来（{error.strerror}）。") from error
        except UnreadablePageError as error:
            raise CommandError(f"{path}：{error}此前 {_summary(counts)}。") from error
        self.stdout.write(self.style.SUCCESS(f"共 {counts.total()} 项：{_summary(counts)}。"))

    def _take(self, number: int, post: Post, actor: User) -> str:
        """A line for each post that is taken or refused; what became of it."""
        if not post.is_article:
            return OTHER
        label = f"第 {number} 项《{post.title[:40]}》"
        try:
            feature = import_post(post=post, actor=actor)
        except RefusedError as refusal:
            self.stdout.write(f"{REFUSED} {label}：{refusal}")
            return REFUSED
        if feature is None:
            return KNOWN
        self.stdout.write(f"{TAKEN} {label}：专题 {feature.pk}")
        return TAKEN


def _summary(counts: Counter[str]) -> str:
    return "，".join(f"{name} {counts[name]}" for name in (TAKEN, KNOWN, REFUSED, OTHER))
