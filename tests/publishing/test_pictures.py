"""Pictures on a page: freezing, blockers, projection, diff and merge."""

from datetime import date, timedelta

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from interviews import document as d
from interviews import projection, publishing
from interviews.diff import choices, merge
from interviews.diff.document import compare
from interviews.document.forms import read
from interviews.drafting import draft, freeze, rewrite
from interviews.errors import RefusedError
from interviews.models import Photo, PublishedPhoto
from tests.builders import a_document, a_document_with, a_photo, a_topic, an_interview, published, signed

pytestmark = pytest.mark.django_db


def portrait_of(document):
    return document.topics[0].interviews[0].portrait


def test_pictures_round_trip(cast):
    document = a_document_with(a_photo())
    frozen = freeze(draft(document=document, actor=cast.reporter))
    assert frozen.cover == document.cover
    assert frozen.photos == document.photos
    assert portrait_of(frozen) == portrait_of(document)


def test_caption_on_page_is_independent_of_library(cast):
    photo = a_photo()
    edition = published(cast, a_document_with(photo))
    Photo.objects.filter(pk=photo.pk).update(caption="另一句", alt_text="另一句", credit_line="另一人 摄")
    assert freeze(edition.feature) == edition.revision.read()
    assert publishing.record(feature=edition.feature, actor=cast.chief) is None


def test_missing_photo_leaves_caption(cast):
    photo = a_photo()
    document = a_document_with(photo)
    photo.delete()
    frozen = freeze(draft(document=document, actor=cast.reporter))
    assert frozen.photos == (d.Photo(caption=photo.caption, credit_line=photo.credit_line),)
    assert frozen.cover is None
    assert portrait_of(frozen) is None


def test_rewrite_removes_pictures(cast):
    feature = draft(document=a_document_with(a_photo()), actor=cast.reporter)
    rewrite(feature=feature, document=a_document())
    assert freeze(feature).pictures == []


def test_page_without_pictures_query_count(cast, django_assert_num_queries):
    feature = draft(document=a_document(), actor=cast.reporter)
    with django_assert_num_queries(6):
        freeze(feature)


def test_used_photo_is_protected(cast):
    photo = a_photo()
    draft(document=a_document_with(photo), actor=cast.reporter)
    with pytest.raises(ProtectedError):
        photo.delete()


# --- Blockers


def blockers_of(cast, document):
    feature = draft(document=document, actor=cast.reporter)
    return [(str(blocker), blocker.path) for blocker in publishing.blockers(feature)]


def test_complete_photo_has_no_blockers(cast):
    assert blockers_of(cast, a_document_with(a_photo())) == []


def test_missing_alt_text_blocks(cast):
    photo = a_photo()
    silent = d.Photo(id=photo.pk, caption="义务植树")
    page = a_document(
        cover=silent, photos=(silent,), topics=(a_topic("题", an_interview(portrait=d.Portrait(id=photo.pk))),)
    )
    assert blockers_of(cast, page) == [
        ("照片“义务植树”没有替代文字。", "cover.alt_text"),
        (f"照片“{str(photo)[:20]}”没有替代文字。", "topics[0].interviews[0].portrait.alt_text"),
        ("照片“义务植树”没有替代文字。", "photos[0].alt_text"),
    ]


def test_caption_without_photo_needs_no_alt_text(cast):
    assert blockers_of(cast, a_document(photos=(d.Photo(caption="图为义务植树。"),))) == []


def test_licence_includes_last_day(cast):
    today = timezone.localdate()
    page = a_document_with(a_photo(expires_on=today))
    assert blockers_of(cast, page) == []
    Photo.objects.update(expires_on=date(2025, 3, 1))
    found = blockers_of(cast, page)
    assert len(found) == 3
    assert found[0] == ("照片“三月十二日，干部群众在乌金山义务植树。”的使用期限（2025年3月1日）已过。", "cover")


