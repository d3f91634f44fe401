import os
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews import tasks
from interviews.models import Feature
from interviews.photodesk import UploadResult, credit_by_page, intake, may_upload
from interviews.text.chinese import clean_line

from ._arguments import feature_numbered, user_named


class Command(BaseCommand):
    help = "把一个文件夹里的照片收进图片库：每个文件一行，坏的拒收，其余照收。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--as", dest="user", metavar="USER", help="上传人账号")
        parser.add_argument(
            "--feature", type=int, metavar="ID", help="为哪个专题；写明上传人时，没署名的照片归它的摄影"
        )

    def handle(self, *, folder: Path, user: str | None, feature: int | None, **options: Any) -> None:
        actor = user_named(user) if user else None
        page = feature_numbered(feature) if feature else None
        if actor and not may_upload(actor):
            raise CommandError(f"账号 {user} 不能上传照片。")
        if not folder.is_dir():
            raise CommandError(f"{folder}：没有这个文件夹。")
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        results = []
        for path in paths:
            result = _take(path, actor, page)
            results.append(result)
            self.stdout.write(_line(_readable(path.relative_to(folder)), result))
        tasks.finish()
        taken, known = (sum(bool(each.photo) and each.created is new for each in results) for new in (True, False))
        refused = len(results) - taken - known
        self.stdout.write(self.style.SUCCESS(f"共 {len(results)} 个文件：收下 {taken}，已有 {known}，拒收 {refused}。"))
        if failed := sum(each.failed for each in results):
            raise CommandError(f"{failed} 个文件不是照片的问题，是服务器没能读出或存下：排除原因后请再运行一次。")


def _take(path: Path, actor: User | None, feature: Feature | None) -> UploadResult:
    try:
        with path.open("rb") as file:
            result = intake(file=file, actor=actor, feature=feature, name=_readable(path.name))
    except OSError as error:
        return UploadResult(refusal=f"读不出来（{error.strerror}）。", failed=True)
    # Descriptions are logged with a user; without one there is none to log.
    if result.photo and result.created and feature and actor:
        credit_by_page(photo=result.photo, feature=feature, actor=actor)
    return result


def _line(label: str, result: UploadResult) -> str:
    if result.photo is None:
        return f"拒收 {label}：{result.refusal}"
    alike = [f"与照片 {each.pk} 相近" for each in result.duplicates if result.created]
    remarks = "".join(f"（{remark}）" for remark in (*result.notes, *alike))
    return f"{'收下' if result.created else '已有'} {label}：照片 {result.photo.pk}{remarks}"


def _readable(path: Path | str) -> str:
    """Decode a file name to one line. Archives packed on Chinese Windows unpack to GB18030 names."""
    name = os.fsencode(path)
    for encoding in ("utf-8", "gb18030"):
        try:
            return clean_line(name.decode(encoding))
        except UnicodeDecodeError:
            continue
    return clean_line(name.decode("utf-8", "replace"))
