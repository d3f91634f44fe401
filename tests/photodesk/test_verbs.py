"""Verbs of the photo desk: describe, place, replace, withdraw, delete; and a photo's usage."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from interviews import editing, photodesk, publishing
from interviews.drafting import draft, freeze
from interviews.errors import RefusedError
from interviews.models import Feature, Photo, Speaker
from interviews.photodesk import storage, uses
from tests.builders import a_document, a_document_with, a_photo, a_speaker, a_topic, an_interview, published, submitted

from .files import a_file, kept, taken

pytestmark = pytest.mark.django_db


def test_describe_cleans_text(cast):
    photo = taken(cast.reporter)
    changes = {"caption": " 义务\u202e植树 ", "alt_text": "植树的人", "expires_on": date(2027, 1, 1)}
    photodesk.describe(photo=photo, actor=cast.photographer, changes=changes)
    photo.refresh_from_db()
    assert (photo.caption, photo.alt_text, photo.expires_on) == ("义务植树", "植树的人", date(2027, 1, 1))


def test_invalid_change_is_refused_whole(cast):
    photo = taken(cast.photographer)
    with pytest.raises(RefusedError) as refusal:
        photodesk.describe(photo=photo, actor=cast.photographer, changes={"caption": "春" * 1001, "place": "乌金山"})
    assert "1000" in refusal.value.reasons[0]
    photo.refresh_from_db()
    assert (photo.caption, photo.place) == ("", "")


def test_people_in_photo(cast):
    photo, person = taken(cast.photographer), Speaker.objects.create(name="裴国欣")
    photodesk.describe(photo=photo, actor=cast.photographer, changes={"people": [person]})
    assert list(photo.people.all()) == [person]


def test_verbs_are_logged(cast, django_capture_on_commit_callbacks):
    photo = taken(cast.reporter)
    details = {"caption": "义务植树", "place": "", "people": [Speaker.objects.create(name="裴国欣")]}
    for _ in range(2):
        photodesk.describe(photo=photo, actor=cast.photographer, changes=details)
    photodesk.set_focal(photo=photo, actor=cast.photographer, x=0.2, y=0.3)
    photodesk.withdraw(photo=photo, actor=cast.chief, reason="当事人要求。")
    photodesk.reinstate(photo=photo, actor=cast.chief)
    new = photodesk.replace(photo=photo, file=a_file(seed=5), actor=cast.editor).photo
    alone = taken(cast.photographer, seed=9)
    key = alone.pk
    photodesk.delete(photo=alone, actor=cast.photographer)
    entries = LogEntry.objects.order_by("pk").values_list("user__username", "object_id", "change_message")
    assert list(entries) == [
        ("reporter", str(photo.pk), "上传"),
        ("photographer", str(photo.pk), "修改图片说明、画面中的人"),
        ("photographer", str(photo.pk), "修改焦点"),
        ("chief", str(photo.pk), "撤下：当事人要求。"),
        ("chief", str(photo.pk), "恢复公开"),
        ("editor", str(photo.pk), f"换成照片 {new.pk}"),
        ("editor", str(new.pk), f"上传，换下照片 {photo.pk}"),
        ("photographer", str(key), "上传"),
        ("photographer", str(key), "删除"),
    ]


def test_refusal_is_not_logged(cast):
    photo = taken(cast.reporter)
    with pytest.raises(RefusedError):
        photodesk.withdraw(photo=photo, actor=cast.reporter, reason="侵权。")
    assert LogEntry.objects.count() == 1


def test_only_details_can_be_described(cast):
    with pytest.raises(TypeError):
        photodesk.describe(photo=a_photo(), actor=cast.photographer, changes={"sha256": "0" * 64})


VERBS = {
    "describe": lambda photo, actor: photodesk.describe(photo=photo, actor=actor, changes={"caption": "新"}),
    "focal": lambda photo, actor: photodesk.set_focal(photo=photo, actor=actor, x=0.2, y=0.3),
    "replace": lambda photo, actor: photodesk.replace(photo=photo, file=a_file(seed=9), actor=actor),
    "delete": lambda photo, actor: photodesk.delete(photo=photo, actor=actor),
    "withdraw": lambda photo, actor: photodesk.withdraw(photo=photo, actor=actor, reason="侵权。"),
}
MAY = {
    "describe": {"reporter", "photographer", "editor", "chief"},
    "focal": {"reporter", "photographer", "editor", "chief"},
    "replace": {"reporter", "photographer", "editor", "chief"},
    "delete": {"reporter", "photographer", "editor", "chief"},
    "withdraw": {"chief"},
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", ["reporter", "colleague", "photographer", "editor", "head", "chief", "outsider"])
def test_verb_permissions(cast, verb, role):
    """On the reporter's own photo."""
    photo = taken(cast.reporter)
    before = Photo.objects.values().get(pk=photo.pk)
    if role in MAY[verb]:
        VERBS[verb](photo, getattr(cast, role))
    else:
        with pytest.raises(RefusedError, match="你不能"):
            VERBS[verb](photo, getattr(cast, role))
        assert list(Photo.objects.values()) == [before]


