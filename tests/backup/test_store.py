"""Incremental backups in a folder or bucket."""

import fcntl
import os
from datetime import date, timedelta

import pyrage
import pytest
from django.core.management import CommandError
from django.db import connection

from interviews.backup import retention
from interviews.models import BackupRun, append_only
from interviews.photodesk import delete, storage
from interviews.publishing import verify_editions
from interviews.storage import Bucket
from tests import object_store
from tests.builders import a_draft
from tests.photodesk.files import taken

from .sites import PAPER, a_site, files, lose_everything, rows, run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store(tmp_path):
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


def stored(store, folder="originals"):
    return sorted(path.name for path in (store / folder).rglob("*") if path.is_file())


def dated(store, day: str):
    """Make the newest snapshot one of another day."""
    newest = max(path.name.partition(".")[0] for path in (store / "snapshots").iterdir() if path.is_file())
    for path in (store / "snapshots").glob(f"{newest}.*"):
        path.rename(path.with_name(path.name.replace(newest, f"{day}-031000")))


def test_only_new_files_are_copied(cast, store):
    a_site(cast)
    assert "2 个文件（新存 2 个" in run("backup", store)
    times = {path: path.stat().st_mtime_ns for path in (store / "originals").rglob("*.jpg")}
    new = taken(cast.photographer, seed=9)
    assert "3 个文件（新存 1 个" in run("backup", store)
    assert all(path.stat().st_mtime_ns == then for path, then in times.items())
    assert len(stored(store)) == 2
    assert f"{new.sha256}.jpg" in stored(store)


@pytest.mark.engine
def test_everything_lost_comes_back(cast, store):
    a_site(cast)
    run("backup", store)
    before = rows(), files()
    dated(store, "2026-10-01")
    a_draft(cast)
    taken(cast.photographer, seed=9)
    run("backup", store)
    later = rows(), files()
    lose_everything()
    assert "恢复了" in run("restore", store)
    assert (rows(), files()) == later
    run("restore", store, "--replace", "--snapshot", "2026-10-01-031000")
    assert rows() == before[0]
    assert before[1].items() <= files().items()
    assert verify_editions() == []


def test_files_that_no_kept_snapshot_names_are_deleted(cast, store):
    photo, kept = taken(cast.photographer, seed=5), taken(cast.photographer, seed=6)
    run("backup", store)
    dated(store, "2020-01-01")
    delete(photo=photo, actor=cast.superuser)
    run("backup", store)
    assert len(stored(store)) == 2, "the old snapshot still needs it"
    # Of each month only the last is kept, and of months only the last two.
    for day in ("2025-02-02", "2026-03-03"):
        dated(store, day)
        run("backup", store, "--months", 2, "--days", 1, "--weeks", 1)
    assert stored(store) == [f"{kept.sha256}.jpg"]
    names = {name.partition(".")[0] for name in stored(store, "snapshots")}
    assert len(names) == 2
    assert "2026-03-03-031000" in names
    assert len(stored(store, "snapshots")) == 4


@pytest.mark.slow
def test_without_its_list_nothing_is_deleted(cast, store):
    taken(cast.photographer)
    for day in ("2020-01-01", "2020-02-01"):
        run("backup", store)
        dated(store, day)
    (store / "snapshots" / "2020-02-01-031000.files.gz").write_bytes(b"\x1f\x8bdamaged")
    with pytest.raises(CommandError, match="清单丢了或坏了"):
        run("backup", store, "--months", 2, "--weeks", 1, "--days", 1)
    assert len(stored(store)) == 1


@pytest.mark.slow
def test_what_killed_runs_left_is_removed(cast, store, settings):
    run("backup", store)
    left = [store / "snapshots" / "2026-01-01-000000.files.gz", store / "originals" / ".incoming" / "5f"]
    left.append(settings.DATA_DIR / ".backup-5f" / "archive")
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    run("backup", store)
    assert [path for path in left if path.exists()] == []


