"""Search: the results equal those of a plain substring search over the public pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interviews import document as d
from interviews import people, projection, publishing
from interviews.models import (
    Contributor,
    Edition,
    PublishedFeature,
    PublishedInterview,
    SearchTally,
    Speaker,
    Subject,
    search_tokens,
)
from interviews.search import matching_pages, parse, search
from interviews.text.folding import fold
from tests.builders import a_credit, a_document, a_speaker, a_topic, an_interview, published
from tests.publishing.test_editions import next_version
from tests.shared_rows import built_once
from tests.thorough import examples

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
HOUR = timedelta(hours=1)

STATEMENTS = [
    "<p>清新的空气、如洗的蓝天，令人心旷神怡。</p><p>CO<sub>2</sub>排放下降，PM2.5 浓度下降12%。</p>",
    "<p>蓝天白云常相伴。推进“双碳”目标，碳达峰、碳中和不等不靠。</p>",
    "<p>汾河水清了，水里有鱼，岸边有人。A股上市的水务公司也来了。</p>",
    "<p>林长制落实到人，森林覆盖率提高。蓝天保卫战打赢了。</p>",
    "<p>Green hills and clear waters；绿水青山就是金山银山。</p>",
    "<p>𠮷野村的老人说：x&lt;y &amp; z，100%_真的。</p>",
]
SPEAKERS = ["裴国欣", "𠮷野明", "路丽华", "水长林", "欧阳碧", "蓝天"]


def corpus(cast):
    """Three pages with two interviews each."""
    for page in range(3):
        interviews = [
            an_interview(
                STATEMENTS[number],
                speaker=a_speaker(SPEAKERS[number], f"市水利局第{number}处", "处长"),
                credits=(a_credit("记者", "武玲芳" if number % 2 else "史俊杰"),),
            )
            for number in (2 * page, 2 * page + 1)
        ]
        published(
            cast,
            a_document(
                headline=f"守护碧水净土\u3000第{page}期",
                topics=tuple(a_topic(f"话题{i.speaker.name}说", i) for i in interviews),
                issue=d.Issue(date=f"202{page + 3}-05-01"),
                subjects=(d.Subject(name="水" if page else "大气"),),
            ),
        )


@built_once
def indexed(cast):
    corpus(cast)


def brute_force(query):
    """Search the printed text of the public rows line by line with `in`: the oracle."""
    terms = parse(query).terms
    found = set()
    for row in PublishedInterview.objects.public():
        credits = row.edition.credits.filter(interview_id=row.interview_id)
        lines = [row.topic_title, row.organisation + row.job_title + row.speaker_name, row.text]
        text = fold("\n".join([*lines, *credits.values_list("contributor_name", flat=True)]))
        if terms and all(term in text for term in terms):
            found.add(row.interview_id)
    return found


def found(query, **facets):
    first = search(query, **facets)
    pages = [search(query, page, **facets) for page in range(1, first.pages + 1)]
    keys = [hit.interview_id for results in pages for hit in results.hits]
    assert len(keys) == len(set(keys)) == first.total
    return set(keys)


# Number of hits among the six statements.
WORDS = {
    "水": 6,
    "蓝天": 4,
    "co2": 1,
    "ＣＯ２": 1,
    "CO₂": 1,
    "裴国欣": 1,
    "𠮷": 2,
    "双碳": 1,
    "pm2.5浓度": 1,
    "PM2.5 浓度": 1,
    "绿水青山就是金山银山": 1,
    "GREEN": 1,
    "武玲芳": 3,
    "蓝天 双碳": 1,
    "“蓝天 白云”": 1,
    "处长裴国欣": 1,
    "100%_": 1,
    "0%": 1,
    "_": 1,
    "x<y & z": 1,
    "“hills and clear”": 1,
    "不存在的词": 0,
}


class TestExact:
    def test_words(self, indexed):
        for query, count in WORDS.items():
            assert len(found(query)) == count, query
            assert found(query) == brute_force(query), query

    def test_random_queries_match_substring_search(self, indexed):
        rows = [(row.interview_id, row.searched) for row in PublishedInterview.objects.public()]
        assert {key for key, _ in rows} == brute_force("市水利局")
        texts = [text for _, text in rows]
        letters = st.text(sorted({*"".join(texts), *"无此字Ａ₂"} - {*'\n "“”「」『』'}), min_size=1, max_size=3)
        places = st.tuples(st.sampled_from(texts), st.integers(0, 120), st.integers(1, 9))
        parts = places.map(lambda place: place[0][place[1] : place[1] + place[2]])
        asked = []

        @settings(max_examples=examples(2000), deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(st.lists(letters | parts, min_size=1, max_size=3).map(" ".join))
        def check(query):
            asked.append(query)
            terms = parse(query).terms
            expected = {key for key, text in rows if terms and all(term in text for term in terms)}
            results = search(query)
            assert {hit.interview_id for hit in results.hits} == expected
            assert results.total == len(expected)
            for hit in results.hits:
                for term in terms:
                    assert term in fold(hit.passage.replace("<mark>", "").replace("</mark>", "")) or set(term) & set(
                        "<>&'\" ·……"
                    )

        check()
        assert len(asked) >= examples(2000)

    def test_stale_token_finds_nothing(self, indexed):
        """The text decides, so a stale index does no harm."""
        key = PublishedInterview.objects.first().search_key
        search_tokens.write([(key, "凤凰")])
        assert found("凤凰") == set()


class TestPublic:
    def test_withdrawn_page_is_not_found(self, cast, edition):
        feature = edition.feature
        assert search("蓝天").total == 1
        publishing.withdraw(feature=feature, actor=cast.chief, reason="有误。")
        assert search("蓝天").total == 0
        assert not search("擦亮").features

    def test_scheduled_page_is_found_when_public(self, cast, monkeypatch):
        now = timezone.now()
        published(cast, at=now + HOUR)
        assert search("蓝天").total == 0
        monkeypatch.setattr(timezone, "now", lambda: now + HOUR)
        assert search("蓝天").total == 1

    def test_correction_replaces_hits(self, cast, edition):
        feature = edition.feature
        publishing.publish(feature=next_version(cast, feature, "<p>碧水。</p>"), actor=cast.chief, note="更新。")
        assert search("如洗").total == 0
        assert search("碧水").total == 1

    def test_draft_is_not_found(self, cast, edition):
        feature = edition.feature
        feature.topics.update(title="未审的标题")
        publishing.record(feature=feature, actor=cast.superuser)
        assert search("未审").total == 0

    def test_failed_publication_is_rolled_back(self, cast, monkeypatch):
        def fail(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr("interviews.projection.PublishedCredit.objects.bulk_create", fail)
        with pytest.raises(RuntimeError):
            published(cast)
        monkeypatch.undo()
        assert search("蓝天").total == 0

    def test_rebuild_keeps_results(self, indexed):
        before = [(hit.interview_id, hit.passage) for hit in search("蓝天").hits]
        keys = set(PublishedInterview.objects.values_list("search_key", flat=True))
        projection.rebuild_published()
        assert [(hit.interview_id, hit.passage) for hit in search("蓝天").hits] == before
        assert set(PublishedInterview.objects.values_list("search_key", flat=True)) == keys

    def test_rebuild_from_empty_tables(self, indexed):
        search_tokens.empty()
        assert search("蓝天").total == 0
        projection.rebuild_published()
        assert search("蓝天").total == 4


class TestOrder:
    def test_relevance_prefers_speaker(self, indexed):
        assert search("蓝天").hits[0].speaker == "<mark>蓝天</mark>"

    def test_newest_first_by_date(self, indexed):
        dates = [hit.date for hit in search("水", order="date").hits]
        assert dates == sorted(dates, reverse=True)

    def test_relevance_counts_occurrences(self, cast):
        once, thrice = (
            published(cast, a_document(topics=(a_topic("标题", an_interview(f"<p>{words}</p>")),)))
            for words in ("湿地。候鸟。", "湿地、湿地、湿地。")
        )
        assert [hit.feature_id for hit in search("湿地").hits] == [thrice.feature_id, once.feature_id]

    def test_pagination_has_each_hit_once(self, cast, monkeypatch):
        monkeypatch.setattr("interviews.search.searching.HITS_ON_A_PAGE", 2)
        corpus(cast)
        assert found("水") == brute_force("水")
        assert search("水").pages == 3
        assert search("水", 99).page == 3
        assert [hit.interview_id for hit in search("水", 99).hits] == [hit.interview_id for hit in search("水", 3).hits]


class TestCommonWords:
    def test_common_terms_sort_newest_first(self, cast, monkeypatch):
        monkeypatch.setattr("interviews.search.searching.MOST_RANKED", 3)
        corpus(cast)
        dates = [hit.date for hit in search("水").hits]
        assert dates == sorted(dates, reverse=True)
        assert found("水") == brute_force("水")

    def test_stored_counts_stay_exact(self, cast, monkeypatch):
        """Pages come, go and are corrected after the hits were counted, some of them later by themselves."""
        monkeypatch.setattr("interviews.search.searching.MOST_RANKED", 2)
        monkeypatch.setattr("interviews.search.broad.LONGEST_MERGE", timedelta(0))
        corpus(cast)
        now = timezone.now()

        def holds(moment):
            monkeypatch.setattr(timezone, "now", lambda: moment)
            assert found("蓝天") == brute_force("蓝天")
            results = search("蓝天")
            rows = PublishedInterview.objects.public().filter(interview_id__in=brute_force("蓝天"))
            assert sum(facet.count for facet in results.years) == results.total == rows.count()
            assert {facet.value for facet in results.speakers} == set(rows.values_list("speaker", flat=True))
            assert all(search("蓝天", speaker=each.value).total == each.count for each in results.speakers)
            assert all(search("蓝天", contributor=each.value).total == each.count for each in results.contributors)
            assert all(search("蓝天", subject=each.value).total == each.count for each in results.subjects)
            monkeypatch.undo()
            monkeypatch.setattr("interviews.search.searching.MOST_RANKED", 2)
            monkeypatch.setattr("interviews.search.broad.LONGEST_MERGE", timedelta(0))

        holds(now)
        assert SearchTally.objects.exists()
        first, second = Edition.objects.public().order_by("pk")[:2]
        published(cast, a_document(subjects=(d.Subject(name="水"),)))
        published(cast, at=now + HOUR)
        holds(timezone.now())
        publishing.withdraw(feature=first.feature, actor=cast.chief, reason="有误。")
        holds(timezone.now())
        changed = next_version(cast, second.feature, "<p>没有这个词。</p>")
        publishing.publish(feature=changed, actor=cast.chief, at=now + 2 * HOUR, note="更新。")
        for moment in (timezone.now(), now + 1.5 * HOUR, now + 3 * HOUR, now + 48 * HOUR):
            holds(moment)

    def test_merge_forgets_stored_counts(self, cast, monkeypatch):
        monkeypatch.setattr("interviews.search.searching.MOST_RANKED", 2)
        monkeypatch.setattr("interviews.search.broad.LONGEST_MERGE", timedelta(0))
        corpus(cast)
        assert search("水").total == 6
        kept, merged = Speaker.objects.get(name="裴国欣"), Speaker.objects.get(name="路丽华")
        people.merge(kept=kept, merged=merged, actor=cast.superuser)
        assert {facet.value: facet.count for facet in search("水").speakers}[kept.pk] == 2


class TestFacets:
    def test_facet_counts_match_filtered_totals(self, indexed):
        results = search("蓝天")
        for name in ("subject", "year", "speaker", "contributor"):
            facets = getattr(results, f"{name}s")
            assert facets
            for facet in facets:
                assert search("蓝天", **{name: facet.value}).total == facet.count, (name, facet)

    def test_filters_combine(self, indexed):
        water = Subject.objects.get(name="水").pk
        assert search("水", subject=water, year=2025).total == 2
        assert search("水", subject=water, year=2023).total == 0

    def test_page_credits_count_for_every_interview(self, indexed):
        planner = Contributor.objects.get(name="路丽华").pk
        assert search("水", contributor=planner).total == 6

    def test_unknown_speaker_finds_nothing(self, indexed):
        assert search("水", speaker=2**63 - 1, subject=2**63 - 1, contributor=2**63 - 1).total == 0

    def test_merge_updates_facet(self, cast, indexed):
        kept, merged = Speaker.objects.get(name="裴国欣"), Speaker.objects.get(name="路丽华")
        people.merge(kept=kept, merged=merged, actor=cast.superuser)
        assert search("水", speaker=kept.pk).total == 2


class TestPages:
    def test_headline_subtitle_and_lead(self, indexed):
        results = search("守护碧水净土")
        assert results.total == 0
        assert len(results.features) == 3
        assert results.features[0].headline == "<mark>守护碧水净土</mark>\u3000第2期"

    def test_head_substrings_find_exactly_their_pages(self, indexed):
        texts = {}
        for page in PublishedFeature.objects.public().select_related("edition__revision"):
            document = page.edition.revision.read()
            people = [person.name for credit in document.credits for person in credit.contributors]
            head = [document.kicker, document.headline, document.subtitle, *document.lead, *people]
            texts[page.pk] = fold("\n".join(head))
        parts = {
            text[at : at + length] for text in texts.values() for at in range(len(text)) for length in (1, 2, 3, 7)
        }
        asked = [query for query in map(parse, sorted(parts)) if query.terms]
        assert len(asked) > 200
        for query in asked:
            expected = {key for key, text in texts.items() if all(term in text for term in query.terms)}
            assert {page.pk for page in matching_pages(query)} == expected, query.text

    def test_pages_only_without_filters_and_on_first_page(self, indexed):
        assert search("水", year=2024).features == []


def test_query_count(indexed, django_assert_num_queries):
    with django_assert_num_queries(6):
        search("水")
    with django_assert_num_queries(0):
        search(" ")


def test_query_plan_uses_index(indexed):
    """The plan uses the token index instead of a table scan."""
    query = f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}"
    from interviews.search.searching import matching

    sql, parameters = matching(parse("蓝天")).values("search_key").query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(query + sql, parameters)
        plan = repr(cursor.fetchall())
    assert "interviews_searchtoken" in plan