@pytest.mark.parametrize(("x", "y"), [(1.2, 0.5), (-0.1, 0.5), (0.5, None), (float("nan"), 0.5)])
def test_focal_point_out_of_range(cast, x, y):
    photo = taken(cast.photographer)
    with pytest.raises(RefusedError, match="画面之内"):
        photodesk.set_focal(photo=photo, actor=cast.photographer, x=x, y=y)


def test_values_copied_to_page(cast):
    photo = a_photo()
    assert photodesk.as_placed(photo).model_dump() == {
        "id": photo.pk,
        "caption": photo.caption,
        "credit_line": photo.credit_line,
        "alt_text": photo.alt_text,
    }
    silent = a_photo(alt_text="")
    assert photodesk.as_portrait(silent, name="裴国欣", post="大气科科长").alt_text == "裴国欣，大气科科长"


# --- Usage


@pytest.mark.engine
def test_usage(cast, django_assert_num_queries):
    photo = a_photo()
    assert uses(photo) == []
    edition = published(cast, a_document_with(photo))
    draft(document=a_document_with(photo, headline="另一个专题"), actor=cast.reporter)
    Speaker.objects.filter(name="裴国欣").update(portrait=photo)
    with django_assert_num_queries(6):
        found = [str(use) for use in uses(photo)]
    headline = edition.page.headline
    assert f"专题《{headline}》的封面（正在公开）" in found
    assert f"专题《{headline}》的肖像（编辑中）" in found
    assert "专题《另一个专题》的版面图片（编辑中）" in found
    assert any(each.startswith("受访者裴国欣") for each in found)


@pytest.mark.engine
def test_past_publication_is_usage(cast):
    photo = a_photo()
    edition = published(cast, a_document_with(photo))
    editing.save(feature=edition.feature, actor=cast.chief, document=a_document(), base=1)
    publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="数据有误。")
    assert {use.state for use in uses(photo)} == {"past"}
    with pytest.raises(RefusedError, match="曾经公开"):
        photodesk.delete(photo=photo, actor=cast.chief)


@pytest.mark.engine
@pytest.mark.parametrize("how", ["withdrawn", "given another time"])
def test_cancelled_publication_is_no_usage_but_protects(cast, how):
    photo = a_photo()
    edition = published(cast, a_document_with(photo), at=timezone.now() + timedelta(hours=1))
    if how == "withdrawn":
        publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="数据有误。")
        states = set()
    else:
        publishing.publish(feature=edition.feature, actor=cast.chief, at=timezone.now() + timedelta(hours=2))
        states = {"scheduled"}
    editing.save(feature=edition.feature, actor=cast.chief, document=a_document(), base=1)
    assert {use.state for use in uses(photo)} == states
    assert photodesk.with_use(Photo.objects.all()).get().used is bool(states)
    with pytest.raises(RefusedError, match="留有记录" if how == "withdrawn" else "定时发布"):
        photodesk.delete(photo=photo, actor=cast.chief)


