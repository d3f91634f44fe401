"""Photo upload: one file per request, keyed by hash; duplicates; a form without scripts."""

import hashlib
from datetime import date, timedelta
from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from interviews import photodesk
from interviews.drafting import draft
from interviews.models import Contributor, Photo
from tests.builders import a_credit, a_document, a_document_with, a_draft
from tests.imaging import pictures as p
from tests.photodesk.files import a_file, kept, taken

pytestmark = pytest.mark.django_db
INTAKE, TAKE, KNOWN, PREFER = (
    reverse(f"admin:interviews_photo_{name}") for name in ("intake", "take", "known", "prefer")
)
EVERYBODY = ["outsider", "reporter", "colleague", "photographer", "editor", "head", "chief", "superuser"]
UPLOADERS = ["reporter", "colleague", "photographer", "editor", "chief", "superuser"]


def upload(name="春耕.jpg", data=None, seed=3, size=(640, 480)):
    return SimpleUploadedFile(name, a_file(data=data, seed=seed, size=size).read())


def key_of(file):
    file.seek(0)
    key = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    return key


def take(client, file=None, **fields):
    return client.post(TAKE, {"file": file or upload(), **fields})


class TestPermissions:
    @pytest.mark.parametrize("who", EVERYBODY)
    def test_upload_permission(self, client, cast, who):
        client.force_login(getattr(cast, who))
        allowed = who in UPLOADERS
        assert (client.get(INTAKE).status_code == 200) is allowed
        answer = take(client)
        assert (answer.status_code == 200) is allowed
        assert Photo.objects.exists() is allowed

    def test_ended_session_gives_401(self, client, cast):
        assert take(client).status_code == 401
        assert client.get(KNOWN).status_code == 401

    def test_feature_must_be_visible(self, client, cast):
        feature = a_draft(cast)
        client.force_login(cast.reporter)
        own = take(client, feature=feature.pk).json()["photo"]
        client.force_login(cast.colleague)
        foreign = take(client, upload(seed=5), feature=feature.pk).json()["photo"]
        assert Photo.objects.get(pk=own).feature == feature
        assert Photo.objects.get(pk=foreign).feature is None


class TestOneFile:
    def test_response_has_card(self, client, cast):
        client.force_login(cast.photographer)
        answer = take(client).json()
        assert (answer["created"], answer["refusal"], answer["duplicates"]) == (True, "", [])
        assert f'name="p{answer["photo"]}-caption"' in answer["card"]

    def test_invalid_file(self, client, cast):
        client.force_login(cast.photographer)
        answer = take(client, upload("照片.jpg", b"<html>"))
        assert answer.status_code == 200
        refusal = "这是网页，不是照片。请传 JPEG、PNG、WebP 或 HEIC。"
        assert answer.json() == {"photo": None, "refusal": refusal, "again": False}

    def test_file_required(self, client, cast):
        client.force_login(cast.photographer)
        answer = client.post(TAKE, {"file": ""})
        assert answer.status_code == 403
        assert "没有收到文件" in answer.json()["reasons"][0]["text"]

    def test_corrupted_upload(self, client, cast):
        client.force_login(cast.photographer)
        answer = take(client, key="0" * 64).json()
        assert (answer["photo"], answer["again"]) == (None, True)
        assert "损坏" in answer["refusal"]
        assert kept() == []

    def test_full_disk_allows_retry(self, client, cast, monkeypatch):
        client.force_login(cast.photographer)

        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        answer = take(client).json()
        assert (answer["again"], Photo.objects.count()) == (True, 0)
        assert "磁盘满了" in answer["refusal"]

    def test_page_photographer_is_default(self, client, cast):
        document = a_document(credits=(a_credit("策划", "路丽华"), a_credit("摄影", "程婧")))
        feature = draft(document=document, actor=cast.reporter)
        client.force_login(cast.reporter)
        photo = Photo.objects.get(pk=take(client, feature=feature.pk).json()["photo"])
        assert (photo.photographer.name, photo.credit_line) == ("程婧", "程婧 摄")

    def test_no_default_for_two_photographers(self, client, cast):
        document = a_document(credits=(a_credit("摄影", "程婧", "史俊杰"),))
        feature = draft(document=document, actor=cast.reporter)
        client.force_login(cast.reporter)
        photo = Photo.objects.get(pk=take(client, feature=feature.pk).json()["photo"])
        assert (photo.photographer, photo.credit_line) == (None, "")

    def test_query_count_is_bounded(self, client, cast, django_assert_max_num_queries):
        client.force_login(cast.photographer)
        for seed in range(5, 25, 2):
            taken(cast.photographer, seed=seed)
        Contributor.objects.bulk_create(Contributor(name=f"某{n}", name_sort="m") for n in range(30))
        with django_assert_max_num_queries(45):
            take(client)


