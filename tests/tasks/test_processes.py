"""Several workers on one queue, in processes of their own: side by side, killed, stopped."""

import signal
from io import StringIO

import pytest
from django.core.management import call_command

from interviews import photodesk, tasks
from interviews.models import Photo, Rendition, Task
from interviews.photodesk.renditions import recipe_of
from tests.photodesk.files import taken
from tests.photodesk.test_crash import assert_whole
from tests.processes import wait_for

from .workers import worker

pytestmark = pytest.mark.django_db(transaction=True)


def work_once() -> list[str]:
    out = StringIO()
    call_command("work", "--once", stdout=out)
    return out.getvalue().splitlines()


def done(*photos: Photo) -> list[str]:
    return [f"照片 {photo.pk} 的公开图：做好了。" for photo in photos]


@pytest.mark.engine
def test_two_workers_make_each_photo_once(cast):
    photos = [taken(cast.photographer, seed=seed) for seed in range(3, 11, 2)]
    with worker("--once") as first, worker("--once") as second:
        for each in (first, second):
            each.release(len(photos))
        ends = [each.end() for each in (first, second)]
    assert [code for code, _ in ends] == [0, 0]
    assert all(lines for _, lines in ends)
    assert sorted(line for _, lines in ends for line in lines) == done(*photos)
    assert not Task.objects.exists()
    assert_whole()


@pytest.mark.engine
def test_killed_worker_is_replaced_at_once(cast):
    photo = taken(cast.photographer)
    with worker() as victim:
        assert work_once() == [], "the photo is claimed"
        assert Task.objects.get().attempts == 1
        victim.process.kill()
        victim.process.wait()
        # PostgreSQL notices within milliseconds.
        wait_for(lambda: work_once() == done(photo))
    assert not Task.objects.exists()
    assert_whole()


@pytest.mark.engine
def test_change_while_being_made_is_made_again(cast):
    photo = taken(cast.photographer, size=(1600, 600))
    with worker("--once") as busy:
        photo = photodesk.set_focal(photo=photo, actor=cast.photographer, x=0.9, y=0.5)
        busy.release(photos=2)
        again = f"照片 {photo.pk} 的公开图：做的时候又有改动，要重做。"
        assert busy.end() == (0, [again, *done(photo)])
    photo.refresh_from_db()
    assert photo.recipe == recipe_of(photo)
    assert not Task.objects.exists()
    assert_whole()


def test_photo_deleted_while_being_made(cast):
    photo = taken(cast.photographer)
    with worker("--once") as busy:
        photodesk.delete(photo=photo, actor=cast.photographer)
        assert not Task.objects.exists()
        busy.release()
        assert busy.end()[0] == 0
    assert_whole()


@pytest.mark.engine
def test_nobody_waits_for_a_photo_being_made(cast):
    """On SQLite, an open transaction would block every writer, and uploads would fail after 20 seconds."""
    made = taken(cast.photographer)
    with worker("--once") as busy:
        other = taken(cast.photographer, seed=5)
        photodesk.describe(photo=made, actor=cast.photographer, changes={"caption": "植树"})
        assert work_once() == done(other)
        assert busy.process.poll() is None
        busy.release()
        assert busy.end() == (0, done(made))
    assert_whole()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_stopped_worker_finishes_its_photo(cast, by):
    first, second = taken(cast.photographer), taken(cast.photographer, seed=5)
    with worker() as stopped:
        stopped.process.send_signal(by)
        stopped.release()
        assert stopped.end() == (0, done(first))
    assert Task.objects.get().subject == second.pk
    assert work_once() == done(second)
    assert_whole()


def test_idle_worker_waits_for_work_and_stops(cast):
    photo = taken(cast.photographer)
    with worker() as idle:
        idle.release()
        assert idle.line() == f"{done(photo)[0]}\n"
        other = taken(cast.photographer, seed=5)
        idle.wait_until_begun()
        idle.release()
        assert idle.line() == f"{done(other)[0]}\n"
        idle.process.send_signal(signal.SIGTERM)
        assert idle.end() == (0, [])


def test_server_thread_does_what_others_queued(cast, settings):
    from jinzhong_eco.wsgi import with_workers

    photo = taken(cast.photographer)
    assert not Rendition.objects.exists()
    settings.PHOTO_THREADS = 1
    assert with_workers(lambda environ, start_response: [b"ok"])({}, None) == [b"ok"]
    tasks.finish()
    assert photo.renditions.exists()
    assert not Task.objects.exists()
