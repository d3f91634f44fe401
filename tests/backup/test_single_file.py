"""A backup in one file, and what is restored from it."""

import random
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.db import connection
from django.utils import timezone

from interviews import tasks
from interviews.backup import restoring, tar_stream
from interviews.backup.archive import HEAD, MANIFEST
from interviews.models import (
    BackupRun,
    Contributor,
    Feature,
    Invalidation,
    OutboxMessage,
    PublicEvent,
    Revision,
    WebhookSubscription,
)
from interviews.models.outbox import new_secret
from interviews.photodesk import storage
from interviews.publishing import publish, verify_editions, withdraw
from interviews.search import search
from tests.builders import a_draft, published, signed
from tests.photodesk.files import taken
from tests.thorough import THOROUGH

from .sites import a_site, derived, files, lose_everything, members_of, rewritten, rows, run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.engine
class TestRoundTrip:
    def test_everything_comes_back(self, cast, tmp_path):
        a_site(cast)
        before = rows(), files(), derived()
        said = run("backup", tmp_path / "site.tar")
        assert "2 个文件（新存 2 个" in said
        assert "发布记录到第 4 条" in said
        lose_everything()
        assert rows() != before[0]
        assert "发布记录相符" in run("restore", tmp_path / "site.tar")
        after = rows(), files(), derived()
        assert after == before
        assert search("清新").total == 1
        assert verify_editions() == []

    @pytest.mark.slow
    def test_site_goes_on_after_it(self, cast, tmp_path):
        edition = published(cast)
        run("backup", tmp_path / "site.tar")
        lose_everything()
        run("restore", tmp_path / "site.tar")
        withdraw(feature=edition.feature, actor=cast.chief, reason="核实中")
        assert publish(feature=signed(cast), actor=cast.chief).number == 1
        assert verify_editions() == []
        with pytest.raises(Exception, match="只能增加"):
            Revision.objects.update(number=9)

    def test_restored_site_tells_nobody_of_the_past(self, cast, tmp_path):
        events = PublicEvent.values
        WebhookSubscription.objects.create(name="省报", url="http://127.0.0.1:1/", secret=new_secret(), events=events)
        published(cast)
        run("backup", tmp_path / "site.tar")
        run("restore", tmp_path / "site.tar", "--replace")
        assert WebhookSubscription.objects.exists()
        assert not OutboxMessage.objects.exists()
        assert str(tasks.run_next()) == "推送（订阅 1）：做好了。"

    @pytest.mark.slow
    def test_replace_drops_what_came_later(self, cast, tmp_path):
        a_site(cast)
        before = rows()
        run("backup", tmp_path / "site.tar")
        a_draft(cast)
        with pytest.raises(CommandError, match="--replace"):
            run("restore", tmp_path / "site.tar")
        assert Feature.objects.count() == 2
        run("restore", tmp_path / "site.tar", "--replace")
        assert rows() == before

    def test_pages_are_rendered_anew_and_when_an_edition_begins(self, cast, tmp_path):
        begins = timezone.now().replace(microsecond=123456) + timedelta(days=1)
        published(cast)
        published(cast, at=begins)
        run("backup", tmp_path / "site.tar")
        last = Invalidation.objects.latest("pk").pk
        run("restore", tmp_path / "site.tar", "--replace")
        noted = set(Invalidation.objects.filter(pk__gt=last).values_list("tag", "due"))
        assert noted == {("*", None), ("*", begins)}
        publish(feature=signed(cast), actor=cast.chief)
        assert Invalidation.objects.filter(pk__gt=last, tag="lists").exists(), "the triggers are back"

    def test_text_is_not_cleaned(self, cast, tmp_path):
        name = "  两个空格\u200b\u3000"
        Contributor.objects.create(name="甲")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE interviews_contributor SET name_sort = %s", [name])
        run("backup", tmp_path / "site.tar")
        lose_everything()
        run("restore", tmp_path / "site.tar")
        assert Contributor.objects.get().name_sort == name


