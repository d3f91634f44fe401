"""Page import: upload or paste, label, confirm."""

from functools import cache
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from interviews.admin import page_import
from interviews.drafting import freeze
from interviews.editing import import_session
from interviews.errors import RefusedError
from interviews.models import Feature, ImportedPicture, ImportSession, Interview, Photo, Speaker
from tests.builders import SAMPLE, a_draft
from tests.pagetext.files.test_pages import file_of
from tests.photodesk.files import kept, taken

from .windows import page_of, send

pytestmark = pytest.mark.django_db
IMPORT = reverse("admin:interviews_feature_import")
TEXT = SAMPLE.read_text(encoding="utf-8")
BARE = "一河清水入晋中\n\n汾河的水\n\n市水利局河湖科科长 王小红\n\n水清了，鱼多了。"


def hand_in(client, user, **data):
    client.force_login(user)
    return client.post(IMPORT, data)


def upload(name, content):
    return {"file": SimpleUploadedFile(name, content)}


def review_of(client, **data):
    """Return the review screen and a function that confirms it with these choices."""
    address = reverse("admin:interviews_feature_intake", args=[ImportSession.objects.get().pk])
    shown = client.get(address)
    assert shown.status_code == 200
    return shown, lambda **more: client.post(address, {"seen": shown.context["seen"], **data, **more})


def label(client, lines):
    address = reverse("admin:interviews_feature_label", args=[ImportSession.objects.get().pk])
    return client.post(address, lines, content_type="application/json")


class TestUpload:
    def test_preview_then_import(self, client, cast):
        response = hand_in(client, cast.reporter, text=TEXT)
        assert response["Location"] == reverse("admin:interviews_feature_intake", args=[ImportSession.objects.get().pk])
        assert not Feature.objects.exists()
        shown, confirm = review_of(client)
        page = shown.content.decode()
        assert "原文 2064 字 ＝ 入稿 2064 字 ＋ 未入稿 0 字" in page
        response = confirm(issue_date="2025-03-12", page_number="3")
        feature = Feature.objects.get()
        assert response["Location"] == reverse("admin:interviews_feature_change", args=[feature.pk])
        assert Interview.objects.count() == 4
        assert (freeze(feature).issue.date, freeze(feature).issue.page) == ("2025-03-12", 3)

    def test_gb18030_file(self, client, cast):
        hand_in(client, cast.reporter, **upload("page.txt", TEXT.encode("gb18030")))
        review_of(client)[1]()
        assert Interview.objects.count() == 4

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("page.txt", b""),
            ("page.txt", b"\x00\x01\x02\xff\xfe\x89PNG" * 50),
            ("page.pdf", b"%PDF-1.7\n\x00\xff"),
            ("page.docx", b"PK\x03\x04" + b"\x00" * 100),
            ("page.txt", b"\xe5\xad\x97" * 1_700_000),
            ("page.txt", "字".encode() * 300_001),
        ],
        ids=["empty", "binary", "broken PDF", "broken docx", "over 5 MB", "over 300,000 characters"],
    )
    def test_invalid_file(self, client, cast, name, content):
        page = hand_in(client, cast.reporter, page_number="7", **upload(name, content))
        assert page.status_code == 200
        assert page.context["form"].errors["file"]
        assert 'value="7"' in page.content.decode()
        assert not ImportSession.objects.exists()

    def test_empty_form(self, client, cast):
        assert "请粘贴版面文字" in hand_in(client, cast.reporter, text=" \n").content.decode()

    @pytest.mark.parametrize("text", ["字" * 300_001, "\x00\x01\x02\x03" * 500], ids=["too long", "binary"])
    def test_invalid_text_is_kept(self, client, cast, text):
        page = hand_in(client, cast.reporter, text=text)
        assert page.context["form"].errors["text"]
        assert page.context["form"]["text"].value() == text
        assert not ImportSession.objects.exists()

    @pytest.mark.parametrize("who", ["photographer", "head", "chief"])
    def test_import_permission(self, client, cast, who):
        client.force_login(getattr(cast, who))
        assert client.get(IMPORT).status_code == 403

    def test_unfinished_import_is_offered(self, client, cast):
        hand_in(client, cast.reporter, text=TEXT)
        assert "擦亮生态底色" in client.get(IMPORT).content.decode()
        client.force_login(cast.colleague)
        assert "擦亮生态底色" not in client.get(IMPORT).content.decode()

    def test_discard_import(self, client, cast):
        hand_in(client, cast.reporter, text=TEXT)
        client.post(reverse("admin:interviews_feature_give_up", args=[ImportSession.objects.get().pk]))
        assert not ImportSession.objects.exists()
        assert not Feature.objects.exists()

    def test_duplicate_page(self, client, cast):
        hand_in(client, cast.reporter, text=TEXT)
        review_of(client)[1]()
        hand_in(client, cast.reporter, text=TEXT)
        assert "已经导入过" in review_of(client)[0].content.decode()


