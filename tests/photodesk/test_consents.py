import errno
import os
from io import BytesIO

import pytest
from django.db import OperationalError

from interviews import photodesk
from interviews.errors import RefusedError
from interviews.models import Photo
from interviews.photodesk import storage
from tests.imaging import pictures as p

from .conftest import FOLDER_ONLY
from .files import a_file, kept, taken

pytestmark = pytest.mark.django_db

PAPER = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def attached(photo, actor, data=PAPER):
    return photodesk.attach_consent(photo=photo, file=BytesIO(data), actor=actor)


def test_consent_is_stored_with_photo(cast):
    photo = attached(taken(cast.photographer), cast.photographer)
    assert photo.consent_file.endswith(".pdf")
    assert photodesk.consent_of(photo) == PAPER
    assert photodesk.consent_of(taken(cast.photographer, seed=5)) is None


def test_consent_may_be_an_image(cast):
    photo = attached(taken(cast.photographer), cast.photographer, p.saved(p.quartered(), "PNG"))
    assert photo.consent_file.endswith(".png")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "0 字节"),
        (PAPER[:-7], "不完整"),
        (b"<html><script>alert(1)</script>", "网页"),
        (b"PK\x03\x04" + b"x" * 99, "压缩包"),
        (b"%PDF-" + b"x" * 20 * 1024 * 1024, "20 MB"),
    ],
)
def test_invalid_consent_is_refused(cast, data, word):
    photo = taken(cast.photographer)
    with pytest.raises(RefusedError, match=word):
        attached(photo, cast.photographer, data)
    assert kept() == [photo.original]


@pytest.mark.parametrize("role", ["colleague", "head", "outsider"])
def test_attach_permission(cast, role):
    with pytest.raises(RefusedError, match="你不能"):
        attached(taken(cast.reporter), getattr(cast, role))


def test_new_consent_replaces_old(cast, django_capture_on_commit_callbacks):
    photo = attached(taken(cast.photographer), cast.photographer)
    with django_capture_on_commit_callbacks(execute=True):
        photo = attached(photo, cast.photographer, PAPER + b"\n")
    assert kept() == sorted([photo.original, photo.consent_file])


def test_same_consent_again(cast, django_capture_on_commit_callbacks):
    photo = attached(taken(cast.photographer), cast.photographer)
    with django_capture_on_commit_callbacks(execute=True):
        photo = attached(photo, cast.photographer)
    assert photodesk.consent_of(photo) == PAPER


def test_shared_consent_is_deleted_with_last_photo(cast, django_capture_on_commit_callbacks):
    one, other = (attached(taken(cast.photographer, seed=seed), cast.photographer) for seed in (3, 5))
    with django_capture_on_commit_callbacks(execute=True):
        photodesk.delete(photo=one, actor=cast.photographer)
    assert photodesk.consent_of(other) == PAPER
    with django_capture_on_commit_callbacks(execute=True):
        photodesk.delete(photo=other, actor=cast.photographer)
    assert kept() == []


def test_consent_covers_replaced_files(cast):
    old = taken(cast.photographer)
    new = photodesk.replace(photo=old, file=a_file(seed=5), actor=cast.photographer).photo
    attached(new, cast.photographer)
    assert [photodesk.consent_of(photo) for photo in Photo.objects.all()] == [PAPER, PAPER]


@FOLDER_ONLY
def test_full_disk(cast, monkeypatch):
    photo = taken(cast.photographer)

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RefusedError, match="磁盘满了"):
        attached(photo, cast.photographer)
    monkeypatch.undo()
    assert kept() == [photo.original]


@pytest.mark.parametrize("fault", ["deleted meanwhile", "the database fails"])
def test_failed_attachment_leaves_no_file(cast, monkeypatch, fault):
    photo, other = taken(cast.photographer), attached(taken(cast.photographer, seed=5), cast.photographer, PAPER + b" ")
    if fault == "deleted meanwhile":
        Photo.objects.filter(pk=photo.pk).delete()
    else:

        def fails(*_):
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr("interviews.photodesk.consents.record", fails)
    before = kept()
    for data in (PAPER, PAPER + b" "):
        with pytest.raises(RefusedError):
            attached(photo, cast.photographer, data)
    assert kept() == before
    assert photodesk.consent_of(other) == PAPER + b" "


def test_consent_has_no_url(cast, client):
    photo = attached(taken(cast.photographer), cast.photographer)
    client.force_login(cast.superuser)
    for address in (f"/media/{photo.consent_file}", f"/media/{photo.pk}/{photo.consent_file.rpartition('/')[2]}"):
        assert client.get(address).status_code == 404
    assert storage.consents().size(photo.consent_file)