class TestRetention:
    DAYS = [date(2025, 1, 1) + timedelta(days=number) for number in range(400)]

    def kept(self, names, **counts):
        return sorted(retention.Retention(**counts).kept(names))

    def test_days_weeks_months(self):
        names = [f"{day}-031000" for day in self.DAYS]
        kept = self.kept(names, days=3, weeks=2, months=2)
        assert [name[5:10] for name in kept] == ["01-31", "02-01", "02-02", "02-03", "02-04"]

    def test_last_of_a_day(self):
        names = ["2025-03-01-031000", "2025-03-01-120000", "2025-03-02-031000"]
        assert self.kept(names, days=2, weeks=0, months=0) == names[1:]

    def test_newest_is_always_kept(self):
        assert self.kept(["2025-03-01-031000"], days=0, weeks=0, months=0) == ["2025-03-01-031000"]

    def test_gaps_do_not_count(self):
        names = ["2020-03-01-031000", "2023-03-01-031000", "2025-03-01-031000"]
        assert self.kept(names, days=2, weeks=0, months=0) == names[1:]


class TestLost:
    def lose_one(self, store):
        next((store / "originals").rglob("*.jpg")).unlink()

    @pytest.mark.slow
    def test_restore_names_it_and_changes_nothing(self, cast, store):
        photo = a_site(cast)
        run("backup", store)
        self.lose_one(store)
        storage.originals().delete(photo.original)
        a_draft(cast)
        before = rows()
        with pytest.raises(CommandError, match="备份里缺 1 个文件，数据库没有改动"):
            run("restore", store, "--replace")
        assert rows() == before
        assert f"originals/{photo.original}：备份里没有" in run("restore", store, "--replace", "--skip-lost")
        assert rows() != before

    @pytest.mark.slow
    def test_check_finds_it(self, cast, store):
        photo = a_site(cast)
        run("backup", store)
        assert "试恢复成功" in run("backup", store, "--check")
        before = rows()
        next((store / "originals").rglob("*.jpg")).write_bytes(b"other")
        with pytest.raises(CommandError, match=f"1 个文件丢了或坏了：originals/{photo.original}"):
            run("backup", store, "--check")
        assert rows() == before
        assert BackupRun.objects.get(action="check").error
        assert BackupRun.objects.get(action="check").succeeded_at

    @pytest.mark.slow
    def test_check_finds_a_broken_chain(self, cast, store):
        a_site(cast)
        with append_only.lifted(connection), connection.cursor() as cursor:
            cursor.execute("UPDATE interviews_edition SET note = '改写'")
        run("backup", store)
        with pytest.raises(CommandError, match="发布记录不符"):
            run("backup", store, "--check")


