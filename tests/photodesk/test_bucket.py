"""The photo desk with its files in a bucket, from the upload to the readers."""

import hashlib
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from interviews import photodesk, tasks
from interviews.models import PendingFile, Photo
from interviews.photodesk import storage
from tests.builders import a_document_with, published

from .conftest import FOLDER_ONLY
from .files import a_file, a_made_photo, kept, taken

# The bucket replaces the folder, whatever else runs.
pytestmark = [pytest.mark.django_db, pytest.mark.engine, FOLDER_ONLY, pytest.mark.usefixtures("bucket")]
PAPER = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


def page_of(cast, photo):
    return published(cast, a_document_with(photo))


def file_of(photo) -> str:
    return "/media/" + photo.renditions.fresh().filter(spec="full", format="jpeg").last().name


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


def test_upload_and_queued_renditions(cast):
    photo = taken(cast.photographer)
    assert kept() == [photo.original]
    assert tasks.run_next().error == ""
    names = set(photo.renditions.values_list("name", flat=True))
    assert set(kept()) == {photo.original, *names}
    assert not PendingFile.objects.exists()


def test_readers_see_the_stored_rendition(cast, client):
    photo = a_made_photo(cast.photographer)
    page_of(cast, photo)
    answer = client.get(file_of(photo))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert body_of(answer) == storage.public_files().read(file_of(photo).removeprefix("/media/"))


def test_withdrawn_photo_is_gone_at_once(cast, client):
    photo = a_made_photo(cast.photographer)
    page_of(cast, photo)
    photodesk.withdraw(photo=photo, actor=cast.chief, reason="当事人要求。")
    answer = client.get(file_of(photo))
    assert (answer.status_code, answer["Cache-Control"]) == (410, "private, no-store")


def test_newsroom_downloads_original_and_consent(cast, client):
    photo = taken(cast.photographer)
    photodesk.attach_consent(photo=photo, file=BytesIO(PAPER), actor=cast.photographer)
    client.force_login(cast.photographer)
    original = client.get(reverse("admin:interviews_photo_original", args=[photo.pk]))
    assert hashlib.sha256(body_of(original)).hexdigest() == photo.sha256
    assert body_of(client.get(reverse("admin:interviews_photo_consent", args=[photo.pk]))) == PAPER
    assert client.get(reverse("admin:interviews_photo_picture", args=[photo.pk, 320]))["Content-Type"] == "image/jpeg"


def test_replaced_photo_keeps_both_files(cast):
    old = a_made_photo(cast.photographer)
    new = photodesk.replace(photo=old, file=a_file(seed=5), actor=cast.photographer).photo
    assert {old.original, new.original} <= set(kept())


def test_deleted_photo_leaves_no_object(cast, django_capture_on_commit_callbacks):
    photo = a_made_photo(cast.photographer)
    photodesk.attach_consent(photo=photo, file=BytesIO(PAPER), actor=cast.photographer)
    with django_capture_on_commit_callbacks(execute=True):
        photodesk.delete(photo=photo, actor=cast.photographer)
    assert (kept(), PendingFile.objects.count()) == ([], 0)


def test_object_of_a_deleted_row_is_swept(cast, django_capture_on_commit_callbacks):
    """As if the process had died after the commit."""
    photo = a_made_photo(cast.photographer)
    with django_capture_on_commit_callbacks(execute=False):
        photodesk.delete(photo=photo, actor=cast.photographer)
    assert len(kept()) > 1
    call_command("make_renditions", stdout=StringIO())
    assert kept() == []


def test_command_imports_and_repairs(cast, tmp_path):
    (tmp_path / "植树.jpg").write_bytes(a_file().read())
    call_command("import_photos", str(tmp_path), stdout=StringIO())
    out = StringIO()
    call_command("make_renditions", stdout=out)
    assert out.getvalue().startswith("1 张照片")
    name = Photo.objects.get().renditions.first().name
    storage.public_files().delete(name)
    call_command("make_renditions", "--check", stdout=StringIO())
    assert storage.public_files().size(name)
