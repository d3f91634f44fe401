from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from interviews.photodesk import finish, intake

from ._arguments import feature_numbered, user_named


class Command(BaseCommand):
    help = "把一个文件夹里的照片收进图片库：每个文件一行，坏的拒收，其余照收。"

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--as", dest="user", metavar="USER", help="上传人账号")
        parser.add_argument("--feature", type=int, metavar="ID", help="为哪个专题")

    def handle(self, *, folder, user, feature, **options):
        actor = user_named(user) if user else None
        feature = feature_numbered(feature) if feature else None
        try:
            paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        except OSError as error:
            raise CommandError(f"{folder}：{error.strerror}") from error
        if not folder.is_dir():
            raise CommandError(f"{folder}：没有这个文件夹。")
        taken = known = refused = 0
        for path in paths:
            result = self._take(path, actor, feature)
            label = path.relative_to(folder)
            if result.refusal:
                refused += 1
                self.stdout.write(f"拒收 {label}：{result.refusal}")
                continue
            taken, known = taken + result.created, known + (not result.created)
            alike = [f"与照片 {each.pk} 相近" for each in result.duplicates if result.created]
            remarks = "".join(f"（{remark}）" for remark in (*result.notes, *alike))
            self.stdout.write(f"{'收下' if result.created else '已有'} {label}：照片 {result.photo.pk}{remarks}")
        finish()
        self.stdout.write(self.style.SUCCESS(f"共 {len(paths)} 个文件：收下 {taken}，已有 {known}，拒收 {refused}。"))

    def _take(self, path, actor, feature):
        try:
            with path.open("rb") as file:
                return intake(file=file, actor=actor, feature=feature, name=path.name)
        except OSError as error:
            raise CommandError(f"{path}：读不出来（{error.strerror}）。") from error
