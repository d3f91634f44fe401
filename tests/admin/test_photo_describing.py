"""The describe screen: many photos saved in one request, with errors per photo."""

import pytest
from django.urls import reverse
from django.utils import timezone

from interviews.models import Contributor, Photo, Subject
from tests.builders import a_photo
from tests.cast import GROUPS
from tests.shared_rows import built_once

pytestmark = pytest.mark.django_db
DESCRIBE, SAVE = reverse("admin:interviews_photo_describe"), reverse("admin:interviews_photo_save")


@built_once
def three(cast):
    return [a_photo(caption="", credit_line="", alt_text="", uploaded_by=cast.reporter) for _ in range(3)]


def sent(photos, **fields):
    return {
        "photo": [photo.pk for photo in photos],
        **{name.replace("__", "-"): value for name, value in fields.items()},
    }


def card(photo, **fields):
    """Build a card's form data, with its initial values, as a browser sends it."""
    held = {
        "caption": photo.caption,
        "alt_text": photo.alt_text,
        "credit_line": photo.credit_line,
        "place": photo.place,
    }
    begun = {f"initial-p{photo.pk}-{name}": value for name, value in held.items()}
    return begun | {f"p{photo.pk}-{name}": value for name, value in (held | fields).items()}


def fresh(photo):
    return Photo.objects.get(pk=photo.pk)


class TestPermissions:
    @pytest.mark.parametrize("who", [*GROUPS, "outsider"])
    def test_describe_permission(self, client, cast, three, who):
        client.force_login(getattr(cast, who))
        client.post(SAVE, sent(three[:1]) | card(three[0], caption="植树"))
        assert (fresh(three[0]).caption == "植树") is (who in {"reporter", "photographer", "editor", "chief"})

    def test_photos_of_others_are_read_only(self, client, cast, three):
        client.force_login(cast.colleague)
        page = client.get(DESCRIBE, sent(three)).content.decode()
        assert f'name="p{three[0].pk}-' not in page
        assert "不是你上传的" in page


