"""The photo page: metadata, files by permission, and verbs."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from interviews import photodesk, tasks, workflow
from interviews.drafting import draft, freeze
from interviews.models import Photo, Speaker, Task
from interviews.photodesk import storage
from tests.builders import a_document_with, a_draft, a_photo, published, submitted
from tests.photodesk.files import a_file, a_made_photo, taken
from tests.shared_rows import built_once

from .windows import page_of, send

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 consent\n%%EOF"


def address(name, photo, *more):
    return reverse(f"admin:interviews_photo_{name}", args=[photo.pk, *more])


def act(client, photo, verb, **fields):
    return client.post(address("change", photo), {"verb": verb, **fields}, follow=True)


def file(name="新.jpg", seed=5, data=None):
    return SimpleUploadedFile(name, a_file(seed=seed, data=data).read())


@built_once
def photo(cast):
    return taken(cast.reporter)


# Per verb: form data, roles allowed, and a check that it was done.
MATRIX = {
    "describe": ({"caption": "植树"}, {"reporter", "photographer", "editor", "chief"}, lambda p: p.caption == "植树"),
    "replace": ({}, {"reporter", "photographer", "editor", "chief"}, lambda p: p.replaced_by is not None),
    "consent": ({}, {"reporter", "photographer", "editor", "chief"}, lambda p: p.consent_file != ""),
    "withdraw": ({"reason": "当事人要求。"}, {"chief"}, lambda p: p.withdrawn_at is not None),
    "reinstate": ({}, {"chief"}, lambda p: p.withdrawn_at is None),
}


class TestPermissions:
    @pytest.mark.parametrize("who", ["outsider", "colleague", "reporter", "photographer", "editor", "head", "chief"])
    @pytest.mark.parametrize("verb", MATRIX)
    def test_verb_permissions(self, client, cast, photo, verb, who):
        fields, allowed, done = MATRIX[verb]
        if verb == "reinstate":
            photodesk.withdraw(photo=photo, actor=cast.chief, reason="核实中")
        files = {"replace": {"file": file()}, "consent": {"file": file(data=PDF)}}.get(verb, {})
        client.force_login(getattr(cast, who))
        client.get(address("change", photo))
        act(client, photo, verb, **fields, **files)
        assert done(Photo.objects.get(pk=photo.pk)) is (who in allowed)

    @pytest.mark.parametrize("who", ["outsider", "colleague", "reporter", "photographer", "editor", "head", "chief"])
    def test_file_permissions(self, client, cast, photo, who):
        photodesk.attach_consent(photo=photo, actor=cast.reporter, file=file(data=PDF))
        client.force_login(getattr(cast, who))
        found = {name: client.get(address(name, photo)).status_code == 200 for name in ("original", "consent")}
        staff = who != "outsider"
        assert found == {"original": staff, "consent": who in {"reporter", "photographer", "editor", "chief"}}
        assert (client.get(address("picture", photo, 320)).status_code == 200) is staff


class TestDetails:
    def test_untouched_fields_are_not_written(self, client, cast, photo):
        client.force_login(cast.reporter)
        held = {"caption": "", "initial-caption": "", "alt_text": "", "initial-alt_text": ""}
        Photo.objects.filter(pk=photo.pk).update(alt_text="同事刚写的")
        act(client, photo, "describe", **held | {"caption": "植树", "terms": "仅限\n本报"})
        photo.refresh_from_db()
        assert (photo.caption, photo.alt_text, photo.terms) == ("植树", "同事刚写的", "仅限\n本报")

    def test_unchanged_form_writes_nothing(self, client, cast, photo):
        kept = Speaker.objects.create(name="裴国欣", organisation="市生态环境局")
        alias = Speaker.objects.create(name="裴国欣", merged_into=kept)
        moment = datetime(2025, 3, 12, 8, 30, 45, 678, tzinfo=UTC)
        Photo.objects.filter(pk=photo.pk).update(
            taken_at=moment, terms="仅限\n本报", focal_x=0.25, focal_y=0.5, expires_on="2027-01-01"
        )
        photo.people.add(alias)
        client.force_login(cast.reporter)
        forms = html.fromstring(client.get(address("change", photo)).content.decode()).forms
        held = dict(next(form for form in forms if "caption" in form.fields).form_values())
        page = act(client, photo, "describe", **held).content.decode()
        assert "没有改动，不用保存。" in page
        act(client, photo, "describe", **held | {"caption": "植树"})
        photo.refresh_from_db()
        assert (photo.caption, photo.taken_at, list(photo.people.all())) == ("植树", moment, [alias])

    def test_people_rights_and_focal_point(self, client, cast, photo):
        speaker = Speaker.objects.create(name="裴国欣")
        client.force_login(cast.reporter)
        act(client, photo, "describe", people=[speaker.pk], expires_on="2027-01-01", focal_x="0.2", focal_y="0.3")
        photo.refresh_from_db()
        assert (list(photo.people.all()), f"{photo.expires_on}", photo.focal) == ([speaker], "2027-01-01", (0.2, 0.3))

    def test_invalid_input_is_kept(self, client, cast, photo):
        client.force_login(cast.reporter)
        page = act(client, photo, "describe", caption="植树", expires_on="明年", photographer="无此人").content.decode()
        assert "采编人员里没有“无此人”" in page
        for typed in (">\n植树</textarea>", 'value="明年"', 'value="无此人"'):
            assert typed in page
        assert Photo.objects.get(pk=photo.pk).caption == ""

    def test_photo_of_another_is_read_only(self, client, cast, photo):
        client.force_login(cast.colleague)
        page = client.get(address("change", photo)).content.decode()
        assert 'name="caption"' not in page
        assert "下载原图" in page

    def test_query_count_is_fixed(self, client, cast, measured):
        client.force_login(cast.chief)
        unused, used = a_photo(), a_photo()
        published(cast, a_document_with(used))
        for _ in range(3):
            draft(document=a_document_with(used), actor=cast.reporter)
        assert measured(address("change", unused)) == measured(address("change", used))

    def test_failed_renditions_are_reported(self, client, cast, photo):
        client.force_login(cast.reporter)
        assert "公开图没有做成" not in client.get(address("change", photo)).content.decode()
        storage.originals().delete(photo.original)
        tasks.run_next()
        page = client.get(address("change", photo)).content.decode()
        assert "公开图没有做成：原图文件不见了。过一会儿会自动再试。" in page
        Task.objects.update(not_before=None)
        assert "不再自动重试" in client.get(address("change", photo)).content.decode()


class TestFiles:
    def test_original_is_downloaded_under_its_name(self, client, cast):
        photo = taken(cast.reporter, name='春"耕\r\n.jpg')
        client.force_login(cast.head)
        answer = client.get(address("original", photo))
        assert b"".join(answer.streaming_content) == a_file().read()
        assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E6%98%A5%22%E8%80%95")
        assert "no-store" in answer["Cache-Control"]

    def test_picture_before_and_after_renditions(self, client, cast, photo):
        client.force_login(cast.head)
        before = client.get(address("picture", photo, 320))
        photodesk.make(photo)
        after = client.get(address("picture", photo, 320))
        assert (before["Content-Type"], after["Content-Type"]) == ("image/jpeg", "image/webp")
        assert "no-cache" in before["Cache-Control"]
        assert "immutable" in after["Cache-Control"]

    def test_missing_file_is_404(self, client, cast):
        photo = a_photo(consent_file="x.pdf")
        client.force_login(cast.chief)
        for name, more in (("picture", [320]), ("original", []), ("consent", []), ("picture", [333])):
            assert client.get(address(name, photo, *more)).status_code == 404

    def test_consent_type_from_content(self, client, cast, photo):
        client.force_login(cast.reporter)
        assert (
            "授权书请传 PDF 或照片" in act(client, photo, "consent", file=file("授权.pdf", data=b"MZ")).content.decode()
        )
        act(client, photo, "consent", file=file("授权", data=PDF))
        answer = client.get(address("consent", photo))
        assert (b"".join(answer.streaming_content), answer["Content-Type"]) == (PDF, "application/pdf")

    @pytest.mark.parametrize("verb", ["replace", "consent"])
    def test_file_required(self, client, cast, photo, verb):
        client.force_login(cast.reporter)
        assert "请先选一个文件" in act(client, photo, verb).content.decode()


class TestReplacing:
    def test_replacing_records_drafts(self, client, cast):
        photo = a_made_photo(cast.reporter)
        feature = a_draft(cast, a_document_with(photo))
        client.force_login(cast.reporter)
        page = act(client, photo, "replace", file=file())
        new = Photo.objects.get(pk=photo.pk).replaced_by
        assert page.redirect_chain[-1][0] == address("change", new)
        assert {picture.id for picture in workflow.latest_revision(feature).read().pictures} == {new.pk}

    def test_replacing_without_edit_permission(self, client, cast):
        photo = a_made_photo(cast.reporter)
        feature = a_draft(cast, a_document_with(photo))
        client.force_login(cast.photographer)
        assert "由撰稿人下次保存时记入历史" in act(client, photo, "replace", file=file()).content.decode()
        assert freeze(feature).cover.id == Photo.objects.get(pk=photo.pk).replaced_by_id

    def test_stale_window_does_not_restore_old_file(self, client, cast):
        photo = a_made_photo(cast.reporter)
        feature = a_draft(cast, a_document_with(photo))
        page = page_of(feature, headline="写到一半")
        for seed in (5, 7):
            newest = Photo.objects.get(replaced_by=None)
            photodesk.replace(photo=newest, file=file(seed=seed), actor=cast.photographer)
        client.force_login(cast.reporter)
        assert send(client, "save", feature, page).status_code == 200
        document = workflow.latest_revision(feature).read()
        newest = Photo.objects.get(replaced_by=None)
        assert document.headline == "写到一半"
        assert {picture.id for picture in document.pictures} == {newest.pk}

    def test_page_in_review_is_named(self, client, cast):
        photo = a_made_photo(cast.reporter)
        submitted(cast, a_document_with(photo))
        client.force_login(cast.editor)
        assert "正在审稿，里面仍是旧的一张" in act(client, photo, "replace", file=file()).content.decode()

    def test_same_file_is_refused(self, client, cast, photo):
        client.force_login(cast.reporter)
        assert "图片库里已有这个文件" in act(client, photo, "replace", file=file(seed=3)).content.decode()


class TestRemoval:
    def test_withdrawal_needs_reason(self, client, cast, photo):
        client.force_login(cast.chief)
        assert "须写明原因" in act(client, photo, "withdraw", reason=" \n\x00").content.decode()

    def test_used_photo_is_not_deleted(self, client, cast):
        photo = a_made_photo(cast.reporter)
        draft(document=a_document_with(photo), actor=cast.reporter)
        client.force_login(cast.editor)
        for answer in (client.get(address("delete", photo)), client.post(address("delete", photo), {"sure": "yes"})):
            assert "封面（编辑中）" in answer.content.decode()
        assert Photo.objects.count() == 1

    def test_deletion_needs_confirmation(self, client, cast, photo):
        client.force_login(cast.reporter)
        client.get(address("delete", photo))
        client.post(address("delete", photo), {})
        assert Photo.objects.exists()
        client.post(address("delete", photo), {"sure": "yes"})
        assert not Photo.objects.exists()

    @pytest.mark.parametrize("who", ["outsider", "colleague", "head"])
    def test_delete_permission(self, client, cast, photo, who):
        client.force_login(getattr(cast, who))
        client.post(address("delete", photo), {"sure": "yes"})
        assert Photo.objects.exists()


def test_history_of_replaced_photo(client, cast, photo):
    photodesk.withdraw(photo=photo, actor=cast.chief, reason="当事人要求。")
    photodesk.reinstate(photo=photo, actor=cast.chief)
    photodesk.replace(photo=photo, file=file(), actor=cast.chief)
    client.force_login(cast.chief)
    answer = client.get(address("history", photo))
    assert answer.status_code == 200
    assert "当事人要求" in answer.content.decode()
    for unknown in ("999999", "9" * 25, "x"):
        assert client.get(f"/admin/interviews/photo/{unknown}/history/").status_code == 302
