"""The error report: what is counted, when, by whose byline, and who may see it."""

import csv
import io
from datetime import UTC, datetime
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from interviews import editing, house_style, people, publishing
from interviews.drafting import freeze
from interviews.errors import RefusedError
from interviews.models import (
    Contributor,
    Feature,
    Occasion,
    ProofCheck,
    ProofPassage,
    ProofTally,
    Revision,
    ScoreWeight,
)
from interviews.reports.error_report import ReportParams, report
from tests.builders import a_credit, a_document, a_draft, a_topic, an_interview, published, sign_all, signed_by_verbs
from tests.rows import count_anew
from tests.shared_rows import built_once
from tests.thorough import THOROUGH

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
LIST = reverse("admin:interviews_proofcheck_changelist")
MARCH = datetime(2025, 3, 12, tzinfo=UTC)
CERTAIN = "<p>空气清新，，蓝天常在，群众满意。</p>"  # counts but does not block
IMPOSSIBLE = "<p>2025年2月30日，工程全部完工。</p>"


def statement(body, *names):
    return an_interview(body, credits=(a_credit("记者", *(names or ("武玲芳",))),))


def page(*interviews, **fields):
    return a_document(topics=(a_topic("蓝天白云常相伴", *interviews),), **fields)


def asked(**changes):
    first = datetime(2025, 3, 1).date()
    return ReportParams(**{"first": first, "last": first, "occasion": "published", **changes})


def lines(**changes):
    return {person.name if person else None: line for person, line in report(asked(**changes)).people}


@built_once
def in_march(cast):
    with mock.patch.object(timezone, "now", return_value=MARCH):
        return published(cast, page(statement(CERTAIN)))


