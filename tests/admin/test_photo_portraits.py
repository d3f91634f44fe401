"""配照片: match photos to speakers; one confirmation makes a revision."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from interviews import editing, people, photodesk, publishing, workflow
from interviews.document import Portrait
from interviews.drafting import draft, freeze
from interviews.models import Feature, Photo, Speaker
from interviews.photodesk.prefill import interviews_of
from tests.builders import (
    a_credit,
    a_document,
    a_draft,
    a_photo,
    a_speaker,
    a_topic,
    an_interview,
    published,
    submitted,
)
from tests.shared_rows import built_once

pytestmark = pytest.mark.django_db
PEOPLE = ["裴国欣", "王丽", "裴国欣"]


def address(feature):
    return reverse("admin:interviews_feature_portraits", args=[feature.pk])


@built_once
def feature(cast):
    topics = tuple(a_topic(f"题{n}", an_interview(speaker=a_speaker(name))) for n, name in enumerate(PEOPLE))
    credits = (a_credit("策划", "路丽华"), a_credit("摄影", "程婧"))
    return a_draft(cast, a_document(topics=topics, credits=credits))


@built_once
def photos(cast):
    bare = {"caption": "", "alt_text": "", "credit_line": "", "uploaded_by": cast.reporter}
    return [a_photo(file_name="IMG_1.jpg", **bare), a_photo(file_name="裴国欣.jpg", **bare)]


def pairs(client, feature, photos):
    found = client.get(address(feature), {"photo": [photo.pk for photo in photos]}).context["pairs"]
    return [(pair.interview.speaker_name, pair.photo, pair.reason) for pair in found]


def confirm(client, feature, photos, chosen, **fields):
    """Confirm the screen. `chosen`: a photo or None per interview, in page order."""
    interviews = [each for topic in freeze(feature).topics for each in topic.interviews]
    data = {"photo": [photo.pk for photo in photos], "confirm": "yes", "photographer": "程婧"}
    data["base"] = workflow.latest_revision(feature).number
    for interview, photo in zip(interviews, chosen, strict=True):
        data[f"portrait-{interview.id}"] = photo.pk if photo else "keep"
    return client.post(address(feature), data | fields, follow=True)


def portraits(feature):
    return [each.portrait for topic in freeze(Feature.objects.get(pk=feature.pk)).topics for each in topic.interviews]


def test_matches_are_explained(client, cast, feature, photos):
    client.force_login(cast.reporter)
    assert pairs(client, feature, photos) == [
        ("裴国欣", photos[1], "文件名"),
        ("王丽", photos[0], "次序"),
        ("裴国欣", photos[1], "同一个人"),
    ]


def test_unusable_photos_are_explained(client, cast, feature, photos):
    barred = [
        a_photo(file_name="王丽.jpg", withdrawn_at=timezone.now()),
        a_photo(file_name="李思.jpg", expires_on=date(2020, 1, 1)),
        a_photo(file_name="钱多.jpg", replaced_by=photos[0]),
    ]
    client.force_login(cast.reporter)
    keys = [photo.pk for photo in (*photos, *barred)]
    page = client.get(address(feature), {"photo": keys})
    assert page.context["photos"] == photos
    told = "不能配的：王丽.jpg（已撤下）、李思.jpg（使用期限已过）、钱多.jpg（已换成新的一张）</p>"
    assert told in page.content.decode()
    assert "不能配的" not in client.get(address(feature), {"photo": keys[:2]}).content.decode()


def test_confirmation_makes_revision(client, cast, feature, photos):
    client.force_login(cast.reporter)
    page = confirm(client, feature, photos, [photos[1], photos[0], None])
    assert "已给 2 位受访者配好照片" in page.content.decode()
    first, second, third = portraits(feature)
    assert (first.id, second.id, third) == (photos[1].pk, photos[0].pk, None)
    assert first.alt_text == "裴国欣，市生态环境局大气科科长"
    assert workflow.latest_revision(feature).number == 2


def test_photographer_and_people_are_recorded(client, cast, feature, photos):
    client.force_login(cast.reporter)
    assert client.get(address(feature)).context["photographer"] == "程婧"
    confirm(client, feature, photos, [photos[1], None, None])
    photos[1].refresh_from_db()
    assert (photos[1].credit_line, portraits(feature)[0].credit_line) == ("程婧 摄", "程婧 摄")
    assert [person.name for person in photos[1].people.all()] == ["裴国欣"]


def test_match_can_be_changed(client, cast, feature, photos):
    client.force_login(cast.reporter)
    confirm(client, feature, photos, [photos[0], photos[1], None])
    assert [portrait and portrait.id for portrait in portraits(feature)] == [photos[0].pk, photos[1].pk, None]


def test_concurrent_save_is_not_overwritten(client, cast, feature, photos):
    client.force_login(cast.reporter)
    document = freeze(feature).model_copy(update={"headline": "新的标题"})
    editing.save(feature=feature, actor=cast.editor, document=document, base=1)
    page = confirm(client, feature, photos, [photos[1], None, None], base=1).content.decode()
    assert "又有人存过第 2 稿" in page
    assert portraits(feature) == [None, None, None]
    confirm(client, feature, photos, [photos[1], None, None])
    assert freeze(Feature.objects.get(pk=feature.pk)).headline == "新的标题"
    assert portraits(feature)[0].id == photos[1].pk


def test_empty_choice_and_unknown_photographer(client, cast, feature, photos):
    client.force_login(cast.reporter)
    assert "还没有给谁配照片" in confirm(client, feature, photos, [None] * 3).content.decode()
    page = confirm(client, feature, photos, [photos[0], None, None], photographer="无此人").content.decode()
    assert "采编人员里没有“无此人”" in page
    assert 'value="无此人"' in page
    assert portraits(feature) == [None, None, None]


@pytest.mark.parametrize("sent", ["0", "²", "9" * 30, "-1", "999999"])
def test_only_offered_photos(client, cast, feature, photos, sent):
    client.force_login(cast.reporter)
    interview = freeze(feature).topics[0].interviews[0].id
    foreign = a_photo().pk if sent == "0" else sent
    data = {"photo": [photos[0].pk], "confirm": "yes", "base": sent, f"portrait-{interview}": foreign}
    assert client.post(address(feature), data).status_code == 200
    assert portraits(feature) == [None, None, None]


@pytest.mark.parametrize(
    ("who", "status"), [("outsider", 302), ("photographer", 403), ("colleague", 403), ("head", 302)]
)
def test_write_permission(client, cast, feature, photos, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(address(feature)).status_code == status
    interview = freeze(feature).topics[0].interviews[0].id
    client.post(
        address(feature), {"photo": photos[0].pk, "confirm": "yes", f"portrait-{interview}": photos[0].pk, "base": 1}
    )
    assert portraits(feature) == [None, None, None]


def test_page_in_review_or_public(client, cast):
    client.force_login(cast.reporter)
    for made in (submitted(cast), published(cast).feature):
        assert "不能修改，不能配照片" in client.get(address(made), follow=True).content.decode()
    client.force_login(cast.editor)
    assert "签名都会失效" in client.get(address(submitted(cast))).content.decode()


def test_query_count_is_fixed(client, cast, measured):
    small = a_draft(cast)
    topics = tuple(a_topic(f"题{n}", an_interview(speaker=a_speaker(f"某{n}"))) for n in range(12))
    large = draft(document=a_document(topics=topics), actor=cast.reporter)
    publishing.record(feature=large, actor=cast.reporter)
    client.force_login(cast.reporter)
    few, many = [a_photo().pk], [a_photo().pk for _ in range(12)]
    assert measured(address(small), {"photo": few}) == measured(address(large), {"photo": many})


class TestFormerPortraits:
    @pytest.fixture
    def photo(self):
        return a_photo(file_name="DSC_0001.jpg")

    @pytest.fixture
    def document(self, photo):
        portrait = Portrait(id=photo.pk, credit_line="程婧 摄", alt_text="裴国欣")
        return a_document(topics=(a_topic("蓝天", an_interview(portrait=portrait)),))

    def test_former_portrait_is_proposed(self, client, cast, photo, document, feature, photos):
        published(cast, document)
        client.force_login(cast.reporter)
        former = (photo, "上次见报的肖像")
        assert pairs(client, feature, []) == [("裴国欣", *former), ("王丽", None, ""), ("裴国欣", *former)]
        assert pairs(client, feature, photos[1:]) == [
            ("裴国欣", photos[1], "文件名"),
            ("王丽", None, ""),
            ("裴国欣", photos[1], "同一个人"),
        ]
        confirm(client, feature, [], [photo, None, photo])
        assert [each and each.id for each in portraits(feature)] == [photo.pk, None, photo.pk]

    def test_expired_portrait_is_not_proposed(self, client, cast, photo, document, feature):
        published(cast, document)
        Photo.objects.filter(pk=photo.pk).update(expires_on=date(2020, 1, 1))
        client.force_login(cast.reporter)
        assert pairs(client, feature, []) == [(name, None, "") for name in PEOPLE]

    def test_corrected_portrait_is_not_proposed(self, client, cast, document, feature):
        edition = published(cast, document)
        topics = edition.revision.read().topics
        bare = topics[0].interviews[0].model_copy(update={"portrait": None})
        bare = document.model_copy(update={"topics": (topics[0].model_copy(update={"interviews": (bare,)}),)})
        editing.save(feature=edition.feature, actor=cast.chief, document=bare, base=1)
        publishing.submit(feature=edition.feature, actor=cast.chief)
        for reviewer in (cast.editor, cast.head, cast.superuser):
            publishing.sign(feature=edition.feature, actor=reviewer, comment="值班只我一人")
        publishing.publish(feature=edition.feature, actor=cast.chief, wrong="照片不是本人", right="不配照片")
        client.force_login(cast.reporter)
        assert pairs(client, feature, []) == [(name, None, "") for name in PEOPLE]

    def test_former_portrait_of_merged_speaker(self, cast, photo, document):
        edition = published(cast, document)
        kept = Speaker.objects.create(name="裴国欣", organisation="省生态环境厅")
        people.merge(kept=kept, merged=Speaker.objects.exclude(pk=kept.pk).get(), actor=cast.chief)
        assert photodesk.former_portraits(interviews_of(edition.feature)) == {kept.pk: photo}

    def test_former_portrait_keeps_its_credit(self, client, cast, photo, document, feature):
        Photo.objects.filter(pk=photo.pk).update(credit_line="")
        published(cast, document)
        client.force_login(cast.editor)
        confirm(client, feature, [], [photo, None, None])
        photo.refresh_from_db()
        assert portraits(feature)[0].id == photo.pk
        assert (photo.photographer, photo.credit_line) == (None, "")
