"""The queue: one row a subject, retries with growing delays, and an end of them."""

from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from interviews import photodesk, tasks
from interviews.models import Photo, Rendition, Task, TaskKind
from interviews.models.task import DELAYS
from interviews.photodesk import storage
from interviews.storage import Folder
from interviews.tasks.running import KILLED, Ending
from tests.photodesk.files import a_file, taken

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@pytest.fixture
def lost(cast):
    """A photo without its original, so that its renditions can't be made."""
    photo = taken(cast.photographer)
    storage.originals().delete(photo.original)
    return photo


def attempt():
    """Attempt the only task, as if its time had come."""
    Task.objects.exclude(not_before=None).update(not_before=timezone.now())
    return tasks.run_next()


def work_once() -> str:
    out = StringIO()
    call_command("work", "--once", stdout=out, stderr=out)
    return out.getvalue()


def test_row_waits_for_a_worker(cast):
    photo = taken(cast.photographer)
    assert (Task.objects.get().subject, Rendition.objects.exists()) == (photo.pk, False)
    assert work_once() == f"照片 {photo.pk} 的公开图：做好了。\n"
    assert photo.renditions.exists()
    assert work_once() == ""


def test_each_change_queues_a_photo_once(cast):
    photo = taken(cast.photographer)
    photodesk.set_focal(photo=photo, actor=cast.photographer, x=0.9, y=0.5)
    photodesk.describe(photo=photo, actor=cast.photographer, changes={"credit_line": "程婧 摄"})
    assert Task.objects.get().subject == photo.pk
    photodesk.make(Photo.objects.get())
    photodesk.describe(photo=photo, actor=cast.photographer, changes={"caption": "植树"})
    assert not Task.objects.exists(), "captions are not in the files"


def test_replacement_and_reversal_are_queued(cast):
    old = taken(cast.photographer)
    new = photodesk.replace(photo=old, file=a_file(seed=5), actor=cast.photographer).photo
    assert set(Task.objects.values_list("subject", flat=True)) == {old.pk, new.pk}
    Task.objects.all().delete()
    photodesk.replace(photo=new, file=a_file(), actor=cast.photographer)
    assert Task.objects.get().subject == old.pk


def test_rolled_back_request_is_not_queued(cast):
    photo = taken(cast.photographer)
    photodesk.make(photo)
    with transaction.atomic():
        photodesk.set_focal(photo=photo, actor=cast.photographer, x=0.9, y=0.5)
        assert Task.objects.exists()
        transaction.set_rollback(True)
    assert not Task.objects.exists()


def test_failure_is_retried_later_and_later_then_given_up(lost):
    waits = []
    for number in range(1, len(DELAYS)):
        assert attempt().ending == Ending.FAILED
        task = Task.objects.get()
        assert (task.attempts, task.error) == (number, "原图文件不见了。")
        waits.append(task.not_before - timezone.now())
        assert tasks.run_next() is None, "not before its time"
    assert all(later - sooner > timedelta(seconds=30) for sooner, later in pairwise(waits))
    assert str(attempt()) == f"照片 {lost.pk} 的公开图：原图文件不见了。试过几次，不再试了。"
    assert Task.objects.get().is_given_up
    assert attempt() is None


def test_failure_is_named_and_others_are_made(cast, lost):
    photo = taken(cast.photographer, seed=5)
    out = StringIO()
    with pytest.raises(CommandError, match="1 项没有做成"):
        call_command("work", "--once", stdout=out, stderr=out)
    assert f"照片 {lost.pk} 的公开图：原图文件不见了。还会再试。" in out.getvalue()
    assert photo.renditions.exists()


def test_unexpected_error_is_a_failure(cast, lost, monkeypatch):
    monkeypatch.setattr(Folder, "read", lambda *_: 1 / 0)
    assert attempt().error == "程序出错（ZeroDivisionError）。"
    assert Task.objects.get().error


def test_new_request_starts_over(cast, lost):
    for _ in DELAYS:
        attempt()
    photodesk.set_focal(photo=lost, actor=cast.photographer, x=0.9, y=0.5)
    task = Task.objects.get()
    assert (task.attempts, task.error, task.is_given_up) == (0, "", False)
    assert tasks.run_next().ending == Ending.FAILED


def test_make_renditions_takes_a_mended_photo_off_the_queue(cast, lost):
    for _ in DELAYS:
        attempt()
    storage.originals().write(lost.original, a_file().read())
    call_command("make_renditions", stdout=StringIO())
    assert lost.renditions.exists()
    assert not Task.objects.exists()


def test_photo_that_kills_workers_is_given_up(cast):
    """Each attempt is counted when it begins; one that was killed waits before the second time."""
    photo = taken(cast.photographer)
    Task.objects.update(attempts=len(DELAYS))
    assert str(attempt()) == f"照片 {photo.pk} 的公开图：{KILLED}试过几次，不再试了。"
    assert Task.objects.get().is_given_up


def test_deleted_photo_leaves_the_queue(cast):
    photo = taken(cast.photographer)
    number = photo.pk
    photodesk.delete(photo=photo, actor=cast.photographer)
    assert not Task.objects.exists()
    tasks.enqueue(TaskKind.RENDITIONS, number)
    assert tasks.run_next().ending == Ending.DONE
    assert not Task.objects.exists()


def test_photo_deleted_before_its_file_is_read_is_no_failure(cast, monkeypatch):
    taken(cast.photographer)
    read = Folder.read

    def read_too_late(folder, name):
        photodesk.delete(photo=Photo.objects.get(), actor=cast.photographer)
        folder.delete(name)
        return read(folder, name)

    monkeypatch.setattr(Folder, "read", read_too_late)
    assert tasks.run_next().ending == Ending.DONE
