"""A credit role's kind, derived from its name or set by the newsroom, decides the same everywhere."""

from pathlib import Path

import pytest

import interviews
from interviews import document as d
from interviews import house_style, photodesk, publishing
from interviews.drafting import draft
from interviews.models import Contributor, CreditRole, ProofPassage
from interviews.pagetext import parse
from tests.builders import a_credit, a_document, a_draft, a_reprint, a_topic, an_interview, published, submitted

pytestmark = pytest.mark.django_db
SAMPLE = (Path(interviews.__file__).parent / "pages/ecology-2025.txt").read_text(encoding="utf-8")
NEW = "首席观察员"


def page(role, **fields):
    return a_document(topics=(a_topic("题", an_interview(credits=(a_credit(role, "武玲芳"),))),), **fields)


@pytest.mark.parametrize("role", ["全媒体记者", "融媒体记者", "首席记者", "特约记者", "评论员"])
def test_reporting_roles_satisfy_byline(cast, role):
    document = parse(SAMPLE.replace("(记者 ", f"({role} ")).document
    roles = {credit.role for topic in document.topics for each in topic.interviews for credit in each.credits}
    assert roles == {role}
    feature = draft(document=document, actor=cast.reporter)
    publishing.submit(feature=feature, actor=cast.reporter)
    feature.refresh_from_db()
    assert feature.stage == "review"


class TestNewRole:
    @pytest.fixture
    def reporting(self, cast):
        return CreditRole.objects.create(name=NEW, kind="reporting")

    def test_unknown_role_is_no_byline(self, cast):
        assert "第 1 个话题缺少记者署名。" in publishing.blockers(a_draft(cast, page(NEW)))

    def test_reporting_kind_makes_byline(self, cast, reporting):
        submitted(cast, page(NEW))

    def test_reporting_kind_makes_json_ld_author(self, client, cast, reporting):
        edition = published(cast, page(NEW))
        CreditRole.objects.filter(name="策划").update(kind="other")
        for address in (f"/features/{edition.feature_id}/", f"/topics/{edition.topics.get().topic_id}/"):
            html = client.get(address).content.decode()
            assert f'"author":[{{"@type":"Person","name":"武玲芳","jobTitle":"{NEW}"' in html
            assert '"editor"' not in html

    def test_reporting_kind_counts_in_error_report(self, cast, reporting):
        submitted(cast, page(NEW))
        people = ProofPassage.objects.exclude(interview_id=None).get().people
        assert people.get() == Contributor.objects.get(name="武玲芳")

    def test_editing_kind_satisfies_reprint(self, cast):
        document = page("记者", reprint=a_reprint(), credits=(a_credit(NEW, "王芳"),))
        assert "转载缺少责任编辑（或编辑）的署名。" in publishing.blockers(a_draft(cast, document))
        CreditRole.objects.filter(name=NEW).update(kind="editing")
        assert publishing.blockers(a_draft(cast, document)) == []

    def test_photo_kind_makes_photographer(self, cast):
        feature = a_draft(cast, page("记者", credits=(a_credit(NEW, "程婧"), a_credit("策划", "路丽华"))))
        assert photodesk.photographer_of(feature) is None
        CreditRole.objects.filter(name=NEW).update(kind="photo")
        assert photodesk.photographer_of(feature).name == "程婧"

    def test_photo_kind_is_checked_by_proofreader(self, cast):
        photos = (d.Photo(caption="汾河", credit_line="李建国 摄"),)
        document = page("记者", photos=photos, credits=(a_credit(NEW, "程婧"),))
        assert "photo-credit" not in {each.finding.rule for each in house_style.checked(document)}
        CreditRole.objects.create(name=NEW, kind="photo")
        assert "photo-credit" in {each.finding.rule for each in house_style.checked(document)}


@pytest.mark.parametrize("role", ["摄影", "摄影记者", "文/图"])
def test_photographer_of_page(cast, role):
    feature = a_draft(cast, page("记者", credits=(a_credit(role, "程婧"), a_credit("供图", "王芳"))))
    assert photodesk.photographer_of(feature).name == "程婧"


def test_set_kind_overrides_name(cast):
    CreditRole.objects.filter(name="记者").update(kind="other")
    assert "第 1 个话题缺少记者署名。" in publishing.blockers(a_draft(cast, page("记者")))


def test_kind_is_set_in_admin(client, cast):
    client.force_login(cast.editor)
    role = CreditRole.objects.create(name=NEW)
    screen = client.get("/admin/interviews/creditrole/").content.decode()
    assert "采写兼摄影" in screen
    values = {"name": NEW, "kind": "reporting", "position": 9, "weight": "1"}
    assert client.post(f"/admin/interviews/creditrole/{role.pk}/change/", values).status_code == 302
    role.refresh_from_db()
    assert role.kind == "reporting"


def test_kinds_take_one_query(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        kinds = CreditRole.objects.kinds()
        assert kinds["评论员"].reports
        assert not kinds[NEW].reports