class TestReview:
    def test_page_without_topics_is_labelled(self, client, cast):
        hand_in(client, cast.reporter, text=BARE)
        shown, confirm = review_of(client)
        assert "没有读出话题" in shown.content.decode()
        assert "没有读出话题" in confirm().content.decode()
        answer = label(client, {"3": "topic"})
        assert answer.context["reading"].document.topics[0].title == "汾河的水"
        assert "原文 29 字 ＝ 入稿 29 字" in answer.content.decode()
        review_of(client)[1]()
        assert Interview.objects.get().speaker_name == "王小红"

    @pytest.mark.parametrize("sent", [b"", b"[]", b"{", b'{"1": "nothing"}', b'{"x": "lead"}', b"null", b"[" * 99_999])
    def test_invalid_labels(self, client, cast, sent):
        hand_in(client, cast.reporter, text=BARE)
        answer = label(client, sent)
        assert answer.status_code == 400
        assert answer.json()["reason"]
        assert ImportSession.objects.get().labels == {}

    def test_changed_in_another_window(self, client, cast):
        hand_in(client, cast.reporter, text=BARE)
        label(client, {"3": "topic"})
        _, confirm = review_of(client)
        label(client, {"1": "furniture"})
        page = confirm(page_number="5").content.decode()
        assert "又有改动" in page
        assert 'value="5"' in page
        assert not Feature.objects.exists()

    def test_people_are_matched_and_chosen(self, client, cast):
        known = Speaker.objects.create(name="王晓红", organisation="市水利局河湖科", job_title="科长")
        hand_in(client, cast.reporter, text=BARE)
        label(client, {"3": "topic"})
        shown, confirm = review_of(client)
        assert "读音相同" in shown.content.decode()
        confirm(**{"person:speaker:王小红:市水利局河湖科:科长": known.pk})
        assert Interview.objects.get().speaker == known

    @pytest.mark.parametrize("answer", ["new", "known"])
    def test_chosen_person_is_kept_after_refusal(self, client, cast, answer):
        known = Speaker.objects.create(name="王晓红", organisation="市水利局河湖科", job_title="科长")
        value = {"new": "0", "known": str(known.pk)}[answer]
        hand_in(client, cast.reporter, text=BARE)
        label(client, {"3": "topic"})
        _, confirm = review_of(client, **{"person:speaker:王小红:市水利局河湖科:科长": value})
        label(client, {"1": "furniture"})
        assert f'<option value="{value}" selected>' in confirm().content.decode()

    @pytest.mark.parametrize("choice", ["", "x", "-1", "²", "9" * 30, "424242"])
    def test_invalid_person(self, client, cast, choice):
        hand_in(client, cast.reporter, text=BARE)
        label(client, {"3": "topic"})
        field = quote("person:speaker:王小红:市水利局河湖科:科长", safe="")
        response = review_of(client)[1](**{field: choice, "person:speaker:王小红:市水利局河湖科:科长": choice})
        assert response.status_code in {200, 302}

    def test_import_is_private(self, client, cast):
        hand_in(client, cast.reporter, text=TEXT)
        pk = ImportSession.objects.get().pk
        client.force_login(cast.editor)
        assert client.get(reverse("admin:interviews_feature_intake", args=[pk]))["Location"] == IMPORT
        for name in ("label", "give_up"):
            address = reverse(f"admin:interviews_feature_{name}", args=[pk])
            assert client.post(address, {"1": "lead"}, content_type="application/json").status_code == 404

    def test_query_count_is_fixed(self, client, cast, measured):
        def taken(text):
            hand_in(client, cast.reporter, text=text)
            address = reverse("admin:interviews_feature_intake", args=[ImportSession.objects.latest("pk").pk])
            client.get(address)
            return measured(address)

        assert taken(TEXT) == taken("\n\n".join([TEXT, *TEXT.partition("话题一")[1:]])) <= 14


# The tests of pictures all import the same PDF.
read_once = cache(page_import.read_file)