def test_withdrawn_photo_blocks_publication(cast):
    photo = a_photo()
    feature = signed(cast, a_document_with(photo))
    Photo.objects.update(withdrawn_at=timezone.now())
    with pytest.raises(RefusedError, match="已撤下"):
        publishing.publish(feature=feature, actor=cast.chief)


def test_licence_ending_before_publication_blocks(cast):
    today = timezone.localdate()
    photo = a_photo(expires_on=today + timedelta(days=1))
    feature = signed(cast, a_document_with(photo))
    with pytest.raises(RefusedError, match="到发布时已过"):
        publishing.publish(feature=feature, actor=cast.chief, at=timezone.now() + timedelta(days=2))
    publishing.publish(feature=feature, actor=cast.chief, at=timezone.now() + timedelta(hours=1))
    # Rescheduling checks again.
    with pytest.raises(RefusedError, match="到发布时已过"):
        publishing.publish(feature=feature, actor=cast.chief, at=timezone.now() + timedelta(days=3))


# --- Projection


def test_published_photos_and_rebuild(cast):
    photo = a_photo()
    edition = published(cast, a_document_with(photo))
    rows = list(edition.photos.values("position", "photo", "place", "alt_text", "interview_id"))
    assert [row["place"] for row in rows] == ["cover", "portrait", "placed"]
    assert rows[1]["interview_id"] == edition.interviews.get().interview_id
    projection.rebuild_published()
    assert list(edition.photos.values("position", "photo", "place", "alt_text", "interview_id")) == rows


def test_public_photos_are_on_public_pages_and_usable(cast, monkeypatch):
    used, unused = a_photo(), a_photo()
    edition = published(cast, a_document_with(used))
    assert list(Photo.objects.public()) == [used]
    assert list(Photo.objects.public(edition.published_from - timedelta(hours=1))) == []
    for change in ({"withdrawn_at": timezone.now()}, {"expires_on": timezone.localdate() - timedelta(days=1)}):
        Photo.objects.filter(pk=used.pk).update(**change)
        assert not Photo.objects.public().exists()
        Photo.objects.filter(pk=used.pk).update(withdrawn_at=None, expires_on=None)
    publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="数据有误。")
    assert not Photo.objects.public().exists()
    assert PublishedPhoto.objects.count() == 3
    assert unused not in Photo.objects.public()


# --- Diff and merge


def test_changed_picture_is_a_change(cast):
    one, other = a_document_with(a_photo()), a_document_with(a_photo())
    notes = [note for change in compare(one, other) for note in change.notes]
    assert len(notes) == 4
    assert any("的肖像换了一张" in note for note in notes)
    assert any("封面换了一张" in note for note in notes)


def test_merge_offers_picture_choices(cast):
    base = freeze(draft(document=a_document_with(a_photo()), actor=cast.reporter))
    other = a_document_with(a_photo())
    interview = base.topics[0].interviews[0].model_copy(update={"portrait": portrait_of(other)})
    topics = (base.topics[0].model_copy(update={"interviews": (interview,)}),)
    theirs = base.model_copy(update={"cover": other.cover, "topics": topics})
    mine = base.model_copy(update={"headline": "另题"})
    assert [choice.label.split("：")[-1] for choice in choices(base, theirs, mine)] == ["主标题", "肖像", "封面"]
    merged = merge(base, theirs, mine, {})
    assert (merged.cover, portrait_of(merged), merged.headline) == (other.cover, portrait_of(other), "另题")


# --- Forms


def test_pictures_round_trip_through_form():
    document = a_document_with(Photo(pk=12, caption="义务植树", alt_text="植树的人", credit_line="程婧 摄"))
    assert read(document.to_data()) == document


def test_empty_picture_fields():
    data = a_document().to_data()
    data["cover"] = {"id": None, "caption": "", "credit_line": "", "alt_text": ""}
    data["topics"][0]["interviews"][0]["portrait"] = {"id": None, "credit_line": "", "alt_text": "没有图"}
    assert read(data) == a_document()
