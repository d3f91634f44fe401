"""Merging people in the admin, and undoing a merge."""

import pytest
from django.urls import reverse

from interviews.models import Contributor, Interview, Merge, MergeUndo, PublishedInterview, Speaker
from interviews.people import merge
from tests.builders import a_document, a_draft, a_speaker, a_topic, an_interview, published
from tests.shared_rows import built_once

pytestmark = pytest.mark.django_db

MAY = ["editor", "chief", "superuser"]
MAY_NOT = ["reporter", "photographer", "head"]


@built_once
def two(cast):
    """Return two speakers; the first is used once, the second twice."""
    for organisation in ("市环保局", "市生态环境局", "市生态环境局"):
        topic = a_topic("碧水", an_interview(speaker=a_speaker("裴国欣", organisation)))
        published(cast, a_document(topics=(topic,)))
    return list(Speaker.objects.order_by("pk"))


def at(name, *arguments):
    return reverse(f"admin:interviews_{name}", args=arguments)


def do(client, kept, merged, **fields):
    data = {"other": merged.pk, "keep": kept.pk, "sure": "on", **fields}
    return client.post(at("speaker_merge", kept.pk), data, follow=True)


def pages(one, other):
    return [
        at("speaker_duplicates"),
        at("contributor_duplicates"),
        at("speaker_merge", one.pk),
        f"{at('speaker_merge', one.pk)}?other={other.pk}",
        at("merge_changelist"),
    ]


class TestPermissions:
    @pytest.mark.parametrize("who", MAY)
    def test_editors_and_chiefs(self, client, cast, two, who):
        client.force_login(getattr(cast, who))
        assert [client.get(address).status_code for address in pages(*two)] == [200] * 5
        assert "撤销" in do(client, *two).content.decode()
        assert Merge.objects.get().actor == getattr(cast, who)

    @pytest.mark.parametrize("who", MAY_NOT)
    def test_others_are_forbidden(self, client, cast, two, who):
        done = merge(kept=two[0], merged=two[1], actor=cast.editor)
        client.force_login(getattr(cast, who))
        answers = [client.get(address).status_code for address in pages(*two)]
        assert answers == [403] * 5
        assert do(client, *two).status_code == 403
        assert client.post(at("merge_undo", done.pk)).status_code == 403
        assert not MergeUndo.objects.exists()

    @pytest.mark.parametrize("who", [None, "outsider"])
    def test_login_required(self, client, cast, two, who):
        if who:
            client.force_login(getattr(cast, who))
        for address in pages(*two):
            assert client.get(address)["Location"].startswith("/admin/login/")
        do(client, *two)
        assert not Merge.objects.exists()

    def test_merge_needs_change_permission(self, client, cast, two):
        cast.editor.groups.get().permissions.remove(
            *cast.editor.groups.get().permissions.filter(codename="change_contributor")
        )
        client.force_login(cast.editor)
        assert client.get(at("contributor_duplicates")).status_code == 403
        assert client.get(at("speaker_duplicates")).status_code == 200


