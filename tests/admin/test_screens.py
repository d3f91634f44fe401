"""The newsroom's screens: permissions as the verbs have them, and typed text is never lost."""

import pytest
from django.urls import reverse

from interviews import publishing
from interviews.models import Feature, SignOff, Speaker, Stage
from interviews.workflow import latest_revision, standing
from tests.builders import a_document, a_draft, published, signed, submitted

from .windows import page_of, send

pytestmark = pytest.mark.django_db
LIST, ADD = (reverse(f"admin:interviews_feature_{name}") for name in ("changelist", "add"))


def screen(name, feature):
    return reverse(f"admin:interviews_feature_{name}", args=[feature.pk])


def act(client, feature, verb, **fields):
    revision = latest_revision(feature).number
    return client.post(screen("review", feature), {"verb": verb, "revision": revision, **fields}, follow=True)


class TestPermissions:
    @pytest.mark.parametrize("name", ["change", "review", "preview", "delete"])
    @pytest.mark.parametrize("who", ["colleague", "photographer"])
    def test_drafts_of_others_are_hidden(self, client, cast, name, who):
        client.force_login(getattr(cast, who))
        assert client.get(screen(name, a_draft(cast))).status_code in {302, 403, 404}

    @pytest.mark.parametrize("name", ["change", "review", "preview", "delete"])
    def test_login_required(self, client, cast, name):
        response = client.get(screen(name, a_draft(cast)))
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")

    @pytest.mark.parametrize("who", ["reporter", "editor", "head", "chief", "superuser"])
    def test_writers_and_reviewers_see_draft(self, client, cast, who):
        client.force_login(getattr(cast, who))
        feature = a_draft(cast)
        assert client.get(LIST).status_code == 200
        assert client.get(screen("review", feature)).status_code == 200
        assert "擦亮生态底色" in client.get(screen("preview", feature)).content.decode()

    def test_list_is_filtered_by_permission(self, client, cast):
        a_draft(cast)
        client.force_login(cast.colleague)
        assert "擦亮生态底色" not in client.get(LIST).content.decode()

    def test_list_query_count_is_bounded(self, client, cast, django_assert_max_num_queries):
        client.force_login(cast.chief)
        for _ in range(8):
            a_draft(cast)
            submitted(cast)
        with django_assert_max_num_queries(17):
            client.get(LIST)

    def test_lists_and_forms_open(self, client, cast):
        client.force_login(cast.superuser)
        signed(cast)
        for model in ("speaker", "contributor", "creditrole", "subject", "reviewstep", "ledgerentry"):
            assert client.get(reverse(f"admin:interviews_{model}_changelist")).status_code == 200
        assert client.get(ADD).status_code == 200


class TestForm:
    def test_editor_has_whole_page(self, client, cast):
        client.force_login(cast.reporter)
        state = client.get(screen("change", a_draft(cast))).context["state"]
        for text in ("擦亮生态底色", "蓝天白云常相伴", "市生态环境局大气科", "武玲芳", "路丽华"):
            assert text in str(state["page"])

    def test_editor_is_closed_after_submission(self, client, cast):
        client.force_login(cast.reporter)
        feature = submitted(cast)
        assert client.get(screen("change", feature))["Location"] == screen("review", feature)
        assert send(client, "save", feature, page_of(feature, headline="偷改")).status_code == 403

    def test_published_feature_is_not_deleted(self, client, cast, edition):
        client.force_login(cast.superuser)
        assert client.post(screen("delete", edition.feature), {"post": "yes"}).status_code == 403

    def test_draft_is_deleted(self, client, cast):
        client.force_login(cast.reporter)
        client.post(screen("delete", a_draft(cast)), {"post": "yes"})
        assert not Feature.objects.exists()


class TestReview:
    def test_get_changes_nothing(self, client, cast):
        client.force_login(cast.editor)
        feature = submitted(cast)
        client.get(screen("review", feature), {"verb": "sign", "revision": 1})
        assert not SignOff.objects.exists()

    def test_verbs_in_sequence(self, client, cast):
        feature = a_draft(cast)
        for who, verb in [
            (cast.reporter, "submit"),
            (cast.editor, "sign"),
            (cast.head, "sign"),
            (cast.chief, "sign"),
            (cast.chief, "publish"),
        ]:
            client.force_login(who)
            act(client, feature, verb)
        assert standing(feature) == "live"
        act(client, feature, "withdraw", text="核实中")
        assert standing(feature) == "withdrawn"

    @pytest.mark.parametrize("who", ["reporter", "head", "chief"])
    @pytest.mark.parametrize("verb", ["sign", "publish", "withdraw"])
    def test_verb_out_of_turn(self, client, cast, who, verb):
        client.force_login(getattr(cast, who))
        page = act(client, submitted(cast), verb, text="理由还在").content.decode()
        assert "errorlist" in page or 'class="error"' in page
        assert not SignOff.objects.exists()

    def test_typed_text_is_kept_after_refusal(self, client, cast):
        client.force_login(cast.editor)
        feature = submitted(cast)
        page = client.post(
            screen("review", feature), {"verb": "sign", "revision": 7, "text": "数字已核"}
        ).content.decode()
        assert "刚刚又有修改" in page
        assert "数字已核" in page

    def test_send_back_comment_is_shown(self, client, cast):
        feature = submitted(cast)
        client.force_login(cast.editor)
        act(client, feature, "send_back", text="导语重写")
        client.force_login(cast.reporter)
        assert "导语重写" in client.get(screen("review", feature)).content.decode()
        feature.refresh_from_db()
        assert feature.stage == Stage.DRAFT

    @pytest.mark.parametrize("data", [{}, {"verb": "destroy", "revision": 1}, {"verb": "publish", "revision": "x"}])
    def test_malformed_form(self, client, cast, data):
        client.force_login(cast.chief)
        assert client.post(screen("review", signed(cast)), data).status_code == 200

    def test_unknown_feature(self, client, cast):
        client.force_login(cast.chief)
        assert client.get("/admin/interviews/feature/999999/review/").status_code == 404


def test_feature_search_finds_drafts_published_and_changed_pages(client, cast):
    """By every word of headline, topic and speaker, of the newest revision."""
    client.force_login(cast.chief)
    a_draft(cast, a_document(headline="未刊的湿地"))
    live = published(cast, a_document(headline="守护汾河")).feature
    changed = published(cast, a_document(headline="旧的标题")).feature
    changed.headline = "新的标题"
    changed.save(update_fields=["headline"])
    publishing.record(feature=changed, actor=cast.chief)

    def found(words):
        response = client.get("/admin/interviews/feature/", {"q": words})
        return sorted(str(feature) for feature in response.context["cl"].result_list)

    assert found("湿地") == ["未刊的湿地"]
    assert found("汾河 裴国欣") == [str(live)]
    assert found("新的") == ["新的标题"]
    assert found("旧的") == []
    assert len(found("蓝天白云常相伴")) == 3
    assert found("汾河 湿地") == []
    assert len(found(" ")) == 3
    Speaker.objects.update(name="裴国馨")
    assert found("汾河 裴国馨") == [str(live)]