class TestCounting:
    @pytest.fixture(autouse=True)
    def march(self, at):
        at(MARCH)

    def test_counted_at_submission_and_publication(self, cast):
        feature = signed_by_verbs(cast, page(statement(CERTAIN)))
        edition = publishing.publish(feature=feature, actor=cast.chief)
        checks = ProofCheck.objects.order_by("pk")
        assert [each.occasion for each in checks] == ["submitted", "published"]
        assert {each.revision_id for each in checks} == {edition.revision_id}
        assert {each.author for each in checks} == {cast.reporter}
        assert [each.points for each in checks] == [1.0, 1.0]

    def test_refused_submission_is_not_counted(self, cast):
        feature = a_draft(cast, page(statement(IMPOSSIBLE)))
        with pytest.raises(RefusedError):
            publishing.submit(feature=feature, actor=cast.reporter)
        assert not ProofCheck.objects.exists()

    def test_counted_by_byline(self, cast):
        published(cast, page(statement(CERTAIN, "武玲芳", "王军"), statement("<p>水清岸绿，鱼翔浅底。</p>", "李娟")))
        found = lines()
        assert {name: line.left["warning"] for name, line in found.items()} == {
            "武玲芳": 1,
            "王军": 1,
            "李娟": 0,
            None: 0,
        }
        assert found["武玲芳"].characters > found["李娟"].characters > 0
        assert found["武玲芳"].rate == pytest.approx(10_000 / found["武玲芳"].characters)

    def test_page_reporter_without_byline(self, cast):
        one = an_interview(CERTAIN, credits=())
        published(cast, page(one, credits=(a_credit("记者", "石岩"), a_credit("策划", "路丽华"))))
        assert {name: line.open for name, line in lines().items()} == {"石岩": 1, None: 0}

    def test_rest_of_page_is_nobodys(self, cast):
        published(cast, page(statement("<p>水清岸绿，鱼翔浅底。</p>"), headline="擦亮底色，，描绘画卷"))
        assert {name: (line.open, line.points) for name, line in lines().items()} == {"武玲芳": (0, 0), None: (1, 2.0)}

    def test_dismissed_findings_score_nothing(self, cast):
        feature = a_draft(cast, page(statement(IMPOSSIBLE)))
        (error,) = [each.finding for each in house_style.checked(freeze(feature)) if each.finding.severity == "error"]
        house_style.dismiss(
            feature=feature, actor=cast.reporter, key=error.key, rule="date", excerpt=error.excerpt, reason="原话"
        )
        publishing.submit(feature=feature, actor=cast.reporter)
        line = lines(occasion="submitted")["武玲芳"]
        assert (line.open, line.dismissed, line.points) == (0, 1, 0.0)

    def test_mended_since_first_revision_and_submission(self, cast):
        feature = a_draft(cast, page(statement(IMPOSSIBLE + CERTAIN)))
        self.reword(cast.reporter, feature, CERTAIN)
        publishing.submit(feature=feature, actor=cast.reporter)
        self.reword(cast.superuser, feature, "<p>空气清新，蓝天常在，群众满意。</p>")
        sign_all(cast, feature)
        publishing.publish(feature=feature, actor=cast.chief)
        handed_in, printed = lines(occasion="submitted")["武玲芳"], lines()["武玲芳"]
        assert (handed_in.mended, handed_in.open) == (1, 1)
        assert (printed.mended, printed.open) == (1, 0)

    def reword(self, actor, feature, body):
        feature.topics.get().interviews.update(body=body)
        assert publishing.record(feature=feature, actor=actor)

    def test_first_submission_counts(self, cast):
        feature = a_draft(cast, page(statement(CERTAIN)))
        publishing.submit(feature=feature, actor=cast.reporter)
        publishing.send_back(feature=feature, actor=cast.editor, comment="标点")
        self.reword(cast.reporter, feature, "<p>空气清新，蓝天常在，群众满意。</p>")
        publishing.submit(feature=feature, actor=cast.reporter)
        assert list(ProofCheck.objects.order_by("pk").values_list("first", "points")) == [(True, 1.0), (False, 0.0)]
        total = report(asked(occasion="submitted")).total
        assert (total.pages, total.open) == (1, 1)

    def test_weights_from_table(self, cast):
        ScoreWeight.objects.filter(subject="mark").update(points="0.1", most="0.15")
        published(cast, page(statement(CERTAIN), statement(CERTAIN)))
        assert report(asked()).total.points == pytest.approx(0.15)
        assert lines()["武玲芳"].points == pytest.approx(0.2)

    def test_merged_people_are_one(self, cast):
        published(cast, page(statement(CERTAIN, "武玲芳"), statement(CERTAIN, "武铃芳")))
        kept, merged = (Contributor.objects.get(name=name) for name in ("武玲芳", "武铃芳"))
        people.merge(kept=kept, merged=merged, actor=cast.chief)
        stops = {"rule": "doubled-stop"}
        assert {name: line.open for name, line in lines(**stops).items()} == {"武玲芳": 2, None: 0}
        assert lines(person=kept.pk, **stops)["武玲芳"].open == 2

    def test_filters(self, cast, at):
        published(cast, page(statement(CERTAIN, "武玲芳"), statement("<p>全长20公里，来了约300人左右。</p>", "李娟")))
        person = Contributor.objects.get(name="李娟").pk
        found = report(asked(person=person))
        assert [(name, line.open) for name, _, line in found.rules] == [("double-approximate", 1)]
        assert found.total.characters < report(asked()).total.characters
        assert {name: line.open for name, line in lines(rule="doubled-stop").items()} == {
            "武玲芳": 1,
            "李娟": 0,
            None: 0,
        }
        april = datetime(2025, 4, 1).date()
        assert report(asked(first=april, last=april)).total.pages == 0

    def test_month_in_beijing_time(self, cast, at):
        at(datetime(2025, 3, 31, 16, tzinfo=UTC))
        published(cast)
        april = datetime(2025, 4, 1).date()
        assert report(asked()).total.pages == 0
        assert report(asked(first=april, last=april)).total.pages == 1

    def test_deleting_draft_deletes_counts(self, cast):
        feature = a_draft(cast)
        publishing.submit(feature=feature, actor=cast.reporter)
        editing.delete(feature=feature, actor=cast.editor)
        assert not ProofTally.objects.exists()
        assert not ProofCheck.objects.exists()