class TestMerging:
    def test_get_changes_nothing(self, client, cast, two):
        client.force_login(cast.editor)
        client.get(at("speaker_merge", two[0].pk), {"other": two[1].pk, "keep": two[0].pk, "sure": "on"})
        assert not Merge.objects.exists()

    def test_more_used_record_is_proposed(self, client, cast, two):
        client.force_login(cast.editor)
        page = client.get(at("speaker_merge", two[0].pk), {"other": two[1].pk}).content.decode()
        assert page.index("2 篇") < page.index("1 篇")
        assert f'value="{two[1].pk}" checked' in page
        assert "市环保局" in page

    def test_kept_record_is_chosen(self, client, cast, two):
        client.force_login(cast.editor)
        do(client, *two)
        assert set(Interview.objects.values_list("speaker", flat=True)) == {two[0].pk}

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"sure": ""}, "核对后勾选"),
            ({"keep": ""}, "选定保留哪一条"),
            ({"keep": "999"}, "这两条之一"),
            ({"keep": "x"}, "这两条之一"),
            ({"other": "999"}, "没有这条记录"),
            ({"other": "x"}, "没有这条记录"),
            ({"other": "9" * 30}, "没有这条记录"),
        ],
    )
    def test_invalid_merge(self, client, cast, two, fields, sentence):
        client.force_login(cast.editor)
        response = do(client, *two, **fields)
        assert response.status_code == 200
        assert sentence in response.content.decode()
        assert not Merge.objects.exists()

    def test_choice_is_kept_after_refusal(self, client, cast, two):
        client.force_login(cast.editor)
        assert f'value="{two[0].pk}" checked' in do(client, *two, sure="").content.decode()

    def test_self_or_alias(self, client, cast, two):
        client.force_login(cast.editor)
        assert "没有这条记录" in do(client, two[0], two[0]).content.decode()
        merge(kept=two[0], merged=two[1], actor=cast.editor)
        assert "没有这条记录" in do(client, *two).content.decode()
        assert do(client, two[1], two[0]).status_code == 404

    def test_two_accounts(self, client, cast):
        one, other = (Contributor.objects.create(name="武玲芳", user=user) for user in (cast.reporter, cast.colleague))
        client.force_login(cast.editor)
        data = {"other": other.pk, "keep": one.pk, "sure": "on"}
        page = client.post(at("contributor_merge", one.pk), data).content.decode()
        assert "各有账号" in page
        assert not Merge.objects.exists()

    @pytest.mark.parametrize("key", [999999, 10**30])
    def test_unknown_person(self, client, cast, key):
        client.force_login(cast.editor)
        assert client.get(f"/admin/interviews/speaker/{key}/merge/").status_code == 404
        assert client.get(f"/admin/interviews/merge/{key}/undo/").status_code == 404

    def test_shared_topic_warns(self, client, cast):
        pair = (an_interview(speaker=a_speaker("裴国欣", "甲")), an_interview(speaker=a_speaker("裴国新", "甲")))
        a_draft(cast, a_document(topics=(a_topic("碧水", *pair),)))
        one, other = Speaker.objects.order_by("pk")
        client.force_login(cast.editor)
        assert "请确认是同一人" in client.get(at("speaker_merge", one.pk), {"other": other.pk}).content.decode()

    def test_query_count_is_fixed(self, client, cast, two, measured):
        client.force_login(cast.editor)
        few = measured(at("speaker_duplicates"))
        for number in range(20):
            Speaker.objects.create(name="裴国欣", organisation=f"单位{number}")
        assert measured(at("speaker_duplicates")) == few


class TestUndo:
    def test_undo_on_post_only(self, client, cast, two):
        done = merge(kept=two[0], merged=two[1], actor=cast.chief)
        client.force_login(cast.editor)
        assert "撤销合并" in client.get(at("merge_undo", done.pk)).content.decode()
        assert not MergeUndo.objects.exists()
        assert "又是两条记录" in client.post(at("merge_undo", done.pk), follow=True).content.decode()
        assert MergeUndo.objects.get().actor == cast.editor
        assert PublishedInterview.objects.filter(speaker=two[1]).count() == 2

    def test_second_undo_is_refused(self, client, cast, two):
        done = merge(kept=two[0], merged=two[1], actor=cast.chief)
        client.force_login(cast.editor)
        client.post(at("merge_undo", done.pk))
        assert "已经撤销" in client.post(at("merge_undo", done.pk), follow=True).content.decode()
        assert "已经撤销" in client.get(at("merge_undo", done.pk)).content.decode()

    def test_list_shows_who_undid_it(self, client, cast, two):
        done = merge(kept=two[0], merged=two[1], actor=cast.chief)
        client.force_login(cast.editor)
        assert at("merge_undo", done.pk) in client.get(at("merge_changelist")).content.decode()
        client.post(at("merge_undo", done.pk))
        assert "editor已撤销" in client.get(at("merge_changelist")).content.decode()

    def test_merge_is_immutable(self, client, cast, two):
        done = merge(kept=two[0], merged=two[1], actor=cast.chief)
        client.force_login(cast.superuser)
        assert client.post(at("merge_delete", done.pk), {"post": "yes"}).status_code == 403
        assert client.post(at("merge_change", done.pk), {}).status_code == 403


