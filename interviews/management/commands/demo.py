from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

import interviews
from interviews.accounts.demo import DEMO_ACCOUNTS
from interviews.editing import import_page, imported_before
from interviews.pagetext import parse, read_bytes
from interviews.publishing import publish, sign, submit

PASSWORD = "jinzhong-demo"  # noqa: S105 - shown on the sign-in page of a demo
SAMPLE = Path(interviews.__file__).parent / "pages" / "ecology-2025.txt"


class Command(BaseCommand):
    help = "演示数据：六个账号，一个经过三审发布的样版。可以重复运行。"

    def handle(self, **options: Any) -> None:
        if not settings.DEMO and User.objects.exclude(username__in=DEMO_ACCOUNTS).exists():
            raise CommandError("这里已有真实账号，不建演示数据。确要建立，请设 DEMO=1。")
        with transaction.atomic():
            cast = {username: self._account(username) for username in DEMO_ACCOUNTS}
            self._sample(cast)

    def _account(self, username: str) -> User:
        name, group = DEMO_ACCOUNTS[username]
        user, made = User.objects.get_or_create(username=username)
        if made:
            user.first_name, user.is_staff, user.is_superuser = name, True, group is None
            user.set_password(PASSWORD)
            user.save(update_fields=["first_name", "is_staff", "is_superuser", "password"])
            user.groups.set(Group.objects.filter(name=group))
            self.stdout.write(f"账号 {username}（{name}）")
        return user

    def _sample(self, cast: dict[str, User]) -> None:
        text = read_bytes(SAMPLE.read_bytes())
        if imported_before(text):
            self.stdout.write("样版已在，没有改动。")
            return
        feature = import_page(reading=parse(text), source_text=text, actor=cast["reporter"])
        submit(feature=feature, actor=cast["reporter"])
        for reviewer in ("editor", "head", "chief"):
            sign(feature=feature, actor=cast[reviewer])
        publish(feature=feature, actor=cast["chief"])
        self.stdout.write(self.style.SUCCESS(f"样版《{feature.headline}》已导入、三审、发布：专题 {feature.pk}。"))
