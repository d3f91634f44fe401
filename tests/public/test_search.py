"""The search page."""

import re

import pytest

from interviews import publishing
from interviews.public.views import search
from tests.builders import published
from tests.search.test_search import corpus
from tests.shared_rows import built_once

from .pages import a_full_document, publish_many
from .reading import get

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@built_once
def indexed(cast):
    corpus(cast)


@built_once
def full(cast):
    return published(cast, a_full_document(1))


@built_once
def many(cast):
    publish_many(cast, 12)


def test_hits_link_to_statement(client, edition):
    topic = edition.revision.read().topics[0]
    page = get(client, "/search/?q=蓝天")
    assert f"/topics/{topic.id}/#interview-{topic.interviews[0].id}" in page.links
    assert "如洗的<mark>蓝天</mark>" in page.html
    assert "找到1篇访谈" in page.text


def test_query_is_kept_and_escaped(client, edition):
    for typed in ('"><script>alert(1)</script>', "{{ 7|add:7 }}", "' onfocus=alert(1) x='", "<mark>", "&lt;b&gt;"):
        response = client.get("/search/", {"q": typed})
        page = get(client, response.request["PATH_INFO"] + "?" + response.request["QUERY_STRING"])
        assert page.status == 200
        assert not page.count("script")
        assert [value for value in page.all("input", "value") if value] == [" ".join(typed.split())]


def test_noindex(client, cast):
    response = client.get("/search/?q=蓝天")
    assert response["X-Robots-Tag"] == "noindex"
    assert 'name="robots" content="noindex' in response.content.decode()


class TestNothingFound:
    def test_suggestions(self, client, edition):
        page = get(client, "/search/?q=“凤凰 于飞” 牡丹")
        assert "没有找到含有“" in page.text
        assert "去掉引号" in page.text
        assert "/speakers/" in page.links

    def test_offers_search_without_filters(self, client, edition):
        page = get(client, "/search/?q=蓝天&year=1999")
        assert "没有找到符合条件的访谈" in page.text
        assert "/search/?q=%E8%93%9D%E5%A4%A9" in page.links

    @pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=%00", "q=%22%22", "q=“”"])
    def test_empty_query_shows_help(self, client, db, query):
        page = get(client, f"/search/?{query}")
        assert page.status == 200
        assert "空格隔开" in page.text

    def test_headline_match(self, client, edition):
        page = get(client, "/search/?q=擦亮生态底色")
        assert f"/features/{edition.feature_id}/" in page.links
        assert "没有找到含有" not in page.text


class TestPages:
    def test_finds_page_by_contributor(self, client, full):
        assert f"/features/{full.feature_id}/" in get(client, "/search/?q=路丽华").links

    def test_pagination(self, client, many, monkeypatch):
        monkeypatch.setattr(search, "HITS_ON_A_PAGE", 6)
        page = get(client, "/search/?q=太行深处&sort=date")
        (address,) = [link for link in page.links if "in=pages" in link]
        found = set()
        while address:
            page = get(client, address)
            assert "12个" in page.text
            found |= {link for link in page.links if re.fullmatch(r"/features/\d+/", link)}
            address = page.link("next")
        assert len(found) == 12

    @pytest.mark.parametrize("query", ["", "q=", "q=无此一词", "q=太行&page=99", "q=%00&subject=x"])
    def test_any_query_gives_200(self, client, full, query):
        assert client.get(f"/search/?in=pages&{query}").status_code == 200


class TestFacets:
    def test_facets_have_counts_and_keep_query(self, client, indexed):
        page = get(client, "/search/?q=水&sort=date")
        choices = [link for link in page.links if link.startswith("/search/?q=%E6%B0%B4&sort=date&year=")]
        assert len(choices) == 3
        assert "2024年（2）" in page.text

    def test_facet_can_be_removed(self, client, indexed):
        page = get(client, "/search/?q=水&year=2024")
        assert "/search/?q=%E6%B0%B4" in page.links

    def test_pagination_keeps_query(self, client, many):
        page = get(client, "/search/?q=清新&sort=date")
        assert page.link("next") == "/search/?q=%E6%B8%85%E6%96%B0&sort=date&page=2"
        assert get(client, "/search/?q=清新&page=999").status == 200


def test_query_count_is_fixed(client, many, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        client.get("/search/?q=清新 空气")
    with django_assert_max_num_queries(0):
        client.get("/search/")


def test_withdrawn_is_not_found(client, cast, full):
    feature = full.feature
    publishing.withdraw(feature=feature, actor=cast.chief, reason="有误。")
    page = get(client, "/search/?q=太行深处")
    assert "没有找到" in page.text
    assert f"/features/{feature.pk}/" not in page.links


def test_too_long_query(client, cast):
    assert "检索词太长" in get(client, "/search/?q=" + "字" * 300).text
