"""Navigation to neighbours: pages of an issue, adjacent issues, names by initial, all corrections."""

from datetime import date

import pytest

from interviews import document as d
from interviews import publishing
from interviews.public import issues
from interviews.public.issues import neighbours
from tests.builders import a_document, a_speaker, a_topic, an_interview, published
from tests.publishing.test_editions import next_version
from tests.shared_rows import built_once

from .reading import get

pytestmark = pytest.mark.django_db


def page(cast, date, number, headline):
    return published(cast, a_document(headline=headline, issue=d.Issue(date=date, page=number))).feature_id


class TestIssue:
    def test_adjacent_pages_and_issues(self, client, cast):
        last = page(cast, "2025-03-10", 4, "上期四版")
        first = page(cast, "2025-03-10", 2, "上期二版")
        third = page(cast, "2025-03-12", 3, "本期三版")
        second = page(cast, "2025-03-12", 2, "本期二版")
        following = page(cast, "2025-03-20", 1, "下期")
        shown = get(client, f"/features/{third}/")
        assert shown.link("prev") == f"/features/{second}/"
        assert shown.link("next") is None
        around = shown.html.partition('aria-label="前后版面"')[2].partition("</nav>")[0]
        assert f"/features/{first}/" in around
        assert f"/features/{following}/" in around
        assert f"/features/{last}/" not in around
        assert "上一期" in around
        assert "下一期" in around
        assert get(client, f"/features/{second}/").link("next") == f"/features/{third}/"

    def test_neighbours_are_not_repeated(self, client, cast):
        pages = [page(cast, "2025-03-12", number, f"第{number}版") for number in range(1, 8)]
        html = get(client, f"/features/{pages[3]}/").html
        below = html.partition('aria-labelledby="others-title"')[2].partition("</section>")[0]
        offered = [key for key in pages if f"/features/{key}/" in below]
        assert offered == [pages[0], pages[1], pages[5]]

    def test_large_issues(self, cast, monkeypatch):
        """Of issues with more pages than are read at first, nothing is missed."""
        dates = ["2025-03-10", "2025-03-12", "2025-03-12", "2025-03-12", "2025-03-20", "2025-03-20"]
        pages = [page(cast, day, 9 - number, f"第{number}") for number, day in enumerate(dates)]
        usual = [neighbours(key, date.fromisoformat(day)) for key, day in zip(pages, dates, strict=True)]
        monkeypatch.setattr(issues, "EARLIER", 1)
        monkeypatch.setattr(issues, "NEAR", 1)
        for key, day, expected in zip(pages, dates, usual, strict=True):
            found = neighbours(key, date.fromisoformat(day))
            assert found.features == expected.features
        assert usual[2].previous_page.feature_id == pages[3]
        assert usual[2].previous_issue.feature_id == pages[0]
        assert usual[2].next_issue.feature_id == pages[5]

    def test_pages_in_issue_order(self, client, cast):
        unnumbered = page(cast, "2025-03-12", None, "无版次")
        third, first = page(cast, "2025-03-12", 3, "三版"), page(cast, "2025-03-12", 1, "一版")
        newer = page(cast, "2025-03-20", 9, "下期")
        links = get(client, "/features/").links
        places = [links.index(f"/features/{key}/") for key in (newer, first, third, unnumbered)]
        assert places == sorted(places)

    def test_no_neighbours(self, client, cast):
        assert "前后版面" not in get(client, f"/features/{page(cast, '2025-03-12', 3, '独版')}/").html

    def test_withdrawn_is_skipped(self, client, cast):
        gone, here = page(cast, "2025-03-10", 1, "撤下的"), page(cast, "2025-03-12", 1, "还在的")
        from interviews.models import Feature

        publishing.withdraw(feature=Feature.objects.get(pk=gone), actor=cast.chief, reason="有误。")
        assert "上一期" not in get(client, f"/features/{here}/").text


@built_once
def people(cast):
    names = ("裴国欣", "潘多", "李娟", "123号")
    topics = tuple(a_topic(f"话题{name}", an_interview(speaker=a_speaker(name))) for name in names)
    published(cast, a_document(topics=topics))


@pytest.mark.usefixtures("people")
class TestInitials:
    def test_initial_filters_names(self, client):
        everybody = get(client, "/speakers/")
        assert [link for link in everybody.links if "initial=" in link] == [
            "/speakers/?initial=L",
            "/speakers/?initial=P",
            "/speakers/?initial=%23",
        ]
        text = get(client, "/speakers/?initial=P").text
        assert "裴国欣" in text
        assert "潘多" in text
        assert "李娟" not in text
        assert "123号" in get(client, "/speakers/?initial=%23").text
        assert "裴国欣" not in get(client, "/speakers/?initial=%23").text

    @pytest.mark.parametrize("initial", ["Z", "", "pp", "p", "%00", "<b>"])
    def test_unknown_initial_is_ignored(self, client, initial):
        assert "李娟" in get(client, f"/speakers/?initial={initial}").text


class TestCorrections:
    def test_public_corrections_only(self, client, cast):
        feature, gone = published(cast).feature, published(cast).feature
        for each, wrong in ((feature, "285 天"), (gone, "撤下前的错")):
            publishing.publish(feature=next_version(cast, each), actor=cast.chief, wrong=wrong, right="297 天")
        publishing.withdraw(feature=gone, actor=cast.chief, reason="有误。")
        text = get(client, "/corrections/")
        assert "285 天" in text.text
        assert "撤下前的错" not in text.text
        assert f"/features/{feature.pk}/history/" in text.links

    def test_no_corrections(self, client, edition):
        assert "没有更正" in get(client, "/corrections/").text

    def test_query_count(self, client, cast, edition, django_assert_max_num_queries):
        feature = edition.feature
        publishing.publish(feature=next_version(cast, feature), actor=cast.chief, wrong="甲", right="乙")
        with django_assert_max_num_queries(2):
            client.get("/corrections/")
