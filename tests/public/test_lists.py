from itertools import product

import pytest

from interviews import document as d
from interviews.models import Subject
from tests.builders import a_document, published
from tests.shared_rows import built_once

from .pages import a_full_document, publish_many
from .reading import get

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

TOO_LARGE = ["99999999999999999999", "9223372036854775808"]
NONSENSE = ["", "0", "-1", "abc", "1.5", "１", *TOO_LARGE, "%00", "1%00", "%ff", "'--"]


def dated(cast, date, headline="守护汾河水", **fields):
    return published(cast, a_document(headline=headline, issue=d.Issue(date=date), **fields))


@built_once
def in_may(cast):
    return dated(cast, "2024-05-01")


@built_once
def thirteen(cast):
    """Publish a page more than a list shows, all on one subject."""
    for number in range(1, 26, 2):
        published(cast, a_full_document(number))


class TestFeatures:
    def test_newest_first(self, client, cast):
        older, newer = dated(cast, "2024-05-01"), dated(cast, "2025-03-12")
        links = get(client, "/features/").links
        assert links.index(f"/features/{newer.feature_id}/") < links.index(f"/features/{older.feature_id}/")

    def test_filter_by_year_and_month(self, client, cast):
        may, june = dated(cast, "2024-05-01"), dated(cast, "2024-06-30")
        other = dated(cast, "2023-06-01")
        links = get(client, "/features/?year=2024").links
        assert {f"/features/{may.feature_id}/", f"/features/{june.feature_id}/"} <= set(links)
        assert f"/features/{other.feature_id}/" not in links
        links = get(client, "/features/?year=2024&month=6").links
        assert f"/features/{june.feature_id}/" in links
        assert f"/features/{may.feature_id}/" not in links

    def test_title_names_filters(self, client, cast):
        dated(cast, "2024-05-01", subjects=(d.Subject(name="水"),))
        key = Subject.objects.get(name="水").pk
        assert get(client, f"/features/?year=2024&month=5&subject={key}").title.startswith("2024年5月水专题")
        assert get(client, f"/topics/?subject={key}").title.startswith("水话题")

    def test_empty_list_is_noindex(self, client, in_may):
        assert 'content="noindex"' in get(client, "/features/?year=1999").html
        assert 'content="noindex"' not in get(client, "/features/?year=2024").html

    def test_filter_by_subject(self, client, cast):
        water = dated(cast, "2024-05-01", subjects=(d.Subject(name="水"),))
        air = dated(cast, "2024-05-02", subjects=(d.Subject(name="大气"),))
        links = get(client, f"/features/?subject={Subject.objects.get(name='水').pk}").links
        assert f"/features/{water.feature_id}/" in links
        assert f"/features/{air.feature_id}/" not in links

    def test_filters_never_lead_to_empty_years(self, client, cast):
        publish_many(cast, 3)
        filters = [link for link in get(client, "/features/?year=2021").links if link.startswith("/features/?")]
        assert len(filters) > 5
        for address in filters:
            assert "没有符合条件的专题" not in get(client, address).text or "subject" in address

    def test_empty_year(self, client, in_may):
        page = get(client, "/features/?year=1999")
        assert page.status == 200
        assert "没有符合条件的专题" in page.text

    def test_pagination(self, client, thirteen):
        first, second = get(client, "/features/"), get(client, "/features/?page=2")
        assert first.link("next") == "/features/?page=2"
        assert first.link("prev") is None
        assert second.link("prev") == "/features/"
        assert first.count("article") == 12
        assert second.count("article") == 1

    def test_pagination_keeps_filters(self, client, thirteen):
        key = Subject.objects.get(name="水").pk
        assert get(client, f"/features/?subject={key}").link("next") == f"/features/?subject={key}&page=2"

    def test_page_past_end_is_last_page(self, client, thirteen, settings):
        page = get(client, "/features/?page=77")
        assert page.status == 200
        assert page.link("canonical") == f"{settings.SITE_URL}/features/?page=2"


class TestTopics:
    def test_filter_by_subject(self, client, cast):
        published(cast, a_full_document(1))
        published(cast, a_full_document(2))
        page = get(client, f"/topics/?subject={Subject.objects.get(name='水').pk}")
        assert "林海听涛1" in page.text
        assert "林海听涛2" not in page.text

    def test_topics_with_speakers_as_printed(self, client, cast):
        published(cast, a_full_document(1))
        text = get(client, "/topics/").text
        for words in ("林海听涛1", "清水长流1", "钱多", "孙立人", "李思", "和顺县林业局1局长"):
            assert words in text

    def test_unknown_subject(self, client, edition):
        assert "没有符合条件的话题" in get(client, "/topics/?subject=999").text


class TestEmpty:
    @pytest.mark.parametrize("address", ["/", "/features/", "/topics/", "/speakers/"])
    def test_empty_site(self, client, db, address):
        page = get(client, address)
        assert page.status == 200
        assert "没有" in page.text


class TestInvalidParameters:
    @pytest.mark.parametrize("name", ["page", "year", "month", "subject", "q"])
    def test_invalid_parameter_is_ignored(self, client, in_may, name):
        for path, value in product(("/", "/features/", "/topics/", "/speakers/"), NONSENSE):
            page = get(client, f"{path}?{name}={value}")
            assert page.status == 200, value
            assert "没有符合条件" not in page.text, value

    def test_out_of_range_parameters(self, client, in_may):
        assert get(client, "/features/?year=9999&month=12&subject=9223372036854775807&page=9").status == 200

    @pytest.mark.parametrize("key", ["0", "007", "-1", "abc", *TOO_LARGE, "%00", "1%00"])
    @pytest.mark.parametrize("kind", ["features", "topics", "speakers", "contributors"])
    def test_impossible_keys(self, client, db, kind, key):
        assert client.get(f"/{kind}/{key}/").status_code == 404
        assert client.get(f"/features/{key}.json").status_code == 404

    @pytest.mark.parametrize("kind", ["features", "topics", "speakers", "contributors"])
    def test_largest_key(self, client, db, kind):
        assert client.get(f"/{kind}/9223372036854775807/").status_code == 404
