import errno
import os
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from interviews import photodesk, tasks
from interviews.imaging import SPECS
from interviews.models import PendingFile, Photo, Rendition
from interviews.photodesk import orphans, storage
from interviews.photodesk.storage import Kind
from interviews.storage.folder import INCOMING, write_new
from tests.imaging import pictures as p

from .conftest import FOLDER_ONLY
from .files import kept, taken

pytestmark = pytest.mark.django_db


def names():
    return set(Rendition.objects.fresh().values_list("name", flat=True))


def run(*arguments):
    out = StringIO()
    call_command("make_renditions", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_command_makes_missing_renditions(cast):
    photo = taken(cast.photographer)
    assert run().startswith("1 张照片，做成 ")
    photo.refresh_from_db()
    assert {row.spec for row in photo.renditions.all()} == set(SPECS)
    assert set(kept()) == names() | {photo.original}
    assert run() == "0 张照片，做成 0 个公开图，清理 0 个文件。\n"


def test_all_is_deterministic(cast):
    taken(cast.photographer)
    run()
    before = names()
    assert run("--all").startswith("1 张照片")
    assert names() == before


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_missing_or_truncated_file_is_remade(cast, damage):
    taken(cast.photographer)
    run()
    files, name = storage.public_files(), sorted(names())[0]
    files.delete(name) if damage == "gone" else files.write(name, files.read(name)[:100])
    assert run().startswith("0 张照片"), "rows do not know"
    assert run("--check").startswith("1 张照片")
    assert files.size(name) > 100


def test_superseded_crops_stay_a_day(cast):
    photo = taken(cast.photographer, size=(1600, 600))
    run()
    before = names()
    photodesk.set_focal(photo=photo, actor=cast.photographer, x=0.9, y=0.5)
    assert run().startswith("1 张照片")
    assert names() - before
    assert before & names(), "the whole picture is cut by no focal point"
    assert set(kept()) >= before
    Rendition.objects.filter(superseded_at__isnull=False).update(superseded_at=timezone.now() - timedelta(days=2))
    run()
    assert set(kept()) - {photo.original} == names()


def test_credit_is_embedded(cast):
    photo = taken(cast.photographer)
    photodesk.describe(
        photo=photo, actor=cast.photographer, changes={"credit_line": "程婧 摄", "copyright": "晋中日报社"}
    )
    run()
    for name in names():
        assert "程婧 摄".encode() in storage.public_files().read(name)


def test_metadata_is_stripped(cast):
    """GPS, camera and editing metadata must be in no public file."""
    details = {0x9003: "2025:03:12 08:30:00", 0xA431: "SERIAL-0099", 0xA433: "LensMaker", 0x927C: b"MAKERNOTE-77"}
    exif = p.exif_of(6, details, gps=True, caption="SECRET-CAPTION", byline="程婧")
    data = p.saved(p.scenery(1200, 900), exif=exif, comment=b"SECRET-COMMENT", icc_profile=p.p3_profile())
    data = p.with_segments(data, p.iptc_of(caption="SECRET-IPTC", rights="晋中日报社"))
    photo = taken(cast.photographer, data=data)
    assert photo.copyright == "晋中日报社"
    run()
    files = {row.name: row.format for row in photo.renditions.all()}
    assert len(files) > 15
    for name, format in files.items():
        data = storage.public_files().read(name)
        image = p.read(data)
        assert (image.format, dict(image.getexif()), image.getexif().get_ifd(0x8825)) == (format.upper(), {}, {})
        for word in (b"SECRET", b"SERIAL", b"LensMaker", b"MAKERNOTE", b"GPS", b"2025:03:12"):
            assert word not in data
        assert "晋中日报社".encode() in data
        assert "程婧 摄".encode() in data


def test_caption_change_remakes_nothing(cast):
    photo = taken(cast.photographer)
    run()
    photodesk.describe(photo=photo, actor=cast.photographer, changes={"caption": "新的说明"})
    assert run().startswith("0 张照片")


def test_noted_orphans_are_deleted(cast):
    photo = taken(cast.photographer)
    orphans.note(Kind.ORIGINALS, ["ab/stray.jpg", photo.original])
    storage.originals().write("ab/stray.jpg", b"stray")
    assert "清理 1 个文件" in run()
    assert set(kept()) == names() | {photo.original}
    assert not PendingFile.objects.exists()


@FOLDER_ONLY
def test_partial_files_are_deleted(cast):
    photo = taken(cast.photographer)
    write_new(storage.originals().path(INCOMING), b"half")
    assert "清理 1 个文件" in run()
    assert set(kept()) == names() | {photo.original}


def test_unnoted_orphans_are_deleted_by_check(cast):
    """Such as those that are newer than a restored database."""
    photo = taken(cast.photographer)
    storage.originals().write("ab/stray.jpg", b"stray")
    storage.public_files().write("99/stray.webp", b"stray")
    assert "清理 0 个文件" in run()
    assert "清理 2 个文件" in run("--check")
    assert set(kept()) == names() | {photo.original}


def test_missing_original_does_not_stop_others(cast):
    lost, photo = taken(cast.photographer), taken(cast.photographer, seed=5)
    storage.originals().delete(lost.original)
    out = StringIO()
    with pytest.raises(CommandError, match="1 张没有做成"):
        call_command("make_renditions", stdout=out, stderr=out)
    assert f"照片 {lost.pk}" in out.getvalue()
    assert photo.renditions.exists()


def test_extreme_aspect_ratio(cast):
    data = p.saved(p.scenery(12, 9000), "PNG")
    photo = taken(cast.photographer, data=data)
    assert run().startswith("1 张照片")
    assert photo.renditions.filter(spec="full", format="jpeg").count() == 3


def test_database_error_does_not_stop_others(cast, monkeypatch):
    bad, photo = taken(cast.photographer), taken(cast.photographer, seed=5)
    stored = Rendition.objects.bulk_create

    def refusing(rows):
        rows = list(rows)
        return stored(rows * 2 if rows[0].photo_id == bad.pk else rows)

    monkeypatch.setattr(Rendition.objects, "bulk_create", refusing)
    out = StringIO()
    with pytest.raises(CommandError, match="1 张没有做成"):
        call_command("make_renditions", stdout=out, stderr=out)
    assert f"照片 {bad.pk}（{bad}）：数据库没有记下" in out.getvalue()
    assert photo.renditions.exists()


@pytest.mark.parametrize("meanwhile", ["changed", "deleted"])
def test_obsolete_renditions_leave_no_files(cast, meanwhile):
    photo = taken(cast.photographer, size=(1600, 600))
    if meanwhile == "deleted":
        Photo.objects.filter(pk=photo.pk).delete()
    else:
        run()
        photo.focal_x, photo.focal_y = 0.9, 0.5
    before = kept()
    assert photodesk.make(photo) == 0
    assert kept() == before


def test_database_error_leaves_no_files(cast, monkeypatch):
    photo = taken(cast.photographer)

    def fails(*_):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("interviews.photodesk.renditions._record", fails)
    with pytest.raises(OperationalError):
        photodesk.make(photo)
    assert kept() == [photo.original]


@FOLDER_ONLY
def test_full_disk_keeps_old_renditions(cast, monkeypatch):
    photo = taken(cast.photographer)
    run()
    before, files = names(), kept()
    photodesk.set_focal(photo=photo, actor=cast.photographer, x=0.9, y=0.5)
    calls = []

    def full(handle):
        calls.append(handle)
        if len(calls) > 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    out = StringIO()
    with pytest.raises(CommandError, match="1 张没有做成"):
        call_command("make_renditions", stdout=out, stderr=out)
    monkeypatch.undo()
    assert "磁盘满了" in out.getvalue()
    assert names() == before
    assert set(files) <= set(kept())
    assert not [name for name in kept() if name.startswith(INCOMING)]
    run()
    assert names() != before
    assert set(kept()) >= names()


@pytest.mark.django_db(transaction=True)
def test_upload_returns_before_renditions(cast, settings, monkeypatch):
    import threading

    from interviews.photodesk import renditions

    settings.PHOTO_THREADS = 1
    held, real = threading.Event(), renditions.renditions

    def slow(*arguments, **options):
        held.wait(20)
        return real(*arguments, **options)

    monkeypatch.setattr(renditions, "renditions", slow)
    photo = taken(cast.photographer)
    assert Photo.objects.filter(pk=photo.pk).exists()
    assert not Rendition.objects.exists()
    held.set()
    tasks.finish()
    assert Rendition.objects.filter(photo=photo).exists()


def test_source_of_crop_ratio_gets_every_crop(cast):
    """At 3:4 the portrait is the whole picture: the same bytes in another file."""
    photo = taken(cast.photographer, size=(600, 800))
    photodesk.make(photo)
    assert {row.spec for row in photo.renditions.all()} == set(SPECS)
