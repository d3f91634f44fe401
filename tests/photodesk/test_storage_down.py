"""The bucket's server is stopped, or does not answer."""

import time
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from interviews import photodesk, tasks
from interviews.errors import RefusedError
from interviews.models import PendingFile, Photo, Task
from interviews.photodesk import intake
from interviews.storage import Bucket, StorageError, breaker, bucket
from tests import object_store
from tests.builders import a_document_with, published

from .conftest import FOLDER_ONLY
from .files import a_file, a_made_photo, kept, taken

pytestmark = [pytest.mark.django_db, FOLDER_ONLY]
DOWN = "存放文件的服务器没有回应。"


@pytest.fixture
def line(settings, monkeypatch):
    for name in ("SILENCE", "PART_SENT"):
        monkeypatch.setattr(bucket, name, timedelta(seconds=1.2))
    monkeypatch.setattr(breaker, "PAUSE", 0.0)
    line = object_store.Line()
    settings.MEDIA_BUCKET = line.server.location()
    yield line
    line.cut()


@pytest.fixture
def photo(cast, line):
    photo = a_made_photo(cast.photographer)
    published(cast, a_document_with(photo))
    return photo


def file_of(photo) -> str:
    return "/media/" + photo.renditions.fresh().filter(spec="full", format="jpeg").last().name


@pytest.mark.parametrize("fault", ["cut", "hold"])
def test_readers_get_the_page_and_are_asked_to_come_again_for_the_picture(line, photo, client, fault):
    getattr(line, fault)()
    answer = client.get(file_of(photo))
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert client.get(f"/photos/{photo.pk}/").status_code == 200


def test_server_that_hangs_holds_up_one_request(line, photo, client, monkeypatch):
    monkeypatch.setattr(breaker, "PAUSE", 600.0)
    line.hold()
    assert client.get(file_of(photo)).status_code == 503
    line.release()
    started = time.monotonic()
    assert client.get(file_of(photo)).status_code == 503
    assert time.monotonic() - started < 1, "the server is not asked"


def test_server_is_asked_again(line, photo, client, caplog):
    line.hold()
    assert client.get(file_of(photo)).status_code == 503
    line.release()
    assert client.get(file_of(photo)).status_code == 200
    told = [record.getMessage() for record in caplog.records if record.name == breaker.__name__]
    assert ["does not answer" in told[0], "answers again" in told[1], len(told)] == [True, True, 2]


def test_withdrawn_photo_is_gone_without_the_server(cast, line, photo, client):
    line.cut()
    photodesk.withdraw(photo=photo, actor=cast.chief, reason="当事人要求。")
    assert client.get(file_of(photo)).status_code == 410


def test_upload_is_refused_with_a_sentence(cast, line):
    line.cut()
    result = intake(file=a_file(), actor=cast.photographer)
    assert (result.failed, result.refusal) == (True, f"{DOWN}照片没有存下，请稍后再传。")
    assert not Photo.objects.exists()


def test_file_whose_answer_was_lost_is_swept(cast, line, monkeypatch):
    def write(files, name, data, written=Bucket.write):
        written(files, name, data)
        raise StorageError(DOWN)

    monkeypatch.setattr(Bucket, "write", write)
    assert intake(file=a_file(), actor=cast.photographer).failed
    assert (len(kept()), PendingFile.objects.count()) == (1, 1)
    call_command("make_renditions", stdout=StringIO())
    assert (kept(), PendingFile.objects.count()) == ([], 0)


def test_consent_and_replacement_are_refused(cast, line, photo):
    line.cut()
    with pytest.raises(RefusedError, match=DOWN):
        photodesk.attach_consent(photo=photo, file=BytesIO(b"%PDF-1.7\n%%EOF\n"), actor=cast.photographer)
    with pytest.raises(RefusedError, match=DOWN):
        photodesk.replace(photo=photo, file=a_file(seed=5), actor=cast.photographer)
    photo.refresh_from_db()
    assert (photo.consent_file, photo.replaced_by) == ("", None)


def test_deletion_is_completed_later(cast, line, django_capture_on_commit_callbacks):
    photo = taken(cast.photographer)
    line.hold()
    with django_capture_on_commit_callbacks(execute=True):
        photodesk.delete(photo=photo, actor=cast.photographer)
    assert PendingFile.objects.get().name == photo.original
    line.release()
    call_command("make_renditions", stdout=StringIO())
    assert (kept(), PendingFile.objects.count()) == ([], 0)


def test_queued_renditions_are_retried(cast, line):
    taken(cast.photographer)
    line.cut()
    assert tasks.run_next().error == DOWN
    assert Task.objects.get().not_before


def test_newsroom_is_told(cast, line, photo, client):
    line.cut()
    client.force_login(cast.photographer)
    for name, arguments in (("original", [photo.pk]), ("picture", [photo.pk, 320])):
        answer = client.get(reverse(f"admin:interviews_photo_{name}", args=arguments))
        assert (answer.status_code, answer.content.decode()) == (503, f"{DOWN}请稍后再试。\n")
    page = client.get(reverse("admin:interviews_photo_change", args=[photo.pk]))
    assert page.status_code == 200


def test_command_fails_with_a_sentence(cast, line):
    photo = taken(cast.photographer)
    line.cut()
    err = StringIO()
    with pytest.raises(CommandError, match="1 张没有做成"):
        call_command("make_renditions", stdout=StringIO(), stderr=err)
    assert f"照片 {photo.pk}（{photo}）：{DOWN}" in err.getvalue()
