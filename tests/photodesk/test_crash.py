"""Crash safety of uploads: a separate process on this test's database is killed with SIGKILL at each moment."""

import hashlib
import os
import signal
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from interviews import photodesk, tasks
from interviews.models import Photo, Rendition, Task
from interviews.photodesk import intake, storage
from tests import object_store
from tests.imaging import pictures as p
from tests.processes import wait_for

from .conftest import EITHER, FOLDER_ONLY
from .files import a_file, kept

pytestmark = pytest.mark.django_db(transaction=True)

# Uploads a photo and makes its renditions; kills itself at the given moment.
VICTIM = """
import importlib, os, signal, sys
import django
from django.conf import settings

moment, path, settings.DATABASES["default"]["NAME"], settings.MEDIA_ROOT = sys.argv[1:]
settings.PHOTO_THREADS = 0
django.setup()
from django.contrib.auth.models import User
from interviews import photodesk, tasks
from interviews.photodesk import storage
from interviews.storage import folder
from interviews.tasks import threads
making = importlib.import_module("interviews.photodesk.renditions")
Files = type(storage.originals())

def die(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)

def die_after(call, times=1):
    calls = []
    def counted(*arguments):
        calls.append(call(*arguments))
        return calls[-1] if len(calls) < times else die()
    return counted

patches = {
    "before the file is flushed": (os, "fsync", die),
    "before the rename": (os, "replace", die),
    "between the rename and the flush": (folder, "_flush", die),
    "between the file and the commit": (Files, "write", die_after(Files.write)),
    "after the commit": (threads, "wake", die),
    "between two renditions": (Files, "write", die_after(Files.write, 4)),
    "before renditions are recorded": (making, "_record", die),
    "before renditions are committed": (making, "_record", die_after(making._record)),
}
setattr(*patches[moment])
with open(path, "rb") as file:
    photodesk.intake(file=file, actor=User.objects.get(username="photographer"))
tasks.run_next()
"""
IN_A_FOLDER = ["before the file is flushed", "before the rename", "between the rename and the flush"]
AFTER_THE_COMMIT = [
    "after the commit",
    "between two renditions",
    "before renditions are recorded",
    "before renditions are committed",
]


@pytest.fixture
def path(cast, tmp_path):
    path = tmp_path / "裴国欣.jpg"
    path.write_bytes(a_file().read())
    return path


def dies(moment, path, settings) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "jinzhong_eco.settings"}
    environment |= object_store.environment(settings.MEDIA_BUCKET) if settings.MEDIA_BUCKET else {}
    arguments = [moment, str(path), str(connection.settings_dict["NAME"]), str(settings.MEDIA_ROOT)]
    done = subprocess.run([sys.executable, "-c", VICTIM, *arguments], env=environment, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def assert_whole():
    """Assert that rows and files match one to one, and that files match what their rows say."""
    photos, rows = list(Photo.objects.all()), list(Rendition.objects.all())
    assert kept() == sorted([*(photo.original for photo in photos), *(row.name for row in rows)])
    for photo in photos:
        assert hashlib.sha256(storage.originals().read(photo.original)).hexdigest() == photo.sha256
        assert photo.renditions.exists()
    for row in rows:
        data = storage.public_files().read(row.name)
        assert (len(data), p.read(data).size) == (row.bytes, (row.width, row.height))


@FOLDER_ONLY
@pytest.mark.parametrize("moment", IN_A_FOLDER)
def test_kill_while_writing_leaves_nothing(path, cast, settings, moment):
    leaves_nothing(path, cast, settings, moment)


@EITHER
@pytest.mark.engine
def test_kill_before_commit_leaves_nothing(path, cast, settings):
    leaves_nothing(path, cast, settings, "between the file and the commit")


def leaves_nothing(path, cast, settings, moment):
    dies(moment, path, settings)
    assert not Photo.objects.exists()
    assert len(kept()) == 1, "what a dead process was writing lies there until it is swept"
    call_command("make_renditions", stdout=StringIO())
    assert kept() == []
    with path.open("rb") as file:
        assert intake(file=file, actor=cast.photographer).created
    call_command("make_renditions", stdout=StringIO())
    assert_whole()


@pytest.mark.parametrize("moment", AFTER_THE_COMMIT)
def test_kill_after_commit_is_repaired(path, cast, settings, moment):
    dies(moment, path, settings)
    photo = Photo.objects.get()
    assert not Rendition.objects.exists()
    assert Task.objects.get().subject == photo.pk
    call_command("make_renditions", stdout=StringIO())
    assert_whole()
    assert not Task.objects.exists()
    with path.open("rb") as file:
        again = intake(file=file, actor=cast.photographer)
    assert (again.photo, again.created) == (photo, False)


@EITHER
@pytest.mark.engine
def test_kill_between_renditions_is_taken_over(path, cast, settings):
    dies("between two renditions", path, settings)
    wait_for(lambda: tasks.run_next())
    assert_whole()


@pytest.mark.parametrize("moment", [each for each in AFTER_THE_COMMIT if each != "between two renditions"])
def test_kill_after_commit_is_taken_over(path, cast, settings, moment):
    dies(moment, path, settings)
    wait_for(lambda: tasks.run_next())  # PostgreSQL needs some milliseconds to notice
    assert_whole()
    assert not Task.objects.exists()


@pytest.mark.engine
def test_dead_process_holds_no_locks(path, cast, settings):
    """Neither in the database nor in the storage folder."""
    dies("between the file and the commit", path, settings)
    with path.open("rb") as file:
        photo = intake(file=file, actor=cast.photographer).photo
    photodesk.delete(photo=photo, actor=cast.photographer)
    assert kept() == []
