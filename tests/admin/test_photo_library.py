"""The photo library and the picker."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from interviews import photodesk
from interviews.drafting import draft
from interviews.models import Contributor, Photo, Speaker, Subject
from interviews.photodesk import uses
from tests.builders import a_document_with, a_photo, published

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
LIBRARY, PICK = reverse("admin:interviews_photo_changelist"), reverse("admin:interviews_photo_pick")


def shown(client, **query):
    return {photo.pk for photo in client.get(LIBRARY, query).context["cl"].result_list}


def picked(client, **query):
    return [photo["id"] for photo in client.get(PICK, query).json()["photos"]]


class TestSearch:
    @pytest.fixture
    def found(self, cast):
        photo = a_photo(place="乌金山", photographer=Contributor.objects.create(name="程婧"), file_name="DSC_77.jpg")
        photo.people.add(Speaker.objects.create(name="裴国欣"), Speaker.objects.create(name="裴国庆"))
        a_photo(caption="汾河", credit_line="史俊杰 摄", alt_text="河")
        return photo

    @pytest.mark.parametrize("word", ["义务植树", "裴国", "程婧", "乌金山", "DSC_77", "山坡上", "植树 程婧"])
    def test_search(self, client, cast, found, word):
        client.force_login(cast.head)
        assert shown(client, q=word) == {found.pk}
        assert picked(client, q=word) == [found.pk]

    @pytest.mark.parametrize("word", ["%", "'", "x" * 5000, "没有这样的"])
    def test_any_search_is_answered(self, client, cast, found, word):
        client.force_login(cast.head)
        assert client.get(LIBRARY, {"q": word}).status_code in {200, 302}
        assert client.get(PICK, {"q": word, "start": word, "feature": word, "id": word}).status_code == 200


class TestFilters:
    def test_missing_fields(self, client, cast):
        whole = a_photo()
        bare = a_photo(caption="", alt_text="", credit_line="")
        client.force_login(cast.photographer)
        for value in ("caption", "alt", "credit"):
            assert shown(client, missing=value) == {bare.pk}
        assert shown(client) == {whole.pk, bare.pk}

    def test_state(self, client, cast):
        today = timezone.localdate()
        used, soon, old, later = a_photo(), *(a_photo(expires_on=today + timedelta(days=n)) for n in (30, -1, 31))
        gone = a_photo(withdrawn_at=timezone.now())
        published(cast, a_document_with(used))
        client.force_login(cast.photographer)
        assert shown(client, state="soon") == {soon.pk}
        # Withdrawn photos need no reminder.
        Photo.objects.filter(pk=soon.pk).update(withdrawn_at=timezone.now())
        assert shown(client, state="soon") == set()
        Photo.objects.filter(pk=soon.pk).update(withdrawn_at=None)
        assert shown(client, state="expired") == {old.pk}
        assert shown(client, state="withdrawn") == {gone.pk}
        assert shown(client, state="used") == {used.pk}
        assert shown(client, state="unused") == {soon.pk, old.pk, later.pk, gone.pk}

    def test_soonest_expiry_first(self, client, cast):
        today = timezone.localdate()
        photos = {n: a_photo(expires_on=today + timedelta(days=n)) for n in (9, 0, 30, 1)}
        client.force_login(cast.photographer)
        found = client.get(LIBRARY, {"state": "soon"}).context["cl"].result_list
        assert list(found) == [photos[n] for n in (0, 1, 9, 30)]
        assert list(client.get(LIBRARY).context["cl"].result_list) == [photos[n] for n in (1, 30, 0, 9)]

    def test_photographer_and_subject(self, client, cast):
        person = Contributor.objects.create(name="程婧")
        photo, _ = a_photo(photographer=person), a_photo()
        photo.subjects.add(Subject.objects.first())
        client.force_login(cast.photographer)
        assert shown(client, photographer=person.pk) == {photo.pk}
        assert shown(client, subjects__id__exact=Subject.objects.first().pk) == {photo.pk}

    def test_used_filter_matches_usage(self, cast):
        photos = [a_photo() for _ in range(3)]
        draft(document=a_document_with(photos[0]), actor=cast.reporter)
        Speaker.objects.create(name="裴国欣", portrait=photos[1])
        found = photodesk.with_use(Photo.objects.order_by("pk"))
        assert [photo.used for photo in found] == [bool(uses(photo)) for photo in photos] == [True, True, False]


class TestScreen:
    @pytest.mark.parametrize("who", ["reporter", "photographer", "editor", "head", "chief"])
    def test_open_to_all_staff(self, client, cast, who):
        photo = a_photo()
        client.force_login(getattr(cast, who))
        page = client.get(LIBRARY).content.decode()
        assert photo.caption in page
        assert ("上传照片" in page) is (who != "head")

    def test_replaced_files_are_hidden(self, client, cast):
        newer = a_photo()
        a_photo(replaced_by=newer)
        client.force_login(cast.head)
        assert shown(client) == set(picked(client)) == {newer.pk}

    def test_reverted_replacement_can_be_deleted(self, client, cast):
        """Even while a public page shows the photo's other file."""
        right = a_photo()
        published(cast, a_document_with(right))
        wrong = a_photo(replaced_by=right)
        client.force_login(cast.photographer)
        address = reverse("admin:interviews_photo_delete", args=[wrong.pk])
        assert "确认删除" in client.get(address).content.decode()
        assert "正在公开" in client.get(reverse("admin:interviews_photo_delete", args=[right.pk])).content.decode()
        client.post(address, {"sure": "yes"})
        assert list(Photo.objects.all()) == [right]

    def test_query_count_is_fixed(self, client, cast, measured):
        client.force_login(cast.photographer)
        person = Contributor.objects.create(name="程婧")
        a_photo(photographer=person)
        few = measured(LIBRARY)
        for _ in range(60):
            a_photo(photographer=person)
        assert measured(LIBRARY) == few
        assert measured(PICK) == measured(PICK, {"q": "植树"})


class TestPicker:
    def test_only_usable_photos(self, client, cast):
        good = a_photo()
        a_photo(withdrawn_at=timezone.now())
        a_photo(expires_on=timezone.localdate() - timedelta(days=1))
        client.force_login(cast.reporter)
        assert picked(client) == [good.pk]

    def test_newest_first_in_batches(self, client, cast):
        photos = [a_photo().pk for _ in range(30)]
        client.force_login(cast.reporter)
        first = client.get(PICK).json()
        rest = client.get(PICK, {"start": 24}).json()
        assert [photo["id"] for photo in first["photos"] + rest["photos"]] == photos[::-1]
        assert (first["more"], rest["more"]) == (True, False)

    def test_photos_by_id(self, client, cast):
        gone = a_photo(withdrawn_at=timezone.now())
        client.force_login(cast.reporter)
        (photo,) = client.get(PICK, {"id": [gone.pk, 999_999]}).json()["photos"]
        assert (photo["id"], photo["usable"]) == (gone.pk, False)

    def test_staff_only(self, client, cast):
        assert client.get(PICK).status_code == 401
        client.force_login(cast.outsider)
        assert client.get(PICK).status_code == 401
