import errno
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from interviews.models import Photo
from tests.builders import a_credit, a_document, a_draft
from tests.imaging import pictures as p
from tests.photodesk.files import a_file, kept

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@pytest.fixture
def folder(tmp_path):
    """Create two good photos, a duplicate of one, a broken one and a file that is no photo."""
    folder = tmp_path / "照片"
    (folder / "第二天").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(a_file().read())
    (folder / "b.jpg").write_bytes(a_file().read())
    (folder / "坏.jpg").write_bytes(p.truncated(a_file().read(), 0.5))
    (folder / "第二天" / "c.png").write_bytes(p.saved(p.quartered(), "PNG"))
    (folder / "说明.txt").write_text("不是照片", encoding="utf-8")
    (folder / ".DS_Store").write_bytes(b"x")
    return folder


def run(folder, *arguments):
    out = StringIO()
    call_command("import_photos", str(folder), *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_good_imported_bad_reported(cast, folder):
    lines = run(folder, "--as", "photographer")
    assert len(lines) == 6
    assert lines[0].startswith("收下 a.jpg：照片 ")
    assert lines[1].startswith("已有 b.jpg：照片 ")
    assert [line for line in lines if line.startswith("拒收 坏.jpg：照片文件不完整")]
    assert lines[-1] == "共 5 个文件：收下 2，已有 1，拒收 2。"
    assert set(Photo.objects.values_list("file_name", "uploaded_by__username")) == {
        ("a.jpg", "photographer"),
        ("c.png", "photographer"),
    }


def test_idempotent(cast, folder):
    run(folder)
    before = kept()
    assert run(folder)[-1] == "共 5 个文件：收下 0，已有 3，拒收 2。"
    assert kept() == before


def test_feature_option(cast, folder):
    feature = a_draft(cast, a_document())
    (folder / "裴国欣.jpg").write_bytes(a_file(seed=9).read())
    run(folder, "--feature", str(feature.pk))
    photo = Photo.objects.get(file_name="裴国欣.jpg")
    assert (photo.feature, photo.alt_text) == (feature, "裴国欣，市生态环境局大气科科长")


def test_page_photographer_is_credited(cast, folder):
    feature = a_draft(cast, a_document(credits=(a_credit("摄影", "程婧"),)))
    run(folder, "--as", "photographer", "--feature", str(feature.pk))
    assert set(Photo.objects.values_list("credit_line", "photographer__name")) == {("程婧 摄", "程婧")}


def test_gb18030_file_names(cast, folder):
    (folder / os.fsdecode("裴国欣.jpg".encode("gb18030"))).write_bytes(a_file(seed=9).read())
    (folder / os.fsdecode(b"\xff\xff.jpg")).write_bytes(a_file(seed=11).read())
    (folder / "两\n行.jpg").write_bytes(a_file(seed=13).read())
    lines = run(folder)
    assert len(lines) == 9
    assert lines[-1] == "共 8 个文件：收下 5，已有 1，拒收 2。"
    assert {"裴国欣.jpg", "两 行.jpg"} < set(Photo.objects.values_list("file_name", flat=True))


def test_full_disk(cast, folder, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CommandError, match="3 个文件不是照片的问题"):
        run(folder)
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--as", "nobody"], "没有账号 nobody。"),
        (["--as", "head"], "账号 head 不能上传照片。"),
        (["--feature", "99"], "没有专题 99。"),
    ],
)
def test_unknown_user_or_feature(cast, folder, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(folder, *arguments)
    assert not Photo.objects.exists()


def test_missing_folder_exits_with_1(tmp_path):
    """As on the command line."""
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    command = [sys.executable, "manage.py", "import_photos", str(tmp_path / "没有")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().endswith("没有：没有这个文件夹。")
    assert len(done.stderr.strip().splitlines()) == 1
