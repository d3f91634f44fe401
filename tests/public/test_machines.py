"""Feeds, sitemaps, JSON-LD and Open Graph, checked against their specifications."""

import json
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from lxml import etree
from PIL import Image

from interviews import document as d
from interviews import publishing
from interviews.imaging.headlines import draw_headline
from interviews.models import Edition
from interviews.public import social_images
from interviews.public.views import sitemaps
from tests.builders import a_credit, a_document, a_document_with, a_reprint, a_topic, an_interview, published
from tests.photodesk.files import a_made_photo
from tests.publishing.test_editions import next_version

from .pages import a_full_document, publish_many
from .reading import get
from .schemas import ATOM as ATOM_SCHEMA
from .schemas import SITEMAP, faults

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
EVIL = "]]></title><script>&lt;\ufffe\U0001ffff"
HOUR = timedelta(hours=1)


def tree(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return etree.fromstring(response.content), response


def moment(text):
    """Parse an RFC 3339 timestamp; it must have an offset."""
    found = datetime.fromisoformat(text)
    assert found.tzinfo is not None
    return found


class TestAtom:
    """RFC 4287."""

    @pytest.mark.parametrize("name", ["features", "topics"])
    @pytest.mark.parametrize("count", [0, 1, 3])
    def test_required_elements(self, client, cast, name, count):
        publish_many(cast, count)
        feed, response = tree(client, f"/feeds/{name}.atom")
        ATOM_SCHEMA.assertValid(feed)
        assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
        assert feed.tag == f"{ATOM}feed"
        for element in ("id", "title", "updated", "author"):  # RFC 4287, 4.1.1: exactly one each, and an author
            assert len(feed.findall(ATOM + element)) == 1
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert links["self"] == f"{django_settings.SITE_URL}/feeds/{name}.atom"
        entries = feed.findall(f"{ATOM}entry")
        assert len(entries) == count * (2 if name == "topics" else 1)
        assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
        for entry in entries:  # RFC 4287, 4.1.2
            for element in ("id", "title", "updated", "published", "content", "summary"):
                assert len(entry.findall(ATOM + element)) == 1, element
            assert moment(entry.findtext(f"{ATOM}published")) <= moment(entry.findtext(f"{ATOM}updated"))
            assert client.get(urlsplit(entry.find(f"{ATOM}link").get("href")).path).status_code == 200
            assert all(len(author.findall(f"{ATOM}name")) == 1 for author in entry.findall(f"{ATOM}author"))
        updated = [moment(entry.findtext(f"{ATOM}updated")) for entry in entries]
        assert updated == sorted(updated, reverse=True)
        assert not updated or moment(feed.findtext(f"{ATOM}updated")) == max(updated)

    @pytest.mark.parametrize("missing", ["id", "title", "updated"])
    def test_schema_rejects_missing_elements(self, client, edition, missing):
        feed, _ = tree(client, "/feeds/features.atom")
        entry = feed.find(f"{ATOM}entry")
        entry.remove(entry.find(ATOM + missing))
        assert not ATOM_SCHEMA.validate(feed)

    def test_full_text_and_authors(self, client, cast):
        published(cast, a_full_document(1))
        entry = tree(client, "/feeds/features.atom")[0].find(f"{ATOM}entry")
        content = entry.find(f"{ATOM}content")
        assert content.get("type") == "html"
        assert content.text.count("清新的空气、如洗的蓝天，令人心旷神怡。") == 3
        assert "<h2>林海听涛1</h2>" in content.text
        assert [each.findtext(f"{ATOM}name") for each in entry.findall(f"{ATOM}author")] == [
            "武玲芳",
            "李娟",
            "史俊杰",
            "王明",
        ]

    def test_well_formed_with_hostile_text(self, client, cast):
        published(cast, a_document(headline=EVIL, lead=(EVIL,), topics=(a_topic(EVIL, an_interview()),)))
        for name in ("features", "topics"):
            feed, _ = tree(client, f"/feeds/{name}.atom")
            ATOM_SCHEMA.assertValid(feed)
            assert feed.find(f"{ATOM}entry/{ATOM}title").text == "]]></title><script>&lt;\U0001ffff"

    def test_withdrawn_and_scheduled_are_absent(self, client, cast):
        publishing.withdraw(feature=published(cast).feature, actor=cast.chief, reason="有误。")
        published(cast, at=timezone.now() + HOUR)
        assert tree(client, "/feeds/features.atom")[0].find(f"{ATOM}entry") is None
        assert tree(client, "/feeds/topics.atom")[0].find(f"{ATOM}entry") is None


class TestSitemaps:
    """sitemaps.org 0.9."""

    def test_index_lists_every_page(self, client, cast, monkeypatch):
        monkeypatch.setattr(sitemaps, "ADDRESSES_IN_A_FILE", 3)
        publish_many(cast, 4)
        index, response = tree(client, "/sitemap.xml")
        assert response["Content-Type"] == "application/xml; charset=utf-8"
        assert index.tag == f"{MAP}sitemapindex"
        SITEMAP.assertValid(index)
        locations = []
        for file in index.findall(f"{MAP}sitemap/{MAP}loc"):
            urls, _ = tree(client, urlsplit(file.text).path)
            assert urls.tag == f"{MAP}urlset"
            SITEMAP.assertValid(urls)
            standing = "/pages-" in file.text
            assert 1 <= len(urls) <= (len(sitemaps.STANDING) if standing else 3)
            for url in urls:
                changed = url.findtext(f"{MAP}lastmod")
                assert changed is None if standing else moment(changed) <= timezone.now()
                locations.append(url.findtext(f"{MAP}loc"))
        assert len(locations) == len(set(locations)) > 26
        for location in locations:
            assert location.startswith(django_settings.SITE_URL)
            path = urlsplit(location).path
            page = get(client, path)
            assert page.status == 200
            assert page.link("canonical") == location
            assert 'content="noindex' not in page.html

    @pytest.mark.parametrize("file", ["features-99999", "features-0", "nonsense-1", "features-99999999999999999999"])
    def test_unknown_file_is_404(self, client, edition, file):
        assert client.get(f"/sitemaps/{file}.xml").status_code == 404

    def test_empty_site(self, client, db):
        index, _ = tree(client, "/sitemap.xml")
        SITEMAP.assertValid(index)
        (file,) = index.findall(f"{MAP}sitemap/{MAP}loc")
        SITEMAP.assertValid(tree(client, urlsplit(file.text).path)[0])

    def test_news_sitemap_covers_two_days(self, client, cast, at):
        now = timezone.now()
        feature = published(cast, a_document(headline="新闻&大事")).feature
        root, _ = tree(client, "/news-sitemap.xml")
        SITEMAP.assertValid(root)
        news = root.find(f"{MAP}url/{NEWS}news")
        assert news.findtext(f"{NEWS}title") == "新闻&大事"
        assert news.findtext(f"{NEWS}publication/{NEWS}language") == "zh-cn"
        assert news.findtext(f"{NEWS}publication/{NEWS}name") == django_settings.SITE_NAME
        assert moment(news.findtext(f"{NEWS}publication_date")) <= timezone.now()
        at(now + timedelta(days=2, hours=1))
        assert len(tree(client, "/news-sitemap.xml")[0]) == 0
        correction = next_version(cast, feature)
        publishing.publish(feature=correction, actor=cast.chief, wrong="甲", right="乙")
        assert len(tree(client, "/news-sitemap.xml")[0]) == 0, "a correction is no news"


class TestJsonLd:
    """schema.org, and Google's requirements for articles, breadcrumbs and profiles."""

    def nodes(self, client, address):
        return {node["@type"]: node for node in get(client, address).data}

    def test_article(self, client, cast):
        credits = (a_credit("策划", "路丽华"), a_credit("摄影", "程婧"))
        edition = published(cast, a_full_document(1, credits=credits))
        article = self.nodes(client, f"/features/{edition.feature_id}/")["NewsArticle"]
        assert article["headline"] == "太行深处绿意浓\u3000第1期"
        assert [person["name"] for person in article["author"]] == ["武玲芳", "李娟", "史俊杰", "王明"]
        assert [person["name"] for person in article["editor"]] == ["路丽华"]
        assert [(person["name"], person["jobTitle"]) for person in article["contributor"]] == [("程婧", "摄影")]
        assert article["datePublished"] == "2021-02-02"
        assert moment(article["dateModified"]) == Edition.objects.get().published_from
        assert article["mentions"][0]["jobTitle"] == "局长"
        assert article["publisher"]["@type"] == "NewsMediaOrganization"
        assert "correction" not in article
        assert "isBasedOn" not in article
        assert "image" not in article

    def test_correction(self, client, cast, edition):
        feature = edition.feature
        publishing.publish(feature=next_version(cast, feature), actor=cast.chief, wrong="285 天", right="297 天")
        (correction,) = self.nodes(client, f"/features/{feature.pk}/")["NewsArticle"]["correction"]
        assert correction["@type"] == "CorrectionComment"
        assert "297 天" in correction["text"]
        moment(correction["datePublished"])

    def test_topic_has_its_own_corrections(self, client, cast):
        feature = published(cast, a_full_document(1)).feature
        first, second = Edition.objects.get().revision.read().topics
        publishing.publish(
            feature=next_version(cast, feature), actor=cast.chief, wrong="甲", right="乙", place=f"topic:{first.id}"
        )
        assert self.nodes(client, f"/topics/{first.id}/")["NewsArticle"]["correction"]
        article = self.nodes(client, f"/topics/{second.id}/")["NewsArticle"]
        assert "correction" not in article
        assert article["description"] == f"{second.interviews[0].speaker.name}：更新后的话。"

    def test_reprint_is_based_on_original(self, client, cast):
        topics = (a_topic("题", an_interview(credits=())),)
        edition = published(
            cast, a_document(reprint=a_reprint(), topics=topics, credits=(a_credit("责任编辑", "王芳"),))
        )
        for address in (f"/features/{edition.feature_id}/", f"/topics/{edition.revision.read().topics[0].id}/"):
            article = self.nodes(client, address)["NewsArticle"]
            assert faults(article) == []
            assert article["isBasedOn"] == {
                "@type": "NewsArticle",
                "name": "汾河水清",
                "url": a_reprint().url,
                "author": {"@type": "Person", "name": "沈佳"},
                "publisher": {"@type": "Organization", "name": "山西日报"},
            }
            assert article["author"] == article["isBasedOn"]["author"]
            assert [person["name"] for person in article["editor"]] == ["王芳"]

    def test_breadcrumbs(self, client, edition):
        topic = edition.revision.read().topics[0]
        for address in (f"/features/{edition.feature_id}/", f"/topics/{topic.id}/"):
            crumbs = self.nodes(client, address)["BreadcrumbList"]["itemListElement"]
            assert [crumb["position"] for crumb in crumbs] == list(range(1, len(crumbs) + 1))
            for crumb in crumbs:
                assert crumb["@type"] == "ListItem"
                assert crumb["name"]
                assert client.get(urlsplit(crumb["item"]).path).status_code == 200
            assert crumbs[-1]["item"].endswith(address)

    def test_profiles(self, client, edition):
        interview = edition.revision.read().topics[0].interviews[0]
        person = self.nodes(client, f"/speakers/{interview.speaker.id}/")["ProfilePage"]["mainEntity"]
        assert person["@type"] == "Person"
        assert person["jobTitle"] == "科长"
        contributor = interview.credits[0].contributors[0].id
        person = self.nodes(client, f"/contributors/{contributor}/")["ProfilePage"]["mainEntity"]
        assert (person["name"], person["jobTitle"]) == ("武玲芳", "记者")

    def test_only_known_vocabulary(self, client, cast):
        photo = a_made_photo(cast.photographer)
        issue = d.Issue(date="2025-03-12", page=12, page_name="生态周刊")
        feature = published(cast, a_document_with(photo, issue=issue, subjects=(d.Subject(name="水"),))).feature
        publishing.publish(feature=next_version(cast, feature), actor=cast.chief, wrong="285 天", right="297 天")
        topic = Edition.objects.latest("pk").revision.read().topics[0]
        interview = topic.interviews[0]
        addresses = ["/", f"/features/{feature.pk}/", f"/topics/{topic.id}/", f"/photos/{photo.pk}/"]
        addresses += [f"/speakers/{interview.speaker.id}/", f"/contributors/{interview.credits[0].contributors[0].id}/"]
        for address in addresses:
            data = get(client, address).data
            assert data, address
            assert [fault for node in data for fault in faults(node)] == [], address

    def test_script_element_cannot_be_closed(self, client, cast):
        edition = published(cast, a_document(headline="</script><script>alert(1)</script>"))
        page = get(client, f"/features/{edition.feature_id}/")
        assert page.count("script") == 1
        assert page.data[0]["headline"] == "</script><script>alert(1)</script>"

    def test_absent_from_preview_and_past_editions(self, client, cast, edition):
        link = publishing.share_preview(feature=edition.feature, actor=cast.chief, days=1)
        from interviews.publishing.preview_links import token_of

        page = get(client, f"/preview/{token_of(link)}/")
        assert not page.data
        assert "og:title" not in page.html
        assert 'content="noindex' in page.html


class TestOpenGraph:
    def graph(self, client, address):
        page = get(client, address)
        return {a["property"]: a["content"] for name, a in page.elements if name == "meta" and "property" in a}

    @pytest.fixture(autouse=True)
    def _kept_apart(self, settings, tmp_path):
        settings.DATA_DIR = tmp_path

    @pytest.mark.parametrize(
        "headline", ["擦亮生态底色 描绘美丽画卷", "守护汾河水", "把一泓清水送进黄河，" * 6, "Water" * 30]
    )
    def test_headline_fits_share_image(self, headline):
        if not social_images.font():
            pytest.skip("no font with Chinese characters on this system")
        drawn = draw_headline(headline, "晋中生态访谈", "2025年3月12日", social_images.font())
        image = Image.open(BytesIO(drawn)).convert("L").point(lambda grey: 255 if grey < 128 else 0)
        left, _, right, bottom = image.crop((0, 160, 1200, 535)).getbbox()
        assert 80 < left < right < 1200 - 80
        assert 160 + bottom < 510, "clear of the line below"
        if " " in headline:
            assert right < 700, "a clause a line"

    def test_required_open_graph_tags(self, client, cast, monkeypatch):
        monkeypatch.setattr(social_images, "font", lambda: "")
        edition = published(cast)
        for address in ("/", f"/features/{edition.feature_id}/"):
            graph = self.graph(client, address)
            assert {"og:title", "og:type", "og:url"} <= set(graph)
            assert graph["og:url"] == django_settings.SITE_URL + address

    def test_no_share_image_without_font(self, client, cast, settings):
        settings.SHARE_FONT = "none"
        edition = published(cast)
        assert "og:image" not in self.graph(client, f"/features/{edition.feature_id}/")
        assert client.get(f"/features/{edition.feature_id}/share-0000.png").status_code == 404

    def test_share_image(self, client, cast, tmp_path):
        if not social_images.font():
            pytest.skip("no font with Chinese characters on this system")
        edition = published(cast)
        graph = self.graph(client, f"/features/{edition.feature_id}/")
        path = urlsplit(graph["og:image"]).path
        first = client.get(path)
        assert first["Content-Type"] == "image/png"
        image = Image.open(BytesIO(first.content))
        assert image.size == (int(graph["og:image:width"]), int(graph["og:image:height"])) == (1200, 630)
        assert len(image.convert("RGB").getcolors(100_000)) > 5
        kept = list((tmp_path / "share").rglob("*.png"))
        assert len(kept) == 1
        kept[0].unlink()
        assert client.get(path).content == first.content, "the same words give the same bytes"
        assert client.get(f"/features/{edition.feature_id}/share-0123456789abcdef.png").status_code == 404
        publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="有误。")
        assert client.get(path).status_code == 410

    def test_longest_headline_fits(self):
        if not social_images.font():
            pytest.skip("no font with Chinese characters on this system")
        from interviews.imaging.headlines import draw_headline

        for headline in ("字" * 200, "甲", "A" * 200, "，" * 50, "\u3000"):
            assert Image.open(BytesIO(draw_headline(headline, "站", "日", social_images.font()))).size == (1200, 630)


def test_json_content_type(client, cast):
    edition = published(cast, a_document(issue=d.Issue(date="2025-03-12")))
    response = client.get(f"/features/{edition.feature_id}.json")
    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content)["schema"] == 1


def test_robots_txt_lists_sitemaps(client, db):
    text = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {django_settings.SITE_URL}/sitemap.xml" in text
    assert f"Sitemap: {django_settings.SITE_URL}/news-sitemap.xml" in text
