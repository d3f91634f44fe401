import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from interviews.models import Contributor, Feature, Revision, Speaker
from tests.builders import SAMPLE
from tests.pagetext.files.bombs import one_page, stream

PRINTED = Path(__file__).parent.parent / "pagetext" / "files"

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_page_becomes_draft():
    output = run("import_page", str(SAMPLE), "--issue-date", "2025-03-12", "--page", "3")
    feature = Feature.objects.get()
    assert "原文 2064 字" in output
    assert (str(feature.issue_date), feature.page_number) == ("2025-03-12", 3)
    assert feature.revisions.count() == 1


def test_dry_run_as_json():
    data = json.loads(run("import_page", str(SAMPLE), "--dry-run", "--json"))
    balance = data["balance"]
    assert data["document"]["schema"] == 1
    assert balance["source"] == balance["placed"] + balance["unplaced"] == 2064
    assert not any(model.objects.exists() for model in (Feature, Revision, Speaker, Contributor))


@pytest.mark.parametrize("name", ["reportlab-1-sample-4.pdf", "word-1-sample.docx"])
def test_printed_page_becomes_draft(name):
    output = run("import_page", str(PRINTED / name))
    feature = Feature.objects.get()
    assert "4 个话题" in output
    assert feature.headline == "擦亮生态底色 描绘美丽画卷"
    assert "张耀伟：“一泓清水入黄河”" in feature.source_text.replace(":", "：")


BAD = {
    "an empty file": b"",
    "binary": bytes(range(256)) * 40,
    "50 MB of text": "绿水青山".encode() * 4_400_000,
    "a PDF without text": one_page(stream(b"0 0 m 9 9 l S")),
    "a broken Word file": b"PK\x03\x04" + b"\0" * 200,
    "text without topics": "今天天气很好。\n明天也好。".encode(),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_invalid_file_is_one_line(tmp_path, content):
    path = tmp_path / "page.txt"
    path.write_bytes(content)
    with pytest.raises(CommandError) as refusal:
        run("import_page", str(path))
    assert len(str(refusal.value).splitlines()) == 1
    assert not Feature.objects.exists()


@pytest.mark.parametrize("option", [("--page", "0"), ("--page", "三"), ("--issue-date", "2025-02-30")])
def test_invalid_option_is_one_line(option):
    with pytest.raises(CommandError, match=r"不是日期|不是版次"):
        run("import_page", str(SAMPLE), *option)
    assert not Feature.objects.exists()


@pytest.mark.parametrize("path", ["missing.txt", "."])
def test_missing_file_is_one_line(tmp_path, path):
    with pytest.raises(CommandError, match=r"没有这个文件|文件夹"):
        run("import_page", str(tmp_path / path))