class TestSaving:
    def test_saved_in_one_request(self, client, cast, three):
        client.force_login(cast.reporter)
        data = sent(three)
        for number, photo in enumerate(three):
            data |= card(photo, caption=f"第 {number} 张")
        answer = client.post(SAVE, data).json()
        assert (answer["told"], answer["faulty"]) == ("已保存 3 张照片的改动。", [])
        assert [fresh(photo).caption for photo in three] == ["第 0 张", "第 1 张", "第 2 张"]

    def test_errors_per_photo(self, client, cast, three):
        client.force_login(cast.reporter)
        good, bad, wrong = three
        data = sent(three) | card(good, caption="好") | card(bad, caption="写", photographer="没有这个人")
        data |= card(wrong, taken_on="二月三十日")
        answer = client.post(SAVE, data).json()
        assert answer["faulty"] == [bad.pk, wrong.pk]
        assert "采编人员里没有“没有这个人”" in answer["cards"][str(bad.pk)]
        assert "没有这个人" in answer["cards"][str(bad.pk)]
        assert (fresh(good).caption, fresh(bad).caption) == ("好", "")

    def test_works_without_scripts(self, client, cast, three):
        client.force_login(cast.reporter)
        good, bad, _ = three
        data = sent(three, save="yes") | card(good, caption="好") | card(bad, caption="写", photographer="没有这个人")
        page = client.post(DESCRIBE, data).content.decode()
        assert (fresh(good).caption, fresh(bad).caption) == ("好", "")
        assert "采编人员里没有“没有这个人”" in page
        assert ">\n写</textarea>" in page

    def test_untouched_fields_are_not_written(self, client, cast, three):
        photo = three[0]
        client.force_login(cast.reporter)
        data = sent([photo]) | card(photo, caption="植树")
        Photo.objects.filter(pk=photo.pk).update(alt_text="同事刚写的")
        client.post(SAVE, data)
        assert (fresh(photo).caption, fresh(photo).alt_text) == ("植树", "同事刚写的")

    def test_photographer_fills_credit_line(self, client, cast, three):
        person = Contributor.objects.create(name="程婧")
        client.force_login(cast.reporter)
        client.post(
            SAVE,
            sent(three)
            | card(three[0], photographer="程婧")
            | card(three[1], photographer="程婧", credit_line="资料图"),
        )
        assert (fresh(three[0]).photographer, fresh(three[0]).credit_line) == (person, "程婧 摄")
        assert fresh(three[1]).credit_line == "资料图"

    def test_namesakes_are_distinguished(self, client, cast, three):
        one = Contributor.objects.create(name="程婧", department="要闻部")
        Contributor.objects.create(name="程婧", department="摄影部")
        client.force_login(cast.reporter)
        answer = client.post(SAVE, sent(three) | card(three[0], photographer="程婧")).json()
        assert "有 2 位" in answer["cards"][str(three[0].pk)]
        client.post(SAVE, sent(three) | card(three[0], photographer="程婧（要闻部）"))
        assert fresh(three[0]).photographer == one

    def test_changed_date_keeps_time(self, client, cast, three):
        photo = three[0]
        moment = timezone.make_aware(timezone.datetime(2025, 3, 12, 8, 30))
        Photo.objects.filter(pk=photo.pk).update(taken_at=moment)
        client.force_login(cast.reporter)
        data = sent([photo]) | card(photo, taken_on="2025-03-13") | {f"initial-p{photo.pk}-taken_on": "2025-03-12"}
        client.post(SAVE, data)
        assert timezone.localtime(fresh(photo).taken_at).strftime("%F %H:%M") == "2025-03-13 08:30"

    def test_subjects_and_focal_point(self, client, cast, three):
        subject = Subject.objects.first()
        client.force_login(cast.reporter)
        client.post(SAVE, sent(three) | card(three[0], subjects=[subject.pk], focal_x="0.25", focal_y="0.75"))
        assert (fresh(three[0]).focal, list(fresh(three[0]).subjects.all())) == ((0.25, 0.75), [subject])

    @pytest.mark.parametrize("point", [("2", "0.5"), ("0.5", ""), ("nan", "0.5"), ("x", "0.5")])
    def test_focal_point_out_of_range(self, client, cast, three, point):
        client.force_login(cast.reporter)
        x, y = point
        answer = client.post(SAVE, sent(three) | card(three[0], focal_x=x, focal_y=y)).json()
        assert answer["faulty"] == [three[0].pk]
        assert fresh(three[0]).focal is None

    def test_query_count_is_fixed(self, client, cast, three, measured):
        client.force_login(cast.reporter)
        some = [a_photo(uploaded_by=cast.reporter) for _ in range(20)]
        assert measured(DESCRIBE, sent(three[:1])) == measured(DESCRIBE, sent(some))


class TestFillAll:
    def test_fill_empty_fields(self, client, cast, three):
        Photo.objects.filter(pk=three[0].pk).update(caption="原有")
        client.force_login(cast.reporter)
        data = sent(three, apply="yes", all__caption="植树", all__place="乌金山")
        for photo in three:
            data |= card(fresh(photo))
        page = client.post(DESCRIBE, data).content.decode()
        assert page.count(">\n植树</textarea>") == 2
        assert page.count(">\n原有</textarea>") == 1
        assert page.count('value="乌金山"') == 4
        assert fresh(three[1]).caption == ""

    def test_overwrite_all_fields(self, client, cast, three):
        client.force_login(cast.reporter)
        data = sent(three, apply="yes", all__caption="植树", all__over="yes") | card(three[0], caption="原有")
        assert client.post(DESCRIBE, data).content.decode().count(">\n植树</textarea>") == 3

    def test_empty_selection_redirects(self, client, cast):
        client.force_login(cast.photographer)
        assert "图片库" in client.get(DESCRIBE).content.decode()