class TestDuplicates:
    def test_retry_is_idempotent(self, client, cast):
        client.force_login(cast.photographer)
        since, file = timezone.now().isoformat(), upload()
        key = key_of(file)
        first = take(client, file, key=key, since=since).json()
        again = take(client, upload(), key=key, since=since).json()
        known = client.get(KNOWN, {"key": key, "since": since}).json()
        for answer in (again, known):
            assert (answer["photo"], answer["created"]) == (first["photo"], True)
            assert answer["notes"] == answer["duplicates"] == []
        assert Photo.objects.count() == 1

    def test_duplicate_is_reported(self, client, cast):
        edition_photo = taken(cast.photographer)
        draft(document=a_document_with(edition_photo), actor=cast.reporter)
        client.force_login(cast.reporter)
        since = (timezone.now() + timedelta(seconds=1)).isoformat()
        for answer in (take(client, since=since), client.get(KNOWN, {"key": edition_photo.sha256, "since": since})):
            answer = answer.json()
            assert (answer["photo"], answer["created"]) == (edition_photo.pk, False)
            assert "图片库里已有" in answer["notes"][0]
            (twin,) = answer["duplicates"]
            assert twin["same"]
            assert any("编辑中" in use for use in twin["used"])
        assert Photo.objects.count() == 1

    def test_unusable_duplicate_is_explained(self, client, cast):
        old = taken(cast.photographer)
        new = photodesk.replace(photo=old, file=a_file(seed=5), actor=cast.photographer).photo
        Photo.objects.update(expires_on=date(2020, 1, 1), withdrawn_at=timezone.now())
        client.force_login(cast.reporter)
        for answer in (take(client), client.get(KNOWN, {"key": old.sha256})):
            answer = answer.json()
            assert answer["photo"] == answer["duplicates"][0]["id"] == new.pk
            assert "，已撤下，使用期限已过，已换成新的一张）" in answer["notes"][0]

    def test_unknown_key(self, client, cast):
        client.force_login(cast.photographer)
        for key in ("", "0" * 64, "春" * 100):
            assert client.get(KNOWN, {"key": key}).json() == {"photo": None, "refusal": ""}

    @pytest.mark.parametrize("since", ["", "x", "2025-01-01", "2025-13-45T00:00:00", "9" * 5000])
    def test_invalid_since(self, client, cast, since):
        client.force_login(cast.photographer)
        assert take(client, since=since).status_code == 200


class TestNearDuplicates:
    @pytest.fixture
    def pair(self, cast):
        earlier = taken(cast.editor, size=(1600, 1200))
        data = p.saved(p.scenery(1600, 1200).resize((400, 300)))
        return earlier, SimpleUploadedFile("小图.jpg", data)

    def test_near_duplicate_is_reported(self, client, cast, pair):
        earlier, small = pair
        client.force_login(cast.photographer)
        answer = take(client, small).json()
        (twin,) = answer["duplicates"]
        assert (answer["created"], twin["id"], twin["same"]) == (True, earlier.pk, False)
        assert twin["label"] == str(earlier)

    def test_earlier_photo_is_preferred(self, client, cast, pair):
        earlier, small = pair
        client.force_login(cast.photographer)
        new = take(client, small).json()["photo"]
        answer = client.post(PREFER, {"new": new, "earlier": earlier.pk}).json()
        assert answer["photo"] == earlier.pk
        assert list(Photo.objects.all()) == [earlier]

    def test_only_own_upload_is_discarded(self, client, cast, pair):
        earlier, _ = pair
        other = taken(cast.photographer, seed=5)
        client.force_login(cast.reporter)
        answer = client.post(PREFER, {"new": earlier.pk, "earlier": other.pk})
        assert (answer.status_code, Photo.objects.count()) == (403, 2)

    def test_used_photo_is_not_discarded(self, client, cast, pair):
        earlier, small = pair
        client.force_login(cast.reporter)
        new = Photo.objects.get(pk=take(client, small).json()["photo"])
        draft(document=a_document_with(new), actor=cast.reporter)
        answer = client.post(PREFER, {"new": new.pk, "earlier": earlier.pk})
        assert "还有用处" in answer.json()["reasons"][0]["text"]
        assert Photo.objects.count() == 2

    @pytest.mark.parametrize("sent", [{}, {"new": "x", "earlier": "²"}, {"new": "1", "earlier": "1"}])
    def test_invalid_preference(self, client, cast, sent):
        client.force_login(cast.photographer)
        assert client.post(PREFER, sent).status_code == 403


class TestWithoutScripts:
    def test_bad_file_does_not_fail_others(self, client, cast):
        client.force_login(cast.photographer)
        files = [upload("好.jpg"), upload("坏.jpg", b"GIF89a" + b"x" * 40), upload("也好.jpg", seed=5)]
        page = client.post(INTAKE, {"file": files}).content.decode()
        assert Photo.objects.count() == 2
        assert "坏.jpg：" in page
        assert page.count("已入库。") == 2
        keys = "&amp;".join(f"photo={key}" for key in Photo.objects.order_by("pk").values_list("pk", flat=True))
        assert keys in page

    @pytest.mark.slow
    def test_more_than_a_hundred_files(self, client, cast):
        client.force_login(cast.photographer)
        number = count(1)
        files = [upload(f"{next(number)}.jpg", size=(64 + n % 60, 48 + n // 60)) for n in range(101)]
        answer = client.post(INTAKE, {"file": files})
        assert answer.status_code == 200
        assert Photo.objects.count() == 101

    def test_no_file_chosen(self, client, cast):
        client.force_login(cast.photographer)
        assert "没有选文件" in client.post(INTAKE, {}).content.decode()
