"""Photo files are copied from a folder into a bucket, and back."""

import os
import signal
import subprocess
import sys
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from interviews import photodesk
from interviews.models import Rendition
from interviews.photodesk import moving, storage
from interviews.photodesk.storage import Kind, files
from tests import object_store
from tests.processes import database_url

from .conftest import FOLDER_ONLY
from .files import a_made_photo, kept, taken

pytestmark = [pytest.mark.django_db, FOLDER_ONLY]
ROOT = Path(__file__).parent.parent.parent
PAPER = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
# `manage.py media move` that is killed before its 12th file is written.
KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from interviews.photodesk import moving
from interviews.storage import Bucket
write, calls = Bucket.write, []

def killed(*arguments):
    calls.append(arguments)
    return write(*arguments) if len(calls) < 12 else os.kill(os.getpid(), signal.SIGKILL)

Bucket.write, moving.BATCH, moving.THREADS = killed, 6, 1
call_command("media", "move", "--to", sys.argv[1])
"""


@pytest.fixture(autouse=True)
def data_of_its_own(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.MEDIA_ACCESS_KEY, settings.MEDIA_SECRET_KEY = object_store.ACCESS_KEY, object_store.SECRET_KEY


@pytest.fixture
def target():
    """A bucket's address, and what is meant by it."""
    location = object_store.shared().location()
    return object_store.environment(location)["MEDIA_STORAGE"], location


@pytest.fixture
def photo(cast):
    photo = a_made_photo(cast.photographer)
    return photodesk.attach_consent(photo=photo, file=BytesIO(PAPER), actor=cast.photographer)


def move(to, *options) -> str:
    out = StringIO()
    call_command("media", "move", "--to", str(to), *options, stdout=out, stderr=out)
    return out.getvalue()


def content(place) -> dict[str, bytes]:
    folders = {kind: files(kind, place) for kind in Kind}
    return {f"{kind}/{name}": folder.read(name) for kind, folder in folders.items() for name in folder.names()}


def test_to_a_bucket_and_back(photo, target, settings, tmp_path):
    address, settings.MEDIA_BUCKET = target[0], None
    before = content(storage.place())
    out = move(address)
    assert f"搬了 {len(before)} 个文件（原图 1，授权书 1，公开图 {len(before) - 2}）" in out
    assert f"{len(before)}/{len(before)}" in out
    settings.MEDIA_BUCKET = target[1]
    assert len(kept()) == len(before)
    move(tmp_path / "back")
    assert content(tmp_path / "back") == before == content(target[1])


def test_again_copies_what_is_new(cast, photo, target):
    move(target[0])
    assert "搬了 1 个文件（原图 0，授权书 1，公开图 0）" in move(target[0])
    new = taken(cast.photographer, seed=5)
    assert "原图 1，" in move(target[0])
    assert files(Kind.ORIGINALS, target[1]).size(new.original) == new.bytes


def test_afresh_finds_and_mends_what_is_lost_or_different(photo, target):
    move(target[0])
    name = photo.renditions.first().name
    files(Kind.ORIGINALS, target[1]).delete(photo.original)
    files(Kind.RENDITIONS, target[1]).write(name, b"different")
    assert "搬了 2 个文件（原图 1，授权书 0，公开图 1）" in move(target[0], "--afresh")
    assert content(target[1]) == content(storage.place())


def test_files_without_a_row_stay(photo, target):
    storage.originals().write("ab/stray.jpg", b"stray")
    move(target[0])
    assert files(Kind.ORIGINALS, target[1]).size("ab/stray.jpg") is None


@pytest.mark.parametrize(("damage", "sentence"), [("lost", moving.LOST), ("corrupt", moving.CORRUPT)])
def test_bad_file_is_named_and_the_others_are_copied(photo, target, damage, sentence):
    originals = storage.originals()
    originals.delete(photo.original) if damage == "lost" else originals.write(photo.original, b"corrupt")
    out = StringIO()
    for _ in range(2):
        with pytest.raises(CommandError, match="1 个文件没有搬成"):
            call_command("media", "move", "--to", target[0], stdout=StringIO(), stderr=out)
    assert out.getvalue().count(f"originals/{photo.original}：{sentence}") == 2
    assert len(list(files(Kind.RENDITIONS, target[1]).names())) == Rendition.objects.count()


def test_server_that_is_down(photo, settings):
    with pytest.raises(CommandError, match="存放文件的服务器没有回应。已经搬好的都在"):
        move("s3://photos?endpoint=http://127.0.0.1:9")


@pytest.mark.parametrize("to", ["s3://photos", "ftp://photos", "s3://a:b@photos?region=eu-west-1"])
def test_nonsense_is_refused(cast, to):
    with pytest.raises(CommandError, match="--to 应是一个文件夹，或 s3"):
        move(to)


def test_same_place_is_refused(cast, settings):
    with pytest.raises(CommandError, match="不用搬"):
        move(settings.MEDIA_ROOT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.engine
def test_killed_in_the_middle_it_continues(photo, target, settings):
    environment = {
        **os.environ,
        **object_store.environment(target[1]),
        "DJANGO_SETTINGS_MODULE": "jinzhong_eco.settings",
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(settings.DATA_DIR),
        "MEDIA_STORAGE": str(settings.MEDIA_ROOT),
    }
    command = [sys.executable, "-c", KILLED, target[0]]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    there = len(content(target[1]))
    assert there == 11
    left = Rendition.objects.count() - 6
    assert f"（原图 0，授权书 1，公开图 {left}）" in move(target[0]), "6 renditions were copied and compared"
    assert content(target[1]) == content(storage.place())