@pytest.mark.django_db(transaction=True)
class TestPictures:
    @pytest.fixture
    def review(self, client, cast, monkeypatch):
        monkeypatch.setattr(page_import, "read_file", read_once)
        content = file_of("chromium-1-sample-4").read_bytes()
        hand_in(client, cast.reporter, **upload("20250312-03.pdf", content))
        return review_of(client)

    def test_pictures_are_private(self, client, cast, review):
        picture = ImportedPicture.objects.first()
        address = reverse("admin:interviews_feature_intake_picture", args=[picture.pk])
        answer = client.get(address)
        assert (answer["Content-Type"], answer.content[:2]) == ("image/jpeg", b"\xff\xd8")
        assert address in review[0].content.decode()
        client.force_login(cast.editor)
        assert client.get(address).status_code == 404

    def test_portraits_are_matched_to_speakers(self, client, review):
        review[1](picture=[picture.pk for picture in ImportedPicture.objects.all()])
        document = freeze(Feature.objects.get())
        portraits = [i.portrait for topic in document.topics for i in topic.interviews]
        assert all(portraits)
        assert portraits[0].alt_text == "裴国欣，市生态环境局大气科科长"
        assert document.photos == ()
        assert {photo.feature for photo in Photo.objects.all()} == {Feature.objects.get()}

    def test_refused_import_stores_no_photos(self, client, review):
        label(client, {"1": "furniture"})
        chosen = ImportedPicture.objects.order_by("pk").first().pk
        page = review[1](picture=[chosen]).content.decode()
        assert "又有改动" in page
        assert not Photo.objects.exists()
        assert page.count('name="picture"') == 4
        assert f'name="picture" value="{chosen}" checked' in page
        assert page.count(" checked") == 1

    def test_late_refusal_stores_no_photos(self, client, cast, review, monkeypatch):
        pictures = list(ImportedPicture.objects.order_by("pk"))
        earlier = taken(cast.editor, data=bytes(pictures[0].data))

        def refuse(**_):
            raise RefusedError("裴国欣的记录已经不在了。")

        monkeypatch.setattr(import_session, "import_page", refuse)
        page = review[1](picture=[picture.pk for picture in pictures]).content.decode()
        assert "已经不在了" in page
        assert list(Photo.objects.all()) == [earlier]
        assert kept() == [earlier.original]

    def test_failed_import_stores_no_photos(self, review, monkeypatch):
        def fail(**_):
            raise RuntimeError

        monkeypatch.setattr(import_session, "import_page", fail)
        with pytest.raises(RuntimeError):
            review[1](picture=[picture.pk for picture in ImportedPicture.objects.all()])
        assert not Photo.objects.exists()
        assert kept() == []

    def test_page_photographer_is_credited(self, client, cast, review):
        earlier = taken(cast.editor, data=bytes(ImportedPicture.objects.order_by("pk")[0].data))
        review[1](picture=[picture.pk for picture in ImportedPicture.objects.all()])
        credits = dict(Photo.objects.values_list("pk", "credit_line"))
        assert credits.pop(earlier.pk) == ""
        assert set(credits.values()) == {"程婧 摄"}

    def test_unticked_pictures_are_not_imported(self, client, review):
        review[1]()
        assert not Photo.objects.exists()
        assert [photo.caption for photo in freeze(Feature.objects.get()).photos]

    def test_unstorable_picture_stops_import(self, client, review, settings):
        settings.PHOTO_MOST_BYTES = 10
        page = review[1](picture=[ImportedPicture.objects.first().pk], page_number="6").content.decode()
        assert "图 1：照片超过" in page
        assert 'value="6"' in page
        assert not Feature.objects.exists()


class TestAgainstPrint:
    def test_diff_against_print(self, client, cast):
        hand_in(client, cast.reporter, text="晋中日报 2025年3月12日 第3版\n\n" + TEXT)
        shown, confirm = review_of(client)
        assert shown.context["form"].initial == {"issue_date": "2025-03-12", "page_number": 3}
        confirm()
        feature = Feature.objects.get()
        address = reverse("admin:interviews_feature_printed", args=[feature.pk])
        page = client.get(address).content.decode()
        assert "没有改动" in page
        assert "一字不差" in page
        assert "<li>晋中日报 2025年3月12日 第3版</li>" in page
        send(client, "save", feature, page_of(feature, headline="擦亮生态底色 描绘新画卷"))
        page = client.get(address).content.decode()
        assert "<del>美丽</del><ins>新</ins>" in page
        assert address in client.get(reverse("admin:interviews_feature_history", args=[feature.pk])).content.decode()

    def test_tampered_source_is_reported(self, client, cast):
        hand_in(client, cast.reporter, text=TEXT)
        review_of(client)[1]()
        Feature.objects.update(source_text=TEXT.replace("裴国欣", "裴国新"))
        address = reverse("admin:interviews_feature_printed", args=[Feature.objects.get().pk])
        assert "摘要不符" in client.get(address).content.decode()

    def test_typed_feature_has_no_print(self, client, cast):
        client.force_login(cast.reporter)
        feature = a_draft(cast)
        assert client.get(reverse("admin:interviews_feature_printed", args=[feature.pk])).status_code == 404
