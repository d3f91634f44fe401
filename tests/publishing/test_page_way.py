"""Cost of a page from saved draft to publication, and the checks it must not skip."""

import pytest

from benchmarks.page_way import total, walk
from interviews import document as d
from interviews import people, workflow
from interviews.drafting import freeze, matches
from interviews.errors import RefusedError
from interviews.models import Credit, CreditRole, Feature, Interview, Photo, Placement, Speaker, Subject, Topic
from interviews.publishing import publish, sign
from tests.builders import a_document_with, a_photo, a_topic, an_interview, signed, submitted

pytestmark = pytest.mark.django_db


def test_cost_is_bounded(cast):
    cost = total(walk(cast))
    assert cost.queries <= 110
    assert 1 <= cost.freezes <= 2
    assert cost.proofreads == 2


COLUMNS = [
    (Feature, ["kicker", "headline", "subtitle", "lead", "page_name", "cover_caption", "cover_credit", "cover_alt"]),
    (Feature, ["reprint_source", "reprint_author", "reprint_title"]),
    (Topic, ["title"]),
    (Interview, ["speaker_name", "organisation", "job_title", "portrait_credit", "portrait_alt"]),
    (Credit, ["contributor_name"]),
    (Placement, ["caption", "credit_line", "alt_text"]),
    (Subject, ["name"]),
    (CreditRole, ["name"]),
]
REWORDED = [(table, {name: "绕过了登记"}) for table, names in COLUMNS for name in names]
CHANGES = [
    *REWORDED,
    (Interview, {"body": "<p>绕过了登记。</p>"}),
    (Interview, {"portrait": None}),
    (Interview, {"speaker": None}),
    (Placement, {"photo": None}),
    (Feature, {"cover": None}),
    (Feature, {"issue_date": "2025-03-13"}),
    (Feature, {"page_number": 7}),
    (Feature, {"reprint_url": "https://www.sxrb.com/"}),
]


def a_page():
    return a_document_with(a_photo(), subjects=(d.Subject(name="大气"),))


@pytest.mark.parametrize(
    ("table", "values"), CHANGES, ids=[f"{table.__name__}.{next(iter(values))}" for table, values in CHANGES]
)
def test_unrecorded_change_of_any_column(cast, table, values):
    feature = submitted(cast, a_page())
    used = {CreditRole: {"name": "记者"}, Subject: {"name": "大气"}}
    table.objects.filter(**used.get(table, {})).update(**values)
    feature = Feature.objects.get(pk=feature.pk)
    assert not matches(feature, workflow.latest_revision(feature).read())
    with pytest.raises(RefusedError, match="还没有存为修订"):
        sign(feature=feature, actor=cast.editor)


@pytest.mark.parametrize("table", [Topic, Interview, Credit, Placement])
def test_unrecorded_deletion(cast, table):
    feature = submitted(cast, a_page())
    table.objects.first().delete()
    with pytest.raises(RefusedError, match="还没有存为修订"):
        sign(feature=feature, actor=cast.editor)


@pytest.mark.parametrize("table", [Topic, Interview])
def test_unrecorded_reordering(cast, table):
    two = (a_topic("一", an_interview(), an_interview("<p>又说。</p>")), a_topic("二"))
    feature = submitted(cast, a_page().model_copy(update={"topics": two}))
    table.objects.filter(pk=table.objects.order_by("pk").first().pk).update(position=9)
    with pytest.raises(RefusedError, match="还没有存为修订"):
        sign(feature=feature, actor=cast.editor)


def test_unrecorded_change_stops_publication(cast):
    feature = signed(cast)
    Interview.objects.update(body="<p>绕过了登记。</p>")
    with pytest.raises(RefusedError, match="还没有存为修订"):
        publish(feature=feature, actor=cast.chief)


def test_merged_people_are_no_change(cast):
    feature = submitted(cast)
    speaker = Speaker.objects.get()
    kept = Speaker.objects.create(name=speaker.name, organisation="市生态环境局")
    people.merge(kept=kept, merged=speaker, actor=cast.superuser)
    feature = Feature.objects.get(pk=feature.pk)
    assert not matches(feature, workflow.latest_revision(feature).read())
    assert sign(feature=feature, actor=cast.editor)


def test_frozen_revision_matches(cast):
    feature = submitted(cast, a_page())
    feature = Feature.objects.get(pk=feature.pk)
    assert Photo.objects.exists()
    assert matches(feature, freeze(feature))
