"""Each verb of the review screen by each role: GET changes nothing, POST acts or explains the refusal."""

import pytest
from django.urls import reverse

from interviews import publishing, workflow
from interviews.models import Comment, Edition, Feature, LedgerEntry, PreviewLink, ReviewStep, SignOff, Withdrawal
from tests.builders import a_draft, published, signed, submitted

pytestmark = pytest.mark.django_db

EVERYBODY = ["outsider", "photographer", "colleague", "reporter", "editor", "head", "chief", "superuser"]
VIEWERS = ["reporter", "editor", "head", "chief", "superuser"]


def with_comment(cast):
    feature = submitted(cast)
    publishing.comment(feature=feature, actor=cast.superuser, text="核")
    return feature


def with_resolved_comment(cast):
    feature = with_comment(cast)
    publishing.resolve_comment(comment=Comment.objects.get(), actor=cast.superuser)
    return feature


def with_link(cast):
    feature = submitted(cast)
    publishing.share_preview(feature=feature, actor=cast.superuser, days=1)
    return feature


def live(cast):
    return published(cast).feature


# Per verb: the feature it acts on, the form data, and the roles allowed.
MATRIX = {
    "submit": (a_draft, {}, ["reporter", "editor", "chief", "superuser"]),
    "recall": (submitted, {}, ["reporter"]),
    "sign": (submitted, {"text": "理由"}, ["editor", "superuser"]),
    "send_back": (submitted, {"text": "重写"}, ["editor", "head", "chief", "superuser"]),
    "publish": (signed, {}, ["chief", "superuser"]),
    "withdraw": (live, {"text": "核实中"}, ["chief", "superuser"]),
    "comment": (submitted, {"text": "核", "path": "headline"}, VIEWERS),
    "resolve": (with_comment, {"comment": 1}, ["editor", "head", "chief", "superuser"]),
    "reopen": (with_resolved_comment, {"comment": 1}, ["editor", "head", "chief", "superuser"]),
    "share": (submitted, {"days": "7"}, VIEWERS),
    "revoke": (with_link, {"link": 1}, ["editor", "chief", "superuser"]),
}
# Per verb: a state in which it is invalid.
WRONG_STATES = {
    "submit": submitted,
    "recall": a_draft,
    "sign": a_draft,
    "send_back": live,
    "publish": submitted,
    "withdraw": submitted,
    "resolve": with_resolved_comment,
    "reopen": with_comment,
    "revoke": submitted,
}


def state():
    tables = (SignOff, Edition, Withdrawal, LedgerEntry, Comment, PreviewLink)
    features = Feature.objects.values_list("pk", "stage")
    return [list(table.objects.order_by("pk").values()) for table in tables], list(features)


def screen(feature):
    return reverse("admin:interviews_feature_review", args=[feature.pk])


def typed(feature, verb):
    data = {"verb": verb, "revision": workflow.latest_revision(feature).number, **MATRIX[verb][1]}
    if "comment" in data:
        data["comment"] = Comment.objects.values_list("pk", flat=True).first() or 999_999
    if "link" in data:
        data["link"] = PreviewLink.objects.values_list("pk", flat=True).first() or 999_999
    return data


@pytest.mark.slow  # publishing/test_matrix.py asks the same of every screen
@pytest.mark.parametrize("verb", MATRIX)
@pytest.mark.parametrize("who", EVERYBODY)
def test_verb_permissions(client, cast, verb, who):
    make, _, allowed = MATRIX[verb]
    feature = make(cast)
    data = typed(feature, verb)
    client.force_login(getattr(cast, who))
    before = state()
    assert client.get(screen(feature), data).status_code == (
        200 if who in VIEWERS else 302 if who == "outsider" else 403
    )
    assert state() == before
    answer = client.post(screen(feature), data)
    if who in allowed:
        assert answer.status_code == 302
        assert state() != before
    else:
        assert answer.status_code in {200, 302, 403}
        assert state() == before
        assert answer.status_code != 200 or 'class="error"' in answer.content.decode()