class TestNamesakes:
    def test_namesakes_are_distinguished(self, client, cast):
        for organisation in ("市环保局", "市林业局"):
            Speaker.objects.create(name="李思", organisation=organisation, job_title="科长")
        Contributor.objects.create(name="武玲芳", user=cast.reporter)
        Contributor.objects.create(name="武玲芳", department="摄影部")
        client.force_login(cast.superuser)
        picked = {"app_label": "interviews", "term": "李思"}
        where = reverse("admin:autocomplete")
        found = client.get(where, {**picked, "model_name": "interview", "field_name": "speaker"}).json()["results"]
        assert [each["text"] for each in found] == ["李思（市林业局科长）", "李思（市环保局科长）"]
        picked |= {"model_name": "credit", "field_name": "contributor", "term": "武玲芳"}
        found = client.get(where, picked).json()["results"]
        assert {each["text"] for each in found} == {"武玲芳（reporter）", "武玲芳（摄影部）"}

    def test_aliases_are_hidden(self, client, cast, two):
        merge(kept=two[0], merged=two[1], actor=cast.editor)
        client.force_login(cast.superuser)
        assert "市生态环境局" not in client.get(at("speaker_changelist")).content.decode()
        query = {"app_label": "interviews", "model_name": "interview", "field_name": "speaker", "term": "裴"}
        found = client.get(reverse("admin:autocomplete"), query).json()["results"]
        assert [each["id"] for each in found] == [str(two[0].pk)]

    def test_alias_form_redirects(self, client, cast, two):
        merge(kept=two[0], merged=two[1], actor=cast.editor)
        client.force_login(cast.editor)
        response = client.get(at("speaker_change", two[1].pk))
        assert response["Location"] == at("speaker_change", two[0].pk)


class TestDeleting:
    def test_used_speaker_is_not_deleted(self, client, cast, two):
        client.force_login(cast.superuser)
        page = client.post(at("speaker_delete", two[0].pk), {"post": "yes"}, follow=True).content.decode()
        assert "不能删除：专题《擦亮生态底色" in page
        assert Speaker.objects.count() == 2

    def test_used_contributor_is_not_deleted(self, client, cast, two):
        client.force_login(cast.superuser)
        person = Contributor.objects.get(name="武玲芳")
        page = client.post(at("contributor_delete", person.pk), {"post": "yes"}, follow=True).content.decode()
        assert "等 4 处" not in page
        assert "不能删除" in page

    def test_alias_is_not_deleted(self, client, cast, two):
        merge(kept=two[0], merged=two[1], actor=cast.editor)
        client.force_login(cast.superuser)
        assert "已并入" in client.post(at("speaker_delete", two[1].pk), {"post": "yes"}, follow=True).content.decode()
        assert Speaker.objects.count() == 2

    def test_unused_person_is_deleted(self, client, cast):
        person = Speaker.objects.create(name="误建")
        client.force_login(cast.superuser)
        client.post(at("speaker_delete", person.pk), {"post": "yes"})
        assert not Speaker.objects.exists()

    def test_no_bulk_deletion(self, client, cast, two):
        client.force_login(cast.superuser)
        data = {"action": "delete_selected", "_selected_action": [two[0].pk], "post": "yes"}
        client.post(at("speaker_changelist"), data)
        assert Speaker.objects.count() == 2


class TestPublicPages:
    def test_alias_redirects_readers(self, client, cast, two):
        kept, merged = two
        merge(kept=kept, merged=merged, actor=cast.editor)
        response = client.get(f"/speakers/{merged.pk}/")
        assert (response.status_code, response["Location"]) == (301, f"/speakers/{kept.pk}/")
        assert client.get(f"/speakers/{kept.pk}/").content.decode().count('class="record-title"') == 3

    def test_contributor_alias_redirects(self, client, cast, two):
        kept = Contributor.objects.get(name="武玲芳")
        merged = Contributor.objects.create(name="武铃芳")
        merge(kept=kept, merged=merged, actor=cast.editor)
        assert client.get(f"/contributors/{merged.pk}/")["Location"] == f"/contributors/{kept.pk}/"

    def test_no_redirect_to_unpublished_person(self, client, cast):
        kept, merged = Speaker.objects.create(name="甲"), Speaker.objects.create(name="乙")
        merge(kept=kept, merged=merged, actor=cast.editor)
        assert client.get(f"/speakers/{merged.pk}/").status_code == 404

    def test_undo_restores_page(self, client, cast, two):
        done = merge(kept=two[0], merged=two[1], actor=cast.editor)
        client.force_login(cast.editor)
        client.post(at("merge_undo", done.pk))
        assert client.get(f"/speakers/{two[1].pk}/").status_code == 200
