"""WordPress exports in and out."""

import os
import signal
import subprocess
import sys
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews import publishing
from interviews.models import Feature, Subject
from interviews.pagetext.wxr import document_of, posts
from interviews.public import wxr_export
from tests.builders import a_draft, published
from tests.pagetext.wordpress import HEAD, export, item
from tests.processes import database_url
from tests.public.pages import a_full_document, publish_many

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "导出.xml"
    path.write_bytes(export(item(1), item(2, title="好事", status="draft"), item(3, kind="page")))
    return path


def take(file, user="reporter"):
    out = StringIO()
    call_command("import_wxr", str(file), f"--as={user}", stdout=out)
    return out.getvalue().splitlines()


class TestImport:
    def test_posts_become_drafts(self, cast, file):
        Subject.objects.get_or_create(name="水")
        lines = take(file)
        first, second = Feature.objects.order_by("pk")
        assert lines == [
            f"收下 第 1 项《汾河水清》：专题 {first.pk}",
            f"收下 第 2 项《好事》：专题 {second.pk}",
            "共 3 项：收下 2，已有 0，拒收 0，不是文章 1。",
        ]
        assert (first.owner, first.stage, first.revisions.count()) == (cast.reporter, "draft", 1)
        assert first.topics.get().interviews.get().body == "<h3>汾河两岸</h3><p>水清了，<strong>鸟多了</strong>。</p>"

    def test_an_editor_must_say_who_speaks(self, cast, file):
        take(file)
        assert [each for each in publishing.blockers(Feature.objects.first()) if "缺少受访者" in str(each)]

    def test_second_run_takes_only_what_is_new(self, cast, file):
        take(file)
        file.write_bytes(export(item(1, title="改过"), item(2), item(4)))
        assert take(file)[-1] == "共 3 项：收下 1，已有 2，拒收 0，不是文章 0。"
        assert Feature.objects.count() == 3

    def test_bad_posts_are_refused_and_the_others_taken(self, cast, file):
        bad = {
            "没有标题。": item(1, title=" "),
            "没有正文。": item(2, content="<!-- wp:spacer -->"),
            "没有编号（guid），无法知道是否导入过。": item(3, guid=""),
            "标题（上限 200 字）或作者（上限 100 字）太长。": item(4, title="长" * 201),
            "格式嵌套过深（上限 200 层），请先清除格式再粘贴。": item(5, content="<blockquote>" * 300 + "深"),
        }
        file.write_bytes(export(*bad.values(), item(6)))
        lines = take(file)
        assert [line.partition("：")[2] for line in lines[:5]] == list(bad)
        assert lines[-1] == "共 6 项：收下 1，已有 0，拒收 5，不是文章 0。"

    def test_damaged_file_keeps_what_was_taken(self, cast, file):
        file.write_text(HEAD + item(1) + item(2)[:300])
        with pytest.raises(CommandError, match=r"XML.*收下 1，"):
            take(file)
        assert Feature.objects.count() == 1
        file.write_bytes(export(item(1), item(2)))
        assert take(file)[-1].startswith("共 2 项：收下 1，已有 1")

    @pytest.mark.parametrize(("user", "sentence"), [("nobody", "没有账号"), ("photographer", "不能导入版面")])
    def test_user_must_be_allowed(self, cast, file, user, sentence):
        with pytest.raises(CommandError, match=sentence):
            take(file, user)
        assert not Feature.objects.exists()

    def test_missing_file(self, cast, tmp_path):
        with pytest.raises(CommandError, match="读不出来"):
            take(tmp_path / "没有.xml")

    def test_queries_do_not_grow(self, cast, file):
        take(file)
        counts = []
        for number in (10, 11):
            file.write_bytes(export(item(number)))
            with CaptureQueriesContext(connection) as queries:
                take(file)
            counts.append(len(queries))
        assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_killed_import_continues(cast, tmp_path):
    path = tmp_path / "导出.xml"
    path.write_bytes(export(*(item(number) for number in range(1, 41))))
    environment = {**os.environ, "DATABASE_URL": database_url(), "DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-u", "manage.py", "import_wxr", str(path), "--as=reporter"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    for _ in range(5):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = Feature.objects.count()
    assert 5 <= before < 40
    assert take(path)[-1] == f"共 40 项：收下 {40 - before}，已有 {before}，拒收 0，不是文章 0。"
    assert Feature.objects.filter(revisions=None).count() == 0


class TestExport:
    def written(self, tmp_path):
        call_command("export_wxr", str(tmp_path / "site.xml"), stdout=StringIO())
        return list(posts(BytesIO((tmp_path / "site.xml").read_bytes())))

    def test_round_trip_keeps_the_text(self, cast, tmp_path):
        edition = published(cast, a_full_document(1))
        (post,) = self.written(tmp_path)
        original, read = edition.revision.read(), document_of(post, {"林草", "水"})
        assert (read.headline, read.subjects[0].name) == (original.headline, original.subjects[0].name)
        assert post.guid.endswith(f"/features/{edition.feature_id}/")
        body = read.topics[0].interviews[0].body
        assert all(f"<h3>{topic.title}</h3>" in body for topic in original.topics)
        assert all(said.body in body for topic in original.topics for said in topic.interviews)
        assert f"<p>{original.lead[0]}</p>" in body

    def test_only_what_readers_see(self, cast, edition, tmp_path):
        a_draft(cast)
        publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="有误。")
        assert self.written(tmp_path) == []
        assert [path.name for path in tmp_path.iterdir()] == ["site.xml"]

    def test_batches_hold_everything_once(self, cast, tmp_path, monkeypatch):
        monkeypatch.setattr(wxr_export, "BATCH", 2)
        publish_many(cast, 4)
        assert len({post.guid for post in self.written(tmp_path)}) == 4

    def test_unwritable_place(self, cast, tmp_path):
        with pytest.raises(CommandError, match="写不进去"):
            call_command("export_wxr", str(tmp_path / "nowhere" / "site.xml"))