class TestScreen:
    @pytest.fixture(autouse=True)
    def pages(self, in_march, at):
        at(MARCH)
        self.edition = in_march

    @pytest.mark.parametrize("who", ["outsider", "photographer", "reporter", "editor", "head", "chief", "superuser"])
    def test_permission(self, client, cast, who):
        client.force_login(getattr(cast, who))
        for data in ({}, {"format": "csv"}):
            answer = client.get(LIST, data)
            assert (answer.status_code == 200) == (who in {"head", "chief", "superuser"})

    def test_people_rules_and_links(self, client, cast):
        client.force_login(cast.head)
        text = client.get(LIST).content.decode()
        assert "武玲芳</a>" in text
        assert "点号连用" in text
        assert reverse("admin:interviews_feature_review", args=[self.edition.feature_id]) in text

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"first": "2025-13"}, "月份写作"),
            ({"first": "2025-05", "last": "2025-04"}, "早于开始"),
            ({"person": "9" * 30}, "errorlist"),
            ({"occasion": "x"}, "errorlist"),
            ({"page": "x"}, "武玲芳"),
        ],
    )
    @pytest.mark.parametrize("kind", ["", "csv"])
    def test_invalid_filters(self, client, cast, fields, sentence, kind):
        client.force_login(cast.chief)
        answer = client.get(LIST, {**fields, "format": kind})
        assert answer.status_code == 200
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert sentence in text.decode()

    def test_csv(self, client, cast):
        Feature.objects.update(headline="=1+1")
        client.force_login(cast.chief)
        answer = client.get(LIST, {"format": "csv"})
        (row,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
        assert (row["专题"], row["处所"], row["署名"]) == ("'=1+1", "裴国欣的谈话", "武玲芳")
        assert (row["规则"], row["级别"], row["留下"], row["计差错"]) == ("点号连用", "警告", "1", "1.0")

    def test_no_admin_views_of_rows(self, client, cast):
        client.force_login(cast.superuser)
        key = ProofCheck.objects.first().pk
        for address in ("add/", f"{key}/change/", f"{key}/delete/"):
            assert client.get(f"{LIST}{address}").status_code == 404


def many(count):
    """Insert features with counts, bypassing the verbs: five statements each, by 40 people, two rules in every other
    one.
    """
    moment = timezone.now()
    people = [Contributor(name=f"采编{number:02}", name_sort=f"caibian{number:02}") for number in range(40)]
    people = Contributor.objects.bulk_create(people)
    features = Feature.objects.bulk_create(Feature(headline=f"第{number}期") for number in range(count))
    revisions = Revision.objects.bulk_create(
        Revision(feature=feature, number=1, document="{}", digest="0" * 64) for feature in features
    )
    checks = ProofCheck.objects.bulk_create(
        ProofCheck(
            feature_id=each.feature_id,
            revision=each,
            occasion=Occasion.PUBLISHED,
            first=True,
            characters=5000,
            points=2.0,
            created_at=moment,
        )
        for each in revisions
    )
    passages = ProofPassage.objects.bulk_create(
        ProofPassage(check_of=each, interview_id=each.pk * 5 + place, characters=1000)
        for each in checks
        for place in range(5)
    )
    link = ProofPassage.people.through
    link.objects.bulk_create(link(proofpassage=each, contributor=people[each.pk % 40]) for each in passages)
    ProofTally.objects.bulk_create(
        ProofTally(passage=each, rule=rule, severity="warning", open=1, dismissed=0, mended=2, points=1.0)
        for each in passages[::2]
        for rule in ("dash", "space")
    )
    count_anew()
    return people[0].pk


def test_query_count_is_fixed(client, cast, measured):
    client.force_login(cast.chief)
    person = many(10)
    kinds = [{}, {"format": "csv"}, {"person": person}, {"person": person, "rule": "dash"}]
    few = [measured(LIST, kind) for kind in kinds]
    many(1000 if THOROUGH else 300)
    assert [measured(LIST, kind) for kind in kinds] == few
    assert max(few) <= 24


@pytest.mark.parametrize("who", ["editor", "chief"])
def test_counts_do_not_prevent_deletion(client, cast, who):
    feature = a_draft(cast)
    publishing.submit(feature=feature, actor=cast.reporter)
    client.force_login(getattr(cast, who))
    client.post(reverse("admin:interviews_feature_delete", args=[feature.pk]), {"post": "yes"})
    assert not Feature.objects.exists()
    assert not ProofCheck.objects.exists()
