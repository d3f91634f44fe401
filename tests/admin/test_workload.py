"""The workload report: credits counted by person, role and month, and who may see them."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from interviews import people, publishing
from interviews.models import Contributor, CreditRole, Edition, Feature, PublishedCredit, PublishedFeature, Revision
from interviews.reports.workload import tallies, workload
from tests.builders import a_credit, a_document, a_topic, an_interview, published, sign_all
from tests.publishing.test_editions import next_version
from tests.rows import count_anew
from tests.shared_rows import built_once
from tests.thorough import THOROUGH

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
LIST = reverse("admin:interviews_workload_changelist")
MARCH, APRIL = datetime(2025, 3, 12, tzinfo=UTC), datetime(2025, 4, 2, tzinfo=UTC)
MONTHS = {"first": "2025-01", "last": "2025-12"}


@built_once
def in_march(cast):
    with mock.patch.object(timezone, "now", return_value=MARCH):
        return published(cast)


def items(cast, **filters):
    return workload(
        actor=cast.chief, **{"first": datetime(2025, 1, 1).date(), "last": datetime(2025, 12, 1).date(), **filters}
    )


def counted(cast, name, **filters):
    return {
        (f"{item.month:%m}", item.role, item.topic_title): item.counted
        for item in items(cast, **filters)
        if item.person.name == name
    }


class TestCounting:
    def test_credits_of_statements_and_page(self, cast, at):
        at(MARCH)
        topics = tuple(a_topic(title, an_interview()) for title in ("蓝天", "碧水"))
        published(cast, a_document(topics=topics, credits=(a_credit("策划", "武玲芳"),)))
        assert counted(cast, "武玲芳") == {("03", "记者", "蓝天"): 1, ("03", "记者", "碧水"): 1, ("03", "策划", ""): 1}

    def test_repeated_name_in_byline_counts_once(self, cast, at):
        at(MARCH)
        published(
            cast, a_document(topics=(a_topic("蓝天", an_interview(credits=(a_credit("记者", "李娟", "李娟"),))),))
        )
        assert len([item for item in items(cast) if item.person.name == "李娟"]) == 1

    def test_month_in_beijing_time(self, cast, at):
        at(datetime(2025, 3, 31, 16, tzinfo=UTC))
        published(cast)
        assert {item.month.month for item in items(cast)} == {4}

    def test_corrected_feature_counts_once(self, cast, at):
        at(MARCH)
        edition = published(cast)
        before = counted(cast, "武玲芳")
        at(APRIL)
        publishing.publish(feature=next_version(cast, edition.feature), actor=cast.chief, note="补充数据")
        assert counted(cast, "武玲芳") == before == {("03", "记者", "蓝天白云常相伴"): 1}

    def test_withdrawn_does_not_count_until_republished(self, cast, at):
        at(MARCH)
        feature = published(cast).feature
        at(APRIL)
        publishing.withdraw(feature=feature, actor=cast.chief, reason="核实中")
        assert counted(cast, "武玲芳") == {("03", "记者", "蓝天白云常相伴"): 0}
        assert all(item.withdrawn for item in items(cast))
        at(APRIL + timedelta(days=1))
        publishing.submit(feature=feature, actor=cast.reporter)
        sign_all(cast, feature)
        publishing.publish(feature=feature, actor=cast.chief, note="核实无误，恢复")
        assert counted(cast, "武玲芳") == {("03", "记者", "蓝天白云常相伴"): 1}

    def test_scheduled_and_cancelled_do_not_count(self, cast, at):
        at(MARCH)
        published(cast, at=APRIL)
        never = published(cast, at=APRIL)
        publishing.withdraw(feature=never.feature, actor=cast.chief, reason="不发了")
        assert items(cast) == []
        at(APRIL)
        assert {item.feature_id for item in items(cast)} == {never.feature_id - 1}

    def test_weights_from_roles(self, cast, at):
        at(MARCH)
        published(cast)
        CreditRole.objects.filter(name="记者").update(weight=Decimal("1.5"))
        CreditRole.objects.filter(name="策划").update(weight=Decimal("0.25"))
        assert {item.role: item.weighted for item in items(cast)} == {"记者": Decimal("1.5"), "策划": Decimal("0.25")}

    def test_merged_people_are_one(self, cast, at):
        at(MARCH)
        for name in ("武玲芳", "武铃芳"):
            topics = (a_topic("蓝天", an_interview(credits=(a_credit("记者", name),))),)
            published(cast, a_document(topics=topics))
        kept, merged = (Contributor.objects.get(name=name) for name in ("武玲芳", "武铃芳"))
        people.merge(kept=kept, merged=merged, actor=cast.chief)
        assert [tally.count for tally in tallies(items(cast)) if tally.person == kept] == [2]

    def test_filters(self, cast, at):
        at(MARCH)
        published(cast)
        at(APRIL)
        published(cast)
        april = datetime(2025, 4, 1).date()
        assert {item.month.month for item in items(cast, first=april)} == {4}
        assert {item.role for item in items(cast, role="策划")} == {"策划"}
        person = Contributor.objects.get(name="路丽华")
        assert [tally.person for tally in tallies(items(cast, person=person.pk))] == [person]
        assert items(cast, first=datetime(2025, 12, 1).date()) == []


class TestPermissions:
    @pytest.fixture(autouse=True)
    def pages(self, in_march, at):
        at(MARCH)

    @pytest.mark.parametrize("who", ["editor", "head", "chief", "superuser"])
    def test_reviewers_see_all(self, client, cast, who):
        client.force_login(getattr(cast, who))
        page = client.get(LIST, MONTHS).content.decode()
        assert "武玲芳" in page
        assert "路丽华" in page

    @pytest.mark.parametrize("who", ["reporter", "photographer"])
    def test_writers_see_their_own(self, client, cast, who):
        Contributor.objects.filter(name="武玲芳").update(user=getattr(cast, who))
        client.force_login(getattr(cast, who))
        other = Contributor.objects.get(name="路丽华").pk
        for data in (MONTHS, {**MONTHS, "person": other}, {**MONTHS, "format": "csv"}):
            response = client.get(LIST, data)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            assert "蓝天白云常相伴" in content.decode()
            assert "路丽华" not in content.decode()

    def test_account_without_contributor(self, client, cast):
        client.force_login(cast.reporter)
        page = client.get(LIST, MONTHS).content.decode()
        assert "还没有关联采编人员" in page
        assert "武玲芳" not in page

    @pytest.mark.parametrize("who", [None, "outsider"])
    def test_login_required(self, client, cast, who):
        if who:
            client.force_login(getattr(cast, who))
        assert client.get(LIST)["Location"].startswith("/admin/login/")

    def test_no_admin_views_of_rows(self, client, cast):
        client.force_login(cast.superuser)
        person = Contributor.objects.first().pk
        for address in ("add/", f"{person}/change/", f"{person}/delete/"):
            assert client.get(f"{LIST}{address}").status_code == 404

    def test_dashboard_link(self, client, cast):
        client.force_login(cast.reporter)
        assert LIST in client.get(reverse("admin:index")).content.decode()


class TestScreen:
    @pytest.fixture(autouse=True)
    def pages(self, client, cast, in_march, at):
        at(MARCH)
        self.edition = in_march
        client.force_login(cast.chief)

    def test_person_with_links(self, client, cast):
        person = Contributor.objects.get(name="武玲芳").pk
        page = client.get(LIST, {**MONTHS, "person": person}).content.decode()
        topic = self.edition.revision.read().topics[0].id
        assert f'href="/features/{self.edition.feature_id}/"' in page
        assert f'href="/topics/{topic}/"' in page

    def test_items_are_paged(self, client, cast, monkeypatch):
        monkeypatch.setattr("interviews.admin.workload.ITEMS_ON_A_PAGE", 1)
        topics = tuple(a_topic(title, an_interview()) for title in ("蓝天一", "碧水二"))
        published(cast, a_document(topics=topics))
        asked = {**MONTHS, "person": Contributor.objects.get(name="武玲芳").pk}
        pages = [client.get(LIST, {**asked, "page": number}).content.decode() for number in (1, 2, 3)]
        assert [[title in page for title in ("蓝天白云", "蓝天一", "碧水二")] for page in pages] == [
            [True, False, False],
            [False, True, False],
            [False, False, True],
        ]
        assert all("共 3 条" in page for page in pages)
        assert f"person={asked['person']}&amp;page=3" in pages[1]
        assert client.get(LIST, {**asked, "page": "x"}).status_code == 200

    def test_people_are_paged(self, client, cast, monkeypatch):
        monkeypatch.setattr("interviews.admin.workload.PEOPLE_ON_A_PAGE", 1)
        pages = [client.get(LIST, {**MONTHS, "page": number}).content.decode() for number in (1, 2)]
        assert [[f"{name}</a>" in page for name in ("路丽华", "武玲芳")] for page in pages] == [
            [True, False],
            [False, True],
        ]
        assert all('colspan="3">合计</th><td class="number">2</td>' in page for page in pages)

    def test_default_is_this_year(self, client, cast, at):
        assert "武玲芳" in client.get(LIST).content.decode()
        at(datetime(2026, 1, 2, tzinfo=UTC))
        assert "武玲芳</a>" not in client.get(LIST).content.decode()

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"first": "2025-13"}, "月份写作"),
            ({"first": "去年"}, "月份写作"),
            ({"first": "2025-05", "last": "2025-04"}, "早于开始"),
            ({"person": "x"}, "errorlist"),
            ({"person": "9" * 30}, "errorlist"),
            ({"role": "没有的角色"}, "errorlist"),
        ],
    )
    @pytest.mark.parametrize("kind", ["", "xlsx"])
    def test_invalid_filters(self, client, cast, fields, sentence, kind):
        response = client.get(LIST, {**fields, "format": kind})
        assert response.status_code == 200
        assert sentence in response.content.decode()

    def test_csv(self, client, cast):
        Contributor.objects.filter(name="武玲芳").update(department="=1+1")
        response = client.get(LIST, {**MONTHS, "format": "csv"})
        content = b"".join(response.streaming_content).decode("utf-8-sig")
        *rows, total = csv.DictReader(io.StringIO(content))
        assert {(row["姓名"], row["角色"], row["计数"]) for row in rows} == {
            ("武玲芳", "记者", "1"),
            ("路丽华", "策划", "1"),
        }
        assert [row["部门"] for row in rows if row["姓名"] == "武玲芳"] == ["'=1+1"]
        assert rows[0]["网址"].startswith("http://127.0.0.1:8000/")
        assert (total["月份"], total["计数"], Decimal(total["加权"])) == ("合计", "2", 2)

    def test_xlsx(self, client, cast):
        Contributor.objects.filter(name="武玲芳").update(department="=1+1")
        response = client.get(LIST, {**MONTHS, "format": "xlsx"})
        with zipfile.ZipFile(io.BytesIO(response.content)) as book:
            strings = book.read("xl/sharedStrings.xml").decode()
            sheets = [book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2)]
        assert "=1+1" in strings
        assert "http://127.0.0.1:8000/features/" in strings
        assert not [sheet for sheet in sheets if "<f>" in sheet or "hyperlink" in sheet]
        assert sheets[1].count("<row ") == 1 + 2

    def test_weights_are_edited_in_role_list(self, client, cast):
        client.force_login(cast.editor)
        role = CreditRole.objects.get(name="记者")
        data = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": role.pk, "form-0-position": 3}
        where = reverse("admin:interviews_creditrole_changelist")
        client.post(f"{where}?q=记者", {**data, "form-0-weight": "-1", "_save": "1"})
        assert CreditRole.objects.get(name="记者").weight == 1
        client.post(f"{where}?q=记者", {**data, "form-0-weight": "1.5", "_save": "1"})
        assert CreditRole.objects.get(name="记者").weight == Decimal("1.5")


def many(count):
    """Insert published features, bypassing the verbs: a page credit and two statements each, by 40 people."""
    moment = timezone.now()
    people = [Contributor(name=f"采编{number:02}", name_sort=f"caibian{number:02}") for number in range(40)]
    people = Contributor.objects.bulk_create(people)
    features = Feature.objects.bulk_create(Feature(headline=f"第{number}期") for number in range(count))
    revisions = Revision.objects.bulk_create(
        Revision(feature=feature, number=1, document="{}", digest="0" * 64) for feature in features
    )
    editions = Edition.objects.bulk_create(
        Edition(feature_id=each.feature_id, number=1, revision=each, published_from=moment, created_at=moment)
        for each in revisions
    )
    PublishedFeature.objects.bulk_create(
        PublishedFeature(edition=each, feature_id=each.feature_id, headline="专题", date=moment.date())
        for each in editions
    )
    PublishedCredit.objects.bulk_create(
        PublishedCredit(
            edition=each,
            position=position,
            role="记者" if position else "策划",
            contributor=people[(each.pk + position) % 40],
            interview_id=each.pk * 3 + position if position else None,
            topic_id=each.pk if position else None,
        )
        for each in editions
        for position in range(3)
    )
    count_anew()


def test_query_count_is_fixed(client, cast, measured):
    client.force_login(cast.chief)
    kinds = [{}, {"format": "csv"}, {"format": "xlsx"}]
    many(10)
    few = [measured(LIST, kind) for kind in kinds]
    many(1000 if THOROUGH else 300)
    assert [measured(LIST, kind) for kind in kinds] == few
    # People are loaded once, not with each of their credits.
    assert max(few) <= 15