@pytest.mark.engine
def test_replaced_file_counts_as_usage(cast):
    old = a_photo()
    published(cast, a_document_with(old))
    newer = photodesk.replace(photo=old, file=a_file(), actor=cast.photographer).photo
    new = photodesk.replace(photo=newer, file=a_file(seed=5), actor=cast.photographer).photo
    assert "（正在公开，用的是换过的另一个文件）" in str(uses(new)[-1])
    editing.save(feature=Feature.objects.get(), actor=cast.chief, document=a_document(), base=1)
    assert {(use.state, use.elsewhere) for use in uses(new)} == {("public", True)}
    assert {(use.state, use.elsewhere) for use in uses(old)} == {("public", False)}
    unused = a_photo()
    found = photodesk.with_use(Photo.objects.current())
    assert set(found.filter(used=True)) == {new}
    assert set(found.filter(used=False)) == {unused}


@pytest.mark.engine
def test_unused_photo_is_deleted_with_files(cast, django_capture_on_commit_callbacks):
    photo, other = taken(cast.photographer), taken(cast.photographer, seed=5)
    photodesk.make(photo)
    with django_capture_on_commit_callbacks(execute=True):
        photodesk.delete(photo=photo, actor=cast.photographer)
    assert kept() == [other.original]


def test_deleted_photo_is_uploaded_again(cast, django_capture_on_commit_callbacks):
    photo = taken(cast.photographer)
    with django_capture_on_commit_callbacks(execute=True):
        photodesk.delete(photo=photo, actor=cast.photographer)
    again = taken(cast.photographer)
    assert storage.originals().size(again.original)


# --- Replacement


def test_replacement_takes_place_and_description(cast):
    old = taken(cast.photographer)
    photodesk.describe(photo=old, actor=cast.photographer, changes={"caption": "义务植树", "alt_text": "植树的人"})
    photodesk.set_focal(photo=old, actor=cast.photographer, x=0.2, y=0.3)
    old.refresh_from_db()
    feature = draft(document=a_document_with(old), actor=cast.reporter)
    publishing.record(feature=feature, actor=cast.reporter)
    done = photodesk.replace(photo=old, file=a_file("调色.jpg", seed=5), actor=cast.photographer)
    new = Photo.objects.get(pk=done.photo.pk)
    assert (new.caption, new.alt_text, new.focal) == ("义务植树", "植树的人", (0.2, 0.3))
    assert (done.features, done.left) == ([feature], [])
    assert {picture.id for picture in freeze(feature).pictures} == {new.pk}
    assert publishing.record(feature=feature, actor=cast.reporter).number == 2
    assert list(Photo.objects.current()) == [new]


@pytest.mark.engine
def test_edition_keeps_old_file(cast):
    old = taken(cast.photographer)
    photodesk.describe(photo=old, actor=cast.photographer, changes={"alt_text": "植树的人"})
    old.refresh_from_db()
    edition = published(cast, a_document_with(old))
    photodesk.replace(photo=old, file=a_file(seed=5), actor=cast.photographer)
    assert {picture.id for picture in edition.revision.read().pictures} == {old.pk}
    assert storage.originals().size(old.original)
    assert list(Photo.objects.public()) == [Photo.objects.get(pk=old.pk)]


@pytest.mark.engine
def test_page_in_review_keeps_old_file(cast):
    old = taken(cast.photographer)
    photodesk.describe(photo=old, actor=cast.photographer, changes={"alt_text": "植树的人"})
    old.refresh_from_db()
    feature = submitted(cast, a_document_with(old))
    done = photodesk.replace(photo=old, file=a_file(seed=5), actor=cast.photographer)
    assert (done.features, done.left) == ([], [feature])
    publishing.sign(feature=feature, actor=cast.editor)


def test_duplicate_or_invalid_replacement(cast):
    photo = taken(cast.photographer)
    for data, word in ((None, "已有这个文件"), (b"<html>", "网页")):
        with pytest.raises(RefusedError, match=word):
            photodesk.replace(photo=photo, file=a_file(data=data), actor=cast.photographer)
    assert (Photo.objects.count(), kept()) == (1, [photo.original])


def test_photo_is_replaced_once(cast):
    photo = taken(cast.photographer)
    photodesk.replace(photo=photo, file=a_file(seed=5), actor=cast.photographer)
    with pytest.raises(RefusedError, match="已经换过"):
        photodesk.replace(photo=photo, file=a_file(seed=7), actor=cast.photographer)


