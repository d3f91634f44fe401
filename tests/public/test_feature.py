import json
from datetime import UTC, datetime

import pytest

from interviews import document as d
from interviews.models import Speaker
from tests.builders import a_credit, a_document, a_speaker, a_topic, an_interview, published

from .pages import a_full_document
from .reading import get

pytestmark = pytest.mark.django_db


def page_of(client, edition):
    return get(client, f"/features/{edition.feature_id}/")


def squeezed(text):
    return "".join(text.split())


class TestPage:
    def test_shows_whole_document(self, client, cast):
        document = a_full_document(kicker="生态晋中", lead=("第一段导语。", "第二段导语。"))
        page = page_of(client, published(cast, document))
        text = squeezed(page.text)
        interviews = [interview for topic in document.topics for interview in topic.interviews]
        for words in [document.kicker, document.headline, document.subtitle, *document.lead]:
            assert squeezed(words) in text
        for topic in document.topics:
            assert topic.title in text
        for interview in interviews:
            assert interview.speaker.name + interview.speaker.organisation + interview.speaker.job_title in text

    def test_headline_keeps_its_gap(self, client, edition):
        page = page_of(client, edition)
        assert "擦亮生态底色\u3000描绘美丽画卷" in page.text

    def test_date_weekday_and_page_number(self, client, cast):
        issue = d.Issue(date="2025-03-12", page=5, page_name="生态周刊")
        page = page_of(client, published(cast, a_document(issue=issue)))
        assert "2025年3月12日 星期三" in page.text
        assert "2025-03-12" in page.all("time", "datetime")
        assert "第5版" in page.text
        assert "生态周刊" in page.text

    def test_dated_by_publication_without_issue(self, client, cast, at):
        at(datetime(2025, 3, 11, 17, 0, tzinfo=UTC))  # 01:00 on the 12th in Jinzhong
        page = page_of(client, published(cast, a_document(issue=d.Issue())))
        assert "2025-03-12" in page.all("time", "datetime")

    def test_byline_and_credits(self, client, cast):
        interview = an_interview(credits=(a_credit("记者", "武玲芳", "李娟"), a_credit("通讯员", "王明")))
        credits = (a_credit("策划", "路丽华"), a_credit("摄影", "程婧"))
        page = page_of(client, published(cast, a_document(topics=(a_topic("话题", interview),), credits=credits)))
        assert "（记者 武玲芳 李娟\u3000通讯员 王明）" in page.text
        assert "本版策划 路丽华 摄影 程婧" in page.text

    def test_links_to_topics_speakers_and_contributors(self, client, edition):
        document = edition.revision.read()
        topic = document.topics[0]
        interview = topic.interviews[0]
        wanted = {
            f"/topics/{topic.id}/",
            f"/speakers/{interview.speaker.id}/",
            f"/contributors/{interview.credits[0].contributors[0].id}/",
            f"/contributors/{document.credits[0].contributors[0].id}/",
        }
        assert wanted <= set(page_of(client, edition).links)

    def test_contents_link_to_topics(self, client, cast):
        page = page_of(client, published(cast, a_full_document()))
        anchors = [link[1:] for link in page.links if link.startswith("#topic-")]
        # Twice each: in the contents, and the copyable link beside the topic.
        assert anchors == anchors[:2] * 2
        assert set(anchors) <= page.ids

    def test_title_description_and_canonical(self, client, cast, settings):
        edition = published(cast, a_document(headline="守护汾河水", lead=("导语一句。",)))
        page = page_of(client, edition)
        assert f"<title>守护汾河水 - {settings.SITE_NAME}</title>" in page.html
        assert '<meta name="description" content="导语一句。">' in page.html
        assert page.link("canonical") == f"{settings.SITE_URL}/features/{edition.feature_id}/"

    def test_subject_has_its_colour(self, client, cast):
        page = page_of(client, published(cast, a_document(subjects=(d.Subject(name="水"),))))
        assert "#1f7a8c" in page.all("circle", "fill")
        assert "水" in page.text

    def test_organisation_and_job_title_as_printed(self, client, edition):
        Speaker.objects.update(organisation="市人大", job_title="主任", name="裴国新")
        page = page_of(client, edition)
        assert "市生态环境局大气科" in page.text
        assert "市人大" not in page.text
        assert "裴国新" not in page.text

    @pytest.mark.parametrize("count", [1, 12])
    def test_any_number_of_topics(self, client, cast, count):
        topics = tuple(
            a_topic(f"话题之{number}", an_interview(speaker=a_speaker(f"张{number}"))) for number in range(count)
        )
        page = page_of(client, published(cast, a_document(topics=topics, lead=(), subtitle="")))
        assert page.status == 200
        assert page.count("h2") == count
        assert ("十二" in page.text) == (count == 12)

    def test_single_topic_is_not_numbered(self, client, cast):
        edition = published(cast, a_document(topics=(a_topic("蓝天", an_interview()),)))
        for address in (f"/features/{edition.feature_id}/", f"/topics/{edition.revision.read().topics[0].id}/", "/"):
            assert 'class="seal"' not in get(client, address).html

    def test_links_to_other_features(self, client, cast):
        other = published(cast, a_document(headline="守护汾河水"))
        page = page_of(client, published(cast))
        assert f"/features/{other.feature_id}/" in page.links

    def test_source(self, client, edition, settings):
        address = f"/features/{edition.feature_id}/"
        settings.PUBLISHER = ""
        assert f"来源：{settings.SITE_NAME}" in get(client, address).text
        settings.PUBLISHER = "晋中日报社"
        assert "来源：晋中日报社" in get(client, address).text

    def test_lite_page_has_statutory_footer(self, client, cast, settings):
        settings.ICP_NUMBER = "晋ICP备00000000号"
        page = get(client, f"/features/{published(cast).feature_id}/?lite=1")
        assert "晋ICP备00000000号" in page.text
        assert "noindex" not in page.html


class TestJson:
    def test_json_is_signed_document(self, client, edition):
        response = client.get(f"/features/{edition.feature_id}.json")
        assert response["Content-Type"] == "application/json"
        assert response.json() == json.loads(edition.revision.document)
        assert d.FeatureDocument.from_json(response.content.decode()).digest == edition.revision.digest

    def test_json_is_escaped(self, client, cast):
        edition = published(cast, a_document(headline="</script><b>甲&乙"))
        text = client.get(f"/features/{edition.feature_id}.json").content.decode()
        assert not set("<>&") & set(text)
        assert json.loads(text)["headline"] == "</script><b>甲&乙"
