"""Backups while others write, and commands that are killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from django.core.management import CommandError
from django.db import connection

from interviews.backup import Restore, write_file
from interviews.models import Edition, Photo
from interviews.photodesk import delete
from interviews.publishing import verify_editions
from tests.builders import a_draft, published
from tests.photodesk.files import taken
from tests.processes import database_url
from tests.publishing.test_kill import BEFORE_COMMIT, carried_out

from .sites import a_site, lose_everything, rows, run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engine]
ROOT = Path(__file__).parent.parent.parent
# `manage.py backup` that is killed at its 60th row.
KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from interviews.management.backups import Bars
counting = Bars.counting

def killed(self, label, total):
    count, calls = counting(self, label, total), []

    def die():
        calls.append(1)
        os.kill(os.getpid(), signal.SIGKILL) if len(calls) == 60 else count()

    return die

Bars.counting = killed
call_command("backup", sys.argv[1])
"""


class Meanwhile:
    """Runs an act in a thread of its own at some steps of a backup, and waits for it."""

    def __init__(self, act, at):
        self.act, self.at, self.step, self.failures = act, at, 0, []

    def __call__(self):
        self.step += 1
        if self.step in self.at:
            thread = Thread(target=self._run)
            thread.start()
            thread.join(30)
            assert not thread.is_alive(), "the backup keeps writers out"

    def _run(self):
        try:
            self.act()
        except BaseException as failure:
            self.failures.append(failure)
        finally:
            connection.close()


def test_one_moment_while_others_publish(cast, tmp_path):
    published(cast)
    before = rows()
    meanwhile = Meanwhile(lambda: published(cast), at={1, 300, 420, 500})
    write_file(tmp_path / "site.tar", None, meanwhile)
    assert meanwhile.failures == []
    assert Edition.objects.count() >= 3
    lose_everything()
    run("restore", tmp_path / "site.tar")
    assert rows() == before
    assert verify_editions() == []


def test_photo_deleted_after_the_snapshot_is_no_fault(cast, tmp_path):
    photo = taken(cast.photographer)
    meanwhile = Meanwhile(lambda: delete(photo=photo, actor=cast.superuser), at={1})
    writing = write_file(tmp_path / "site.tar", None, meanwhile)
    assert meanwhile.failures == []
    assert (writing.faults, writing.missing) == ([], [f"originals/{photo.original}"])
    lose_everything()
    run("restore", tmp_path / "site.tar")
    assert Photo.objects.get().pk == photo.pk


def test_killed_backup_leaves_the_earlier_one(cast, tmp_path, settings):
    a_site(cast)
    file = tmp_path / "site.tar"
    run("backup", file)
    before = file.read_bytes()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "jinzhong_eco.settings", "DATABASE_URL": database_url()}
    environment |= {"DATA_DIR": str(settings.DATA_DIR), "MEDIA_STORAGE": str(settings.MEDIA_ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, file], env=environment, cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert file.read_bytes() == before
    with pytest.raises(CommandError, match=r"不完整|坏了"):
        run("restore", tmp_path / ".site.tar.partial", "--replace")
    run("backup", file)
    assert not (tmp_path / ".site.tar.partial").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_killed_restore_changes_nothing(cast, tmp_path):
    a_site(cast)
    file = tmp_path / "site.tar"
    run("backup", file)
    then = rows()
    a_draft(cast)
    before = rows()

    def restore():
        Restore(file, [], None, lambda label, total: lambda done: None, replace=True).run()

    last = carried_out(restore, BEFORE_COMMIT)
    for when in (last // 4, last // 2, last - 1, last):
        carried_out(restore, when)
        assert rows() == before, when
        assert verify_editions() == [], when
    carried_out(restore)
    assert rows() == then
    assert verify_editions() == []