@pytest.mark.engine
def test_reverted_replacement_is_deleted(cast, django_capture_on_commit_callbacks):
    right = taken(cast.photographer)
    feature = draft(document=a_document_with(right), actor=cast.reporter)
    wrong = photodesk.replace(photo=right, file=a_file(seed=5), actor=cast.photographer).photo
    photodesk.describe(photo=wrong, actor=cast.photographer, changes={"caption": "义务植树"})
    with pytest.raises(RefusedError, match="用处"):
        photodesk.delete(photo=wrong, actor=cast.photographer)
    with django_capture_on_commit_callbacks(execute=True):
        done = photodesk.replace(photo=wrong, file=a_file(), actor=cast.photographer)
    assert (done.photo, done.features) == (right, [feature])
    assert list(Photo.objects.current().values_list("pk", "caption")) == [(right.pk, "义务植树")]
    assert {picture.id for picture in freeze(feature).pictures} == {right.pk}
    with django_capture_on_commit_callbacks(execute=True):
        photodesk.delete(photo=Photo.objects.get(pk=wrong.pk), actor=cast.photographer)
    assert kept() == [right.original]


def test_reverting_to_any_earlier_file(cast):
    """From the third file back to the first: the chain becomes first, third, second."""
    first = taken(cast.photographer)
    second = photodesk.replace(photo=first, file=a_file(seed=5), actor=cast.photographer).photo
    third = photodesk.replace(photo=second, file=a_file(seed=7), actor=cast.photographer).photo
    with pytest.raises(RefusedError, match="已经换过"):
        photodesk.replace(photo=second, file=a_file(), actor=cast.photographer)
    photodesk.replace(photo=third, file=a_file(seed=5), actor=cast.photographer)
    chain = dict(Photo.objects.values_list("pk", "replaced_by"))
    assert chain == {first.pk: third.pk, third.pk: second.pk, second.pk: None}
    with pytest.raises(RefusedError, match="再替换一次"):
        photodesk.delete(photo=second, actor=cast.photographer)


def test_file_of_another_photo(cast):
    photo, other = taken(cast.photographer), taken(cast.photographer, seed=5)
    with pytest.raises(RefusedError, match="已有这个文件"):
        photodesk.replace(photo=photo, file=a_file(seed=5), actor=cast.photographer)
    assert set(Photo.objects.current()) == {photo, other}


def test_withdrawal_covers_all_files(cast):
    photo = taken(cast.photographer)
    newer = photodesk.replace(photo=photo, file=a_file(seed=5), actor=cast.photographer).photo
    newest = photodesk.replace(photo=newer, file=a_file(seed=7), actor=cast.photographer).photo
    photodesk.withdraw(photo=newer, actor=cast.chief, reason="当事人要求。")
    assert Photo.objects.filter(withdrawn_at=None).count() == 0
    newest.refresh_from_db()
    assert (newest.withdrawn_by, newest.withdrawal_reason) == (cast.chief, "当事人要求。")
    photodesk.reinstate(photo=newest, actor=cast.chief)
    assert Photo.objects.usable().count() == 3


def test_withdrawal_needs_reason(cast):
    with pytest.raises(RefusedError, match="原因"):
        photodesk.withdraw(photo=taken(cast.photographer), actor=cast.chief, reason=" \n")


# --- Licence terms


@pytest.mark.engine
def test_soon_expiring_photos(cast):
    today = timezone.localdate()
    ends = {"over": -1, "today": 0, "in a month": 30, "tomorrow": 1, "later": 31}
    photos = {name: a_photo(expires_on=today + timedelta(days=days)) for name, days in ends.items()}
    a_photo()
    gone = a_photo(expires_on=today)
    photodesk.withdraw(photo=gone, actor=cast.chief, reason="当事人要求。")
    found = Photo.objects.filter(photodesk.soon())
    assert set(found) == {photos["today"], photos["tomorrow"], photos["in a month"]}


