"""Photos on public pages, and their immediate removal."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from interviews import document as d
from interviews import photodesk, publishing
from interviews.models import Contributor, Photo, PublishedTopic, Speaker
from interviews.photodesk import storage
from interviews.publishing.preview_links import token_of
from tests.builders import a_credit, a_document_with, a_draft, a_photo, a_speaker, a_topic, an_interview, published
from tests.photodesk.files import a_made_photo
from tests.shared_rows import built_once

from .reading import get

pytestmark = pytest.mark.django_db


@built_once
def photo(cast):
    return a_made_photo(cast.photographer)


def file_of(photo, spec="full"):
    return "/media/" + photo.renditions.fresh().filter(spec=spec, format="jpeg").last().name


class TestFeaturePage:
    def test_portraits_and_figures(self, client, cast, photo):
        edition = published(cast, a_document_with(photo))
        page = get(client, f"/features/{edition.feature_id}/")
        assert page.count("img") == 2
        assert page.all("img", "alt") == ["植树的人", "裴国欣，市生态环境局大气科科长"]
        assert all(page.all("img", name) for name in ("width", "height", "srcset", "sizes"))
        assert "image/webp" in page.all("source", "type")
        assert "程婧 摄" in page.text
        social = [each for _, each in page.elements if each.get("property") == "og:image"]
        (image,) = social
        assert image["content"].endswith(file_of(photo, "social"))

    def test_placeholder_before_renditions_exist(self, client, cast):
        edition = published(cast, a_document_with(a_photo(width=1600, height=1200, colour="#336699")))
        page = get(client, f"/features/{edition.feature_id}/")
        assert page.count("img") == 0
        waiting = [each for name, each in page.elements if each.get("class") == "picture-waiting"]
        assert [(each["width"], each["height"]) for each in waiting] == [("1600", "1200"), ("900", "1200")]
        assert waiting[1]["aria-label"] == "裴国欣，市生态环境局大气科科长"
        assert "#336699" in page.html

    def test_figure_without_cover(self, client, cast, photo):
        page = get(client, f"/features/{published(cast, a_document_with(photo, cover=None)).feature_id}/")
        assert page.all("img", "alt") == ["植树的人", "裴国欣，市生态环境局大气科科长"]
        assert any(each.get("class") == "figures" for _, each in page.elements)
        assert page.all("img", "loading") == ["lazy", "lazy"]

    def test_cover_has_high_priority(self, client, cast, photo):
        for address in (f"/features/{published(cast, a_document_with(photo)).feature_id}/", "/"):
            page = get(client, address)
            assert page.all("img", "fetchpriority") == ["high"]
            assert page.all("img", "alt")[0] == "植树的人"
            assert not any(each.get("class") == "figures" for _, each in page.elements)

    def test_withdrawn_figure_loses_its_caption(self, client, cast, photo):
        edition = published(cast, a_document_with(photo, cover=None))
        photodesk.withdraw(photo=photo, actor=cast.chief, reason="当事人要求。")
        assert "乌金山" not in get(client, f"/features/{edition.feature_id}/").text

    def test_withdrawn_portrait_becomes_monogram(self, client, cast, photo):
        edition = published(cast, a_document_with(photo))
        photodesk.withdraw(photo=photo, actor=cast.chief, reason="当事人要求。")
        page = get(client, f"/features/{edition.feature_id}/")
        assert page.count("img") == 0
        assert any(each.get("class") == "monogram" for _, each in page.elements)

    def test_photos_cost_one_query(self, client, cast):
        few = published(cast, a_document_with(a_photo()))
        photos = [a_photo() for _ in range(12)]
        portraits = [an_interview(portrait=d.Portrait(id=each.pk, alt_text="裴国欣")) for each in photos]
        figures = tuple(d.Photo(id=each.pk, alt_text="植树") for each in photos)
        many = published(cast, a_document_with(photos[0], photos=figures, topics=(a_topic("题", *portraits),)))
        counts = []
        for edition in (few, many):
            with CaptureQueriesContext(connection) as queries:
                get(client, f"/features/{edition.feature_id}/")
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 6

    def test_preview_shows_unpublished_photos(self, client, cast, photo):
        feature = a_draft(cast, a_document_with(photo))
        link = publishing.share_preview(feature=feature, actor=cast.reporter, days=1)
        page = get(client, f"/preview/{token_of(link)}/")
        assert f"/photos/{photo.pk}/" not in page.links, "it has no page of its own yet"
        source = page.all("img", "src")[0]
        assert client.get(source).status_code == 200
        assert client.get(source)["Cache-Control"] == "private, no-store"
        assert client.get(source.partition("?")[0]).status_code == 404
        publishing.revoke_preview(link=link, actor=cast.reporter)
        assert client.get(source).status_code == 404


class TestSpeaker:
    def test_latest_printed_portrait(self, client, cast, photo):
        newer = a_made_photo(cast.photographer, seed=5)
        published(cast, a_document_with(photo, issue=d.Issue(date="2025-03-12")))
        published(cast, a_document_with(newer, issue=d.Issue(date="2025-03-19")))
        speaker = Speaker.objects.get(name="裴国欣")
        assert get(client, f"/speakers/{speaker.pk}/").all("img", "src") == [file_of(newer, "portrait")]
        photodesk.withdraw(photo=newer, actor=cast.chief, reason="当事人要求。")
        assert get(client, f"/speakers/{speaker.pk}/").all("img", "src") == [file_of(photo, "portrait")]
        photodesk.withdraw(photo=photo, actor=cast.chief, reason="当事人要求。")
        assert get(client, f"/speakers/{speaker.pk}/").count("img") == 0

    def test_portrait_belongs_to_speaker(self, client, cast, photo):
        portrait = d.Portrait(id=photo.pk, alt_text="裴国欣")
        other = an_interview(speaker=a_speaker("王丽"))
        topic = a_topic("蓝天白云常相伴", an_interview(portrait=portrait), other)
        published(cast, a_document_with(photo, topics=(topic,)))
        page = get(client, f"/speakers/{Speaker.objects.get(name='王丽').pk}/")
        assert page.count("img") == 0


class TestFiles:
    def test_public_file_is_cacheable(self, client, cast, photo):
        published(cast, a_document_with(photo))
        response = client.get(file_of(photo), headers={"Accept-Encoding": "gzip"})
        assert response["Content-Type"] == "image/jpeg"
        assert response["Cache-Control"] == "public, max-age=31536000, s-maxage=600, immutable"
        assert "Content-Encoding" not in response
        assert b"".join(response)[:3] == b"\xff\xd8\xff"
        again = client.get(file_of(photo), headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304
        assert "Content-Type" not in again
        for tags in (f"W/{response['ETag']}", f'"other", {response["ETag"]}', "*"):
            assert client.get(file_of(photo), headers={"if-none-match": tags}).status_code == 304

    def test_file_takes_one_query(self, client, cast, photo, django_assert_num_queries):
        published(cast, a_document_with(photo))
        address = file_of(photo)
        with django_assert_num_queries(1):
            client.get(address)

    def test_withdrawn_photo_is_gone_at_once(self, client, cast, photo):
        published(cast, a_document_with(photo))
        photodesk.withdraw(photo=photo, actor=cast.chief, reason="当事人要求。")
        assert client.get(file_of(photo)).status_code == 410
        assert client.get(f"/photos/{photo.pk}/").status_code == 410

    def test_licence_ends_at_midnight_in_beijing(self, client, cast, photo, at):
        published(cast, a_document_with(photo))
        Photo.objects.filter(pk=photo.pk).update(expires_on=timezone.localdate() + timedelta(days=3))
        age = int(client.get(file_of(photo))["Cache-Control"].split("max-age=")[1].split(",")[0])
        assert 2 * 86400 < age <= 4 * 86400
        at(timezone.now() + timedelta(seconds=age + 1))
        assert client.get(file_of(photo)).status_code == 410

    def test_unpublished_file_is_for_staff_only(self, client, cast, photo):
        assert client.get(file_of(photo)).status_code == 404
        client.force_login(cast.outsider)
        assert client.get(file_of(photo)).status_code == 404
        client.force_login(cast.reporter)
        assert client.get(file_of(photo))["Cache-Control"] == "private, no-store"

    def test_withdrawn_feature_withdraws_photos(self, client, cast, photo):
        edition = published(cast, a_document_with(photo))
        publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="数据有误。")
        assert client.get(file_of(photo)).status_code == 404

    @pytest.mark.parametrize("file", ["%00", "%00.jpg", "春.jpg", "a" * 3000 + ".jpg", "../1/x.jpg", "..%2f..%2f.env"])
    def test_invalid_file_name(self, client, cast, photo, file):
        published(cast, a_document_with(photo))
        assert client.get(f"/media/{photo.pk}/{file}").status_code == 404
        assert client.get(f"{file_of(photo)}?preview=%00").status_code == 200

    def test_missing_file_is_404(self, client, cast, photo):
        published(cast, a_document_with(photo))
        storage.public_files().delete(file_of(photo).removeprefix("/media/"))
        assert client.get(file_of(photo)).status_code == 404

    def test_superseded_rendition_expires_after_a_day(self, client, cast, photo):
        published(cast, a_document_with(photo))
        old = file_of(photo)
        for hours, status in ((23, 200), (25, 404)):
            photo.renditions.update(superseded_at=timezone.now() - timedelta(hours=hours))
            assert client.get(old).status_code == status

    def test_reinstated_photo_is_public(self, client, cast, photo):
        published(cast, a_document_with(photo))
        photodesk.withdraw(photo=photo, actor=cast.chief, reason="当事人要求。")
        assert client.get(file_of(photo))["Cache-Control"] == "private, no-store"
        photodesk.reinstate(photo=photo, actor=cast.chief)
        assert client.get(file_of(photo)).status_code == 200

    def test_original_has_no_url(self, client, cast, photo):
        published(cast, a_document_with(photo))
        client.force_login(cast.superuser)
        name = photo.original.rpartition("/")[2]
        for file in (photo.original, f"{photo.pk}/{name}", f"{photo.pk}/..%2f..%2foriginals"):
            assert client.get(f"/media/{file}").status_code == 404


class TestGallery:
    def test_gallery_lists_each_photo_once(self, client, cast, photo):
        other = a_made_photo(cast.photographer, seed=5)
        a_made_photo(cast.photographer, seed=7)
        published(cast, a_document_with(photo))
        published(cast, a_document_with(other, headline="另一个专题"))
        page = get(client, "/photos/")
        assert sorted(link for link in page.links if link.startswith("/photos/") and link != "/photos/") == sorted(
            [f"/photos/{photo.pk}/", f"/photos/{other.pk}/"]
        )
        assert page.count("img") == 2

    def test_caption_as_printed(self, client, cast, photo):
        published(cast, a_document_with(photo))
        photodesk.describe(photo=photo, actor=cast.photographer, changes={"caption": "没有审过的话"})
        for address in ("/photos/", f"/photos/{photo.pk}/"):
            text = get(client, address).text
            assert "没有审过的话" not in text
            assert "干部群众在乌金山植树" in text

    def test_query_count_is_fixed(self, client, cast):
        def count():
            with CaptureQueriesContext(connection) as queries:
                get(client, "/photos/?page=x")
            return len(queries)

        published(cast, a_document_with(a_photo()))
        few = count()
        for number in range(8):
            published(cast, a_document_with(a_photo(), headline=f"第{number}期"))
        assert count() == few <= 3

    def test_photo_page(self, client, cast, photo):
        Photo.objects.filter(pk=photo.pk).update(taken_at=timezone.make_aware(datetime(2025, 3, 12, 8, 30)))
        edition = published(cast, a_document_with(photo))
        page = get(client, f"/photos/{photo.pk}/")
        assert "2025年3月12日" in page.text
        assert "程婧 摄" in page.text
        assert f"/features/{edition.feature_id}/" in page.links
        assert page.count("h1") == 1

    def test_photo_page_links(self, client, cast, photo):
        document = a_document_with(photo, credits=(a_credit("摄影", "程婧"),))
        interview = published(cast, document).revision.read().topics[0].interviews[0]
        taker = Contributor.objects.get(name="程婧")
        Photo.objects.update(photographer=taker)
        page = get(client, f"/photos/{photo.pk}/")
        topic = PublishedTopic.objects.get().topic_id
        assert {f"/speakers/{interview.speaker.id}/", f"/contributors/{taker.pk}/"} <= set(page.links)
        assert f"/topics/{topic}/#interview-{interview.id}" in page.links
        assert f"/photos/{photo.pk}/" in get(client, f"/contributors/{taker.pk}/").links
        photodesk.withdraw(photo=Photo.objects.get(), actor=cast.chief, reason="当事人要求。")
        assert f"/photos/{photo.pk}/" not in get(client, f"/contributors/{taker.pk}/").links

    def test_uncredited_photographer_has_a_page(self, client, cast, photo):
        published(cast, a_document_with(photo))
        taker = Contributor.objects.create(name="无署名")
        Photo.objects.update(photographer=taker)
        assert f"/contributors/{taker.pk}/" in get(client, f"/photos/{photo.pk}/").links
        page = get(client, f"/contributors/{taker.pk}/")
        assert page.title.startswith("无署名")
        assert f"/photos/{photo.pk}/" in page.links
        photodesk.withdraw(photo=Photo.objects.get(), actor=cast.chief, reason="当事人要求。")
        assert client.get(f"/contributors/{taker.pk}/").status_code == 404

    def test_portrait_links_to_photo(self, client, cast, photo):
        edition = published(cast, a_document_with(photo, cover=None, photos=()))
        topic = edition.revision.read().topics[0]
        for address in (f"/features/{edition.feature_id}/", f"/topics/{topic.id}/"):
            assert f"/photos/{photo.pk}/" in get(client, address).links

    def test_unknown_or_unpublished_photo(self, client, cast, photo):
        assert client.get(f"/photos/{photo.pk}/").status_code == 404
        assert client.get("/photos/999999/").status_code == 404
        assert "还没有图片" in get(client, "/photos/").text

    def test_expired_photo_leaves_gallery(self, client, cast, photo):
        published(cast, a_document_with(photo))
        Photo.objects.filter(pk=photo.pk).update(expires_on=date(2025, 1, 1))
        assert "还没有图片" in get(client, "/photos/").text


def test_admin_preview_shows_unpublished_photos(client, cast, photo):
    feature = a_draft(cast, a_document_with(photo))
    client.force_login(cast.editor)
    page = get(client, reverse("admin:interviews_feature_preview", args=[feature.pk]))
    assert page.all("img", "alt") == ["植树的人", "裴国欣，市生态环境局大气科科长"]
    for source in page.all("img", "src"):
        assert client.get(source).status_code == 200