class TestEncrypted:
    @pytest.fixture
    def identity(self, settings, tmp_path):
        key = pyrage.x25519.Identity.generate()
        settings.BACKUP_PUBLIC_KEY = str(key.to_public())
        file = tmp_path / "identity"
        file.write_text(f"# created: 2026-12-01\n{key}\n")
        return file

    def test_nothing_can_be_read_without_the_key(self, cast, store, identity, tmp_path):
        a_site(cast)
        before = rows(), files()
        run("backup", store)
        run("backup", tmp_path / "site.age")
        kept = [path for path in [*store.rglob("*"), tmp_path / "site.age"] if path.is_file()]
        assert sum(path.read_bytes().startswith(b"age-encryption.org/v1\n") for path in kept) == 4
        assert not [path for path in kept if PAPER in path.read_bytes() or b"JFIF" in path.read_bytes()]
        lose_everything()
        for place in (store, tmp_path / "site.age"):
            with pytest.raises(CommandError, match="--identity"):
                run("restore", place)
            run("restore", place, "--identity", identity, "--replace")
            assert (rows(), files()) == before

    @pytest.mark.slow
    def test_only_new_files_are_copied(self, cast, store, identity):
        a_site(cast)
        run("backup", store)
        assert "新存 0 个" in run("backup", store)

    def test_wrong_key(self, cast, store, identity, tmp_path):
        run("backup", store)
        identity.write_text(str(pyrage.x25519.Identity.generate()))
        with pytest.raises(CommandError, match="私钥不对"):
            run("restore", store, "--identity", identity)
        identity.write_text("password")
        with pytest.raises(CommandError, match="不是 age 的私钥文件"):
            run("restore", store, "--identity", identity)

    @pytest.mark.slow
    def test_corrupted_and_truncated(self, cast, identity, tmp_path):
        file = tmp_path / "site.age"
        run("backup", file)
        whole = file.read_bytes()
        middle = len(whole) // 2
        for data in (whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], whole[:middle], whole[:-1]):
            file.write_bytes(data)
            with pytest.raises(CommandError, match=r"备份文件坏了|不完整"):
                run("restore", file, "--identity", identity, "--replace")

    @pytest.mark.slow
    def test_bad_public_key(self, cast, store, settings):
        settings.BACKUP_PUBLIC_KEY = "age1" + "q" * 58
        with pytest.raises(CommandError, match="BACKUP_PUBLIC_KEY"):
            run("backup", store)

    @pytest.mark.slow
    def test_check(self, cast, store, identity):
        a_site(cast)
        run("backup", store)
        with pytest.raises(CommandError, match="--identity"):
            run("backup", store, "--check")
        assert "试恢复成功" in run("backup", store, "--check", "--identity", identity)


@pytest.mark.slow
def test_bucket(cast, settings):
    server = object_store.shared()
    settings.BACKUP_ACCESS_KEY, settings.BACKUP_SECRET_KEY = object_store.ACCESS_KEY, object_store.SECRET_KEY
    address = server.address()
    a_site(cast)
    before = rows(), files()
    run("backup", address)
    assert "新存 0 个" in run("backup", address)
    lose_everything()
    run("restore", address)
    assert (rows(), files()) == before
    assert "试恢复成功" in run("backup", address, "--check")


@pytest.mark.slow
def test_large_files_go_to_a_bucket_and_back(tmp_path):
    data = os.urandom(12_000_000)
    (tmp_path / "large").write_bytes(data)
    bucket = Bucket(object_store.shared().location(), "snapshots")
    bucket.send("large", tmp_path / "large")
    bucket.fetch("large", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == data


class TestRefused:
    def test_empty_store(self, cast, store):
        with pytest.raises(CommandError, match="还没有备份"):
            run("restore", store)

    @pytest.mark.slow
    def test_unknown_snapshot(self, cast, store):
        run("backup", store)
        with pytest.raises(CommandError, match="没有 2020-01-01-031000 这一份"):
            run("restore", store, "--snapshot", "2020-01-01-031000")

    @pytest.mark.slow
    def test_snapshot_restored_as_a_file(self, cast, store):
        a_site(cast)
        run("backup", store)
        with pytest.raises(CommandError, match="请写它所在的文件夹"):
            run("restore", next((store / "snapshots").glob("*.tar")), "--replace")

    @pytest.mark.parametrize("place", ["s3://photos", "ftp://a/b", "s3://a:b@photos?region=eu-west-1"])
    def test_bad_address(self, cast, place):
        with pytest.raises(CommandError, match="备份处应是"):
            run("backup", place)

    def test_server_that_is_down(self, cast, settings):
        settings.BACKUP_ACCESS_KEY, settings.BACKUP_SECRET_KEY = "a", "b"
        with pytest.raises(CommandError, match="存放文件的服务器没有回应"):
            run("backup", "s3://backups?endpoint=http://127.0.0.1:9")

    def test_two_at_once(self, cast, store, settings):
        with (settings.DATA_DIR / "backup.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            with pytest.raises(CommandError, match="正在进行"):
                run("backup", store)
        run("backup", store)
