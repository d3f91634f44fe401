import json
from dataclasses import asdict
from datetime import date as Date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews.drafting import DraftedFeature
from interviews.editing import import_page
from interviews.errors import RefusedError
from interviews.house_style import house_grammar
from interviews.pagetext import PageReading, UnreadablePageError, parse
from interviews.pagetext.files import SIZE_LIMIT, PageSource, read_file

from ._arguments import user_named


class Command(BaseCommand):
    help = "把一个版面（文字、PDF 或 Word 文件）读成专题草稿。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", type=Path, metavar="PATH", help="版面：文字（UTF-8、UTF-16 或 GB18030）、PDF 或 Word（docx）"
        )
        parser.add_argument("--dry-run", action="store_true", help="只读，不写入")
        parser.add_argument("--json", action="store_true", help="输出读出的结构（JSON）")
        parser.add_argument("--issue-date", metavar="D", help="见报日期，如 2025-03-12")
        parser.add_argument("--page", metavar="N", help="版次")
        parser.add_argument("--as", dest="user", metavar="USER", help="撰稿人账号")

    def handle(
        self,
        *,
        path: Path,
        dry_run: bool,
        json: bool,
        issue_date: str | None,
        page: str | None,
        user: str | None,
        **options: Any,
    ) -> None:
        # Not argparse types: their errors take several lines.
        day = _date(issue_date) if issue_date else None
        number = _page_number(page) if page else None
        actor = user_named(user) if user else None
        source = _read(path)
        reading = parse(source.text, house_grammar(), labels=source.labels)
        if not reading.document.topics:
            raise CommandError(f"{path}：没有读出话题，请检查原文里有没有“话题：”一类的标记。")
        feature: DraftedFeature | None = None
        if not dry_run:
            try:
                feature = import_page(
                    reading=reading,
                    source_text=source.text,
                    source_labels=source.labels,
                    actor=actor,
                    issue_date=day,
                    page_number=number,
                )
            except RefusedError as refusal:
                raise CommandError(str(refusal)) from refusal
        if json:
            self.stdout.write(as_json(reading, source))
        else:
            self._report(reading, source, feature)

    def _report(self, reading: PageReading, source: PageSource, feature: DraftedFeature | None) -> None:
        document, balance = reading.document, reading.balance
        self.stdout.write(f"《{document.headline}》：{len(document.topics)} 个话题。")
        self.stdout.write(f"原文 {balance.source} 字 = 入稿 {balance.placed} 字 + 未入稿 {balance.unplaced} 字。")
        for text in reading.unplaced:
            self.stdout.write(f"  未入稿：{text}")
        for note in (*source.notes, *reading.notes):
            self.stdout.write(f"  {note}")
        if feature is None:
            self.stdout.write("试读，没有写入。")
            return
        for name in feature.people.matched:
            self.stdout.write(f"  已有：{name}")
        for name in feature.people.created:
            self.stdout.write(f"  新建：{name}")
        self.stdout.write(self.style.SUCCESS(f"已存为专题 {feature.pk}。"))


def as_json(reading: PageReading, source: PageSource) -> str:
    data = {
        "document": reading.document.to_data(),
        "unplaced": list(reading.unplaced),
        "notes": [
            *({"kind": "file", "excerpt": "", "reason": note, "line": None} for note in source.notes),
            *(asdict(note) for note in reading.notes),
        ],
        "balance": {
            "source": reading.balance.source,
            "placed": reading.balance.placed,
            "unplaced": reading.balance.unplaced,
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _read(path: Path) -> PageSource:
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise CommandError(f"{path}：超过 {SIZE_LIMIT // 1_000_000} MB，不像一个版面。")
        return read_file(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}：{_reason(error)}") from error


def _reason(error: Exception) -> str:
    reasons = {
        FileNotFoundError: "没有这个文件。",
        IsADirectoryError: "这是文件夹，不是文件。",
        PermissionError: "无权读取。",
    }
    if isinstance(error, UnreadablePageError):
        return str(error)
    return next((reason for kind, reason in reasons.items() if isinstance(error, kind)), f"无法读取（{error}）。")


def _date(text: str) -> Date:
    try:
        return Date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} 不是日期，请写作 2025-03-12。") from None


def _page_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 9999):
        raise CommandError(f"{text} 不是版次，请写 1 至 9999 的整数。")
    return int(text)