class TestRefused:
    @pytest.fixture
    def archive(self, cast, tmp_path):
        taken(cast.photographer)
        run("backup", tmp_path / "site.tar")
        return tmp_path / "site.tar"

    def refused(self, archive, sentence):
        before = rows(), files()
        with pytest.raises(CommandError, match=sentence):
            run("restore", archive, "--replace")
        assert (rows(), files()) == before

    def test_corrupted_byte(self, archive):
        whole = archive.read_bytes()
        member_starts = [0, 511, 512, len(whole) - 1, len(whole) - 513, len(whole) - 1600]
        for position in [*member_starts, *random.Random(5).sample(range(len(whole)), 200 if THOROUGH else 20)]:
            archive.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
            with pytest.raises(CommandError, match=r"备份文件坏了|不是本系统的备份|备份文件不完整"):
                run("restore", archive, "--replace")
        archive.write_bytes(whole)
        run("restore", archive, "--replace")

    def test_truncated(self, archive):
        whole = archive.read_bytes()
        before = rows(), files()
        for length in (len(whole) - 1, len(whole) - 512, len(whole) // 2, 700, 100):
            archive.write_bytes(whole[:length])
            with pytest.raises(CommandError, match="备份文件不完整"):
                run("restore", archive, "--replace")
        assert (rows(), files()) == before

    @pytest.mark.slow
    def test_something_after_it(self, archive):
        archive.write_bytes(archive.read_bytes() + b"\0")
        self.refused(archive, "备份文件坏了")

    def test_no_backup(self, archive):
        archive.write_text("这是一封信。" * 100)
        self.refused(archive, "备份文件坏了")
        archive.write_bytes(b"".join(tar_stream.packed([tar_stream.Member("letter.txt", b"letter")])))
        self.refused(archive, "不是本系统的备份")

    def test_rows_that_are_not_what_the_manifest_says(self, archive):
        rewritten(archive, MANIFEST, lambda found: {**found, "tables": {**found["tables"], "auth_user": {}}})
        self.refused(archive, "备份文件坏了")

    def test_newer_schema(self, archive):
        rewritten(archive, HEAD, lambda head: {**head, "schema": [*head["schema"], "interviews.9999_later"]})
        self.refused(archive, "更新的版本写的（多出迁移 interviews.9999_later）")

    @pytest.mark.slow
    def test_older_schema(self, archive):
        rewritten(archive, HEAD, lambda head: {**head, "schema": head["schema"][:-1]})
        self.refused(archive, "较早的版本写的（缺迁移")

    @pytest.mark.slow
    def test_unknown_format(self, archive):
        rewritten(archive, HEAD, lambda head: {**head, "version": 99})
        self.refused(archive, "更新的版本写的")

    @pytest.mark.slow
    def test_missing(self, archive):
        self.refused(archive.with_name("other.tar"), "没有这个文件")


def test_failed_restore_changes_nothing(cast, tmp_path, monkeypatch):
    """The last step of the transaction fails."""
    a_site(cast)
    run("backup", tmp_path / "site.tar")
    User.objects.create(username="later")
    before = rows(), derived()

    def failing(*tags):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "invalidate", failing)
    with pytest.raises(CommandError, match="磁盘满了"):
        run("restore", tmp_path / "site.tar", "--replace")
    assert (rows(), derived()) == before
    assert "磁盘" not in BackupRun.objects.get(action="restore").summary


class TestWriting:
    def test_other_file_is_not_overwritten(self, cast, tmp_path):
        letter = tmp_path / "letter.txt"
        letter.write_text("信")
        with pytest.raises(CommandError, match="换一个名字"):
            run("backup", letter)
        assert letter.read_text() == "信"

    @pytest.mark.slow
    def test_earlier_backup_is_replaced_when_the_new_one_is_whole(self, cast, tmp_path):
        run("backup", tmp_path / "site.tar")
        first = members_of(tmp_path / "site.tar")
        a_draft(cast)
        run("backup", tmp_path / "site.tar")
        assert members_of(tmp_path / "site.tar") != first
        assert (tmp_path / "site.tar").stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize("place", ["letter.txt/site.tar", "nowhere/site.tar"])
    def test_folder_that_cannot_be_written(self, cast, tmp_path, place):
        (tmp_path / "letter.txt").write_text("信")
        with pytest.raises(CommandError, match=r"没有这个文件或文件夹|读写失败"):
            run("backup", tmp_path / place)
        run_row = BackupRun.objects.get(action="backup")
        assert run_row.error
        assert run_row.succeeded_at is None

    def test_full_disk_leaves_the_earlier_backup(self, cast, tmp_path):
        run("backup", tmp_path / "site.tar")
        before = (tmp_path / "site.tar").read_bytes()
        (tmp_path / ".site.tar.partial").symlink_to("/dev/full")
        with pytest.raises(CommandError, match="磁盘满了"):
            run("backup", tmp_path / "site.tar")
        assert (tmp_path / "site.tar").read_bytes() == before
        assert [path.name for path in tmp_path.iterdir() if "site" in path.name] == ["site.tar"]

    @pytest.mark.slow
    def test_lost_and_corrupt_originals_are_named(self, cast, tmp_path):
        photo = a_site(cast)
        storage.originals().write(photo.original, b"corrupt")
        storage.consents().delete(photo.consent_file)
        with pytest.raises(CommandError, match="2 个文件原来就丢了或坏了"):
            run("backup", tmp_path / "site.tar")
        before = rows()
        lose_everything()
        run("restore", tmp_path / "site.tar")
        assert rows() == before

    def test_run_is_noted(self, cast, tmp_path):
        run("backup", tmp_path / "site.tar")
        noted = BackupRun.objects.get()
        assert noted.succeeded_at >= noted.started_at
        assert noted.place == str(tmp_path / "site.tar")
        assert "都核对过" in noted.summary