@pytest.mark.parametrize("verb", MATRIX)
def test_login_required(client, cast, verb):
    feature = MATRIX[verb][0](cast)
    before = state()
    assert client.post(screen(feature), typed(feature, verb))["Location"].startswith("/admin/login/")
    assert state() == before


@pytest.mark.parametrize("verb", WRONG_STATES)
def test_wrong_state(client, cast, verb):
    feature = WRONG_STATES[verb](cast)
    data = typed(feature, verb)
    client.force_login(cast.superuser)
    before = state()
    answer = client.post(screen(feature), data)
    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()
    assert state() == before


@pytest.mark.parametrize("verb", MATRIX)
def test_unknown_feature(client, cast, verb):
    client.force_login(cast.superuser)
    data = {"verb": verb, "revision": 1, "text": "x"}
    assert client.post("/admin/interviews/feature/999999/review/", data).status_code == 404


def test_coauthor_may_comment(client, cast):
    feature = submitted(cast)
    feature.shared_with.add(cast.colleague)
    client.force_login(cast.colleague)
    assert client.post(screen(feature), typed(feature, "comment")).status_code == 302


def test_comment_of_another_feature(client, cast):
    with_comment(cast)
    other = submitted(cast)
    client.force_login(cast.editor)
    assert client.post(screen(other), typed(other, "resolve")).status_code == 200
    assert Comment.objects.get().resolved_at is None


STEPS = "/admin/interviews/reviewstep/"


class TestSteps:
    def form(self, step, **changes):
        data = {"name": step.name, "group": step.group_id, "position": step.position, "active": "on"}
        return {name: value for name, value in {**data, **changes}.items() if value is not None}

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_only_administrators_change_steps(self, client, cast, who):
        step = ReviewStep.objects.get(name="复审")
        client.force_login(getattr(cast, who))
        client.post(f"{STEPS}{step.pk}/change/", self.form(step, name="二审"))
        client.post(f"{STEPS}add/", self.form(step, name="四审", position=9))
        names = set(ReviewStep.objects.values_list("name", flat=True))
        assert ({"二审", "四审"} <= names) == (who == "superuser")

    def test_used_step_is_retired_not_deleted(self, client, cast):
        signed(cast)
        step = ReviewStep.objects.get(name="复审")
        client.force_login(cast.superuser)
        assert client.post(f"{STEPS}{step.pk}/delete/", {"post": "yes"}).status_code == 403
        client.post(f"{STEPS}{step.pk}/change/", self.form(step, active=None))
        step.refresh_from_db()
        assert not step.active

    def test_unused_step_is_deleted(self, client, cast):
        client.force_login(cast.superuser)
        client.post(f"{STEPS}{ReviewStep.objects.get(name='复审').pk}/delete/", {"post": "yes"})
        assert ReviewStep.objects.count() == 2

    def test_last_step_stays(self, client, cast):
        ReviewStep.objects.exclude(name="终审").delete()
        step = ReviewStep.objects.get()
        client.force_login(cast.superuser)
        page = client.post(f"{STEPS}{step.pk}/change/", self.form(step, active=None)).content.decode()
        assert "至少要有一个启用的审稿环节" in page
        assert client.post(f"{STEPS}{step.pk}/delete/", {"post": "yes"}).status_code == 403
        assert ReviewStep.objects.get().active

    def test_reorder_steps(self, client, cast):
        client.force_login(cast.superuser)
        steps = list(ReviewStep.objects.order_by("-active", "position", "pk"))
        data = {"form-TOTAL_FORMS": 3, "form-INITIAL_FORMS": 3, "_save": "保存"}
        for place, step in enumerate(steps):
            data |= {f"form-{place}-id": step.pk, f"form-{place}-position": 3 - place}
        client.post(STEPS, data)
        assert [step.name for step in workflow.review_steps()] == ["终审", "复审", "初审"]