@pytest.mark.engine
def test_expiry_in_beijing_time(cast, monkeypatch):
    photo = a_photo(expires_on=date(2025, 3, 12))
    for hour, found in ((15, [photo]), (16, [])):
        monkeypatch.setattr(timezone, "now", lambda hour=hour: datetime(2025, 3, 12, hour, 30, tzinfo=UTC))
        assert list(Photo.objects.filter(photodesk.soon())) == found


def test_extension_covers_replaced_files(cast):
    old = taken(cast.photographer)
    photodesk.describe(photo=old, actor=cast.photographer, changes={"expires_on": date(2025, 1, 1)})
    new = photodesk.replace(photo=old, file=a_file(seed=5), actor=cast.photographer).photo
    assert Photo.objects.usable().count() == 0
    photodesk.describe(photo=new, actor=cast.photographer, changes={"expires_on": date(2099, 1, 1)})
    assert Photo.objects.usable().count() == 2


@pytest.mark.parametrize(
    ("before", "after"), [(None, date(2020, 1, 1)), (date(2020, 1, 1), None), (date(2020, 1, 1), date(2099, 1, 1))]
)
def test_only_chief_changes_visibility_by_term(cast, before, after):
    """Also if the public page shows an older file of the photo."""
    old = a_photo()
    published(cast, a_document_with(old))
    photo = photodesk.replace(photo=old, file=a_file(), actor=cast.photographer).photo
    Photo.objects.update(expires_on=before)
    with pytest.raises(RefusedError, match="总编辑"):
        photodesk.describe(photo=photo, actor=cast.editor, changes={"expires_on": after})
    assert set(Photo.objects.values_list("expires_on", flat=True)) == {before}
    photodesk.describe(photo=photo, actor=cast.chief, changes={"expires_on": after})
    assert set(Photo.objects.values_list("expires_on", flat=True)) == {after}


def test_anybody_changes_term_without_public_effect(cast):
    public, private = a_photo(), a_photo()
    published(cast, a_document_with(public))
    photodesk.describe(photo=public, actor=cast.editor, changes={"expires_on": date(2099, 1, 1)})
    photodesk.describe(photo=private, actor=cast.editor, changes={"expires_on": date(2020, 1, 1)})
    assert set(Photo.objects.usable()) == {public}


# --- Portraits


def test_match_by_file_name_caption_then_order(cast):
    people = ["裴国欣", "王丽", "李思", "钱多"]
    topics = [a_topic(f"题{n}", an_interview(speaker=a_speaker(name))) for n, name in enumerate(people)]
    feature = draft(document=a_document(topics=tuple(topics)), actor=cast.reporter)
    photos = [
        a_photo(file_name="IMG_1.jpg", caption="", alt_text=""),
        a_photo(file_name="qianduo-2.jpg", caption="", alt_text=""),
        a_photo(file_name="IMG_2.jpg", caption="王丽接受采访", alt_text=""),
        a_photo(file_name="裴国欣.jpg", caption="", alt_text=""),
    ]
    found = photodesk.match_portraits(feature, photos)
    assert [(match.interview.speaker_name, match.photo, match.reason) for match in found] == [
        ("裴国欣", photos[3], "文件名"),
        ("王丽", photos[2], "图片说明"),
        ("李思", photos[0], "次序"),
        ("钱多", photos[1], "文件名"),
    ]


@pytest.mark.parametrize("field", ["file_name", "caption"])
def test_longest_name_matches_portrait(cast, field):
    topics = tuple(a_topic(f"题{n}", an_interview(speaker=a_speaker(n))) for n in ("王伟", "王伟东"))
    feature = draft(document=a_document(topics=topics), actor=cast.reporter)
    longer, shorter = (a_photo(**{"caption": "", "alt_text": "", field: name}) for name in ("王伟东", "王伟"))
    found = photodesk.match_portraits(feature, [longer, shorter])
    assert [match.photo for match in found] == [shorter, longer]


def test_speaker_with_portrait_is_skipped(cast):
    feature = draft(document=a_document_with(a_photo()), actor=cast.reporter)
    assert photodesk.match_portraits(feature, [a_photo(file_name="裴国欣.jpg")]) == []
