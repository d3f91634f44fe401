"""Merging people in the admin: who may, what is shown, what is asked, and the way back."""

import pytest
from django.urls import reverse

from interviews.models import Contributor, Interview, Merge, MergeUndo, PublishedInterview, Speaker
from interviews.people import merge
from tests.builders import a_document, a_draft, a_speaker, a_topic, an_interview, published

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

MAY = ["editor", "chief", "superuser"]
MAY_NOT = ["reporter", "photographer", "head"]


@pytest.fixture
def two(cast):
    """The first is used once, the second twice."""
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
        at("speaker_doubles"),
        at("contributor_doubles"),
        at("speaker_merge", one.pk),
        f"{at('speaker_merge', one.pk)}?other={other.pk}",
        at("merge_changelist"),
    ]


class TestWhoMay:
    @pytest.mark.parametrize("who", MAY)
    def test_editors_and_chiefs(self, client, cast, two, who):
        client.force_login(getattr(cast, who))
        assert [client.get(address).status_code for address in pages(*two)] == [200] * 5
        assert "撤销" in do(client, *two).content.decode()
        assert Merge.objects.get().actor == getattr(cast, who)

    @pytest.mark.parametrize("who", MAY_NOT)
    def test_others_may_not(self, client, cast, two, who):
        done = merge(kept=two[0], merged=two[1], actor=cast.editor)
        client.force_login(getattr(cast, who))
        answers = [client.get(address).status_code for address in pages(*two)]
        assert answers == [403] * 5
        assert do(client, *two).status_code == 403
        assert client.post(at("merge_undo", done.pk)).status_code == 403
        assert not MergeUndo.objects.exists()

    @pytest.mark.parametrize("who", [None, "outsider"])
    def test_strangers_are_asked_to_sign_in(self, client, cast, two, who):
        if who:
            client.force_login(getattr(cast, who))
        for address in pages(*two):
            assert client.get(address)["Location"].startswith("/admin/login/")
        do(client, *two)
        assert not Merge.objects.exists()

    def test_who_may_not_change_people_may_not_merge_them(self, client, cast, two):
        cast.editor.groups.get().permissions.remove(
            *cast.editor.groups.get().permissions.filter(codename="change_contributor")
        )
        client.force_login(cast.editor)
        assert client.get(at("contributor_doubles")).status_code == 403
        assert client.get(at("speaker_doubles")).status_code == 200


class TestMerging:
    def test_get_changes_nothing(self, client, cast, two):
        client.force_login(cast.editor)
        client.get(at("speaker_merge", two[0].pk), {"other": two[1].pk, "keep": two[0].pk, "sure": "on"})
        assert not Merge.objects.exists()

    def test_both_are_shown_and_the_more_used_one_is_proposed(self, client, cast, two):
        client.force_login(cast.editor)
        page = client.get(at("speaker_merge", two[0].pk), {"other": two[1].pk}).content.decode()
        assert page.index("2 篇") < page.index("1 篇")
        assert f'value="{two[1].pk}" checked' in page
        assert "市环保局" in page

    def test_which_stays_is_a_choice(self, client, cast, two):
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
    def test_nonsense_gets_a_sentence(self, client, cast, two, fields, sentence):
        client.force_login(cast.editor)
        response = do(client, *two, **fields)
        assert response.status_code == 200
        assert sentence in response.content.decode()
        assert not Merge.objects.exists()

    def test_the_choice_is_kept_after_a_refusal(self, client, cast, two):
        client.force_login(cast.editor)
        assert f'value="{two[0].pk}" checked' in do(client, *two, sure="").content.decode()

    def test_nobody_is_merged_with_themselves_or_with_an_alias(self, client, cast, two):
        client.force_login(cast.editor)
        assert "没有这条记录" in do(client, two[0], two[0]).content.decode()
        merge(kept=two[0], merged=two[1], actor=cast.editor)
        assert "没有这条记录" in do(client, *two).content.decode()
        assert do(client, two[1], two[0]).status_code == 404

    def test_two_accounts_are_refused_in_words(self, client, cast):
        one, other = (Contributor.objects.create(name="武玲芳", user=user) for user in (cast.reporter, cast.colleague))
        client.force_login(cast.editor)
        data = {"other": other.pk, "keep": one.pk, "sure": "on"}
        page = client.post(at("contributor_merge", one.pk), data).content.decode()
        assert "各有账号" in page
        assert not Merge.objects.exists()

    @pytest.mark.parametrize("key", [999999, 10**30])
    def test_unknown_people_are_not_found(self, client, cast, key):
        client.force_login(cast.editor)
        assert client.get(f"/admin/interviews/speaker/{key}/merge/").status_code == 404
        assert client.get(f"/admin/interviews/merge/{key}/undo/").status_code == 404

    def test_two_under_one_topic_are_a_warning(self, client, cast):
        pair = (an_interview(speaker=a_speaker("裴国欣", "甲")), an_interview(speaker=a_speaker("裴国新", "甲")))
        a_draft(cast, a_document(topics=(a_topic("碧水", *pair),)))
        one, other = Speaker.objects.order_by("pk")
        client.force_login(cast.editor)
        assert "请确认是同一人" in client.get(at("speaker_merge", one.pk), {"other": other.pk}).content.decode()

    def test_the_list_of_doubles_takes_the_same_queries_whatever_it_holds(self, client, cast, two, measured):
        client.force_login(cast.editor)
        few = measured(at("speaker_doubles"))
        for number in range(20):
            Speaker.objects.create(name="裴国欣", organisation=f"单位{number}")
        assert measured(at("speaker_doubles")) == few


class TestUndo:
    def test_get_changes_nothing_and_post_does(self, client, cast, two):
        done = merge(kept=two[0], merged=two[1], actor=cast.chief)
        client.force_login(cast.editor)
        assert "撤销合并" in client.get(at("merge_undo", done.pk)).content.decode()
        assert not MergeUndo.objects.exists()
        assert "又是两条记录" in client.post(at("merge_undo", done.pk), follow=True).content.decode()
        assert MergeUndo.objects.get().actor == cast.editor
        assert PublishedInterview.objects.filter(speaker=two[1]).count() == 2

    def test_twice_is_refused_in_words(self, client, cast, two):
        done = merge(kept=two[0], merged=two[1], actor=cast.chief)
        client.force_login(cast.editor)
        client.post(at("merge_undo", done.pk))
        assert "已经撤销" in client.post(at("merge_undo", done.pk), follow=True).content.decode()
        assert "已经撤销" in client.get(at("merge_undo", done.pk)).content.decode()

    def test_the_list_names_who_took_it_back(self, client, cast, two):
        done = merge(kept=two[0], merged=two[1], actor=cast.chief)
        client.force_login(cast.editor)
        assert at("merge_undo", done.pk) in client.get(at("merge_changelist")).content.decode()
        client.post(at("merge_undo", done.pk))
        assert "editor已撤销" in client.get(at("merge_changelist")).content.decode()

    def test_a_merge_is_not_edited_or_deleted(self, client, cast, two):
        done = merge(kept=two[0], merged=two[1], actor=cast.chief)
        client.force_login(cast.superuser)
        assert client.post(at("merge_delete", done.pk), {"post": "yes"}).status_code == 403
        assert client.post(at("merge_change", done.pk), {}).status_code == 403


class TestNamesakes:
    def test_lists_and_pickers_tell_them_apart(self, client, cast):
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

    def test_an_alias_is_in_no_list_and_no_picker(self, client, cast, two):
        merge(kept=two[0], merged=two[1], actor=cast.editor)
        client.force_login(cast.superuser)
        assert "市生态环境局" not in client.get(at("speaker_changelist")).content.decode()
        query = {"app_label": "interviews", "model_name": "interview", "field_name": "speaker", "term": "裴"}
        found = client.get(reverse("admin:autocomplete"), query).json()["results"]
        assert [each["id"] for each in found] == [str(two[0].pk)]

    def test_the_form_of_an_alias_leads_to_the_kept_record(self, client, cast, two):
        merge(kept=two[0], merged=two[1], actor=cast.editor)
        client.force_login(cast.editor)
        response = client.get(at("speaker_change", two[1].pk))
        assert response["Location"] == at("speaker_change", two[0].pk)


class TestDeleting:
    def test_who_is_used_stays_and_a_sentence_says_where(self, client, cast, two):
        client.force_login(cast.superuser)
        page = client.post(at("speaker_delete", two[0].pk), {"post": "yes"}, follow=True).content.decode()
        assert "不能删除：专题《擦亮生态底色" in page
        assert Speaker.objects.count() == 2

    def test_a_contributor_too(self, client, cast, two):
        client.force_login(cast.superuser)
        person = Contributor.objects.get(name="武玲芳")
        page = client.post(at("contributor_delete", person.pk), {"post": "yes"}, follow=True).content.decode()
        assert "等 4 处" not in page
        assert "不能删除" in page

    def test_an_alias_stays(self, client, cast, two):
        merge(kept=two[0], merged=two[1], actor=cast.editor)
        client.force_login(cast.superuser)
        assert "已并入" in client.post(at("speaker_delete", two[1].pk), {"post": "yes"}, follow=True).content.decode()
        assert Speaker.objects.count() == 2

    def test_who_is_not_used_goes(self, client, cast):
        person = Speaker.objects.create(name="误建")
        client.force_login(cast.superuser)
        client.post(at("speaker_delete", person.pk), {"post": "yes"})
        assert not Speaker.objects.exists()

    def test_not_many_at_once(self, client, cast, two):
        client.force_login(cast.superuser)
        data = {"action": "delete_selected", "_selected_action": [two[0].pk], "post": "yes"}
        client.post(at("speaker_changelist"), data)
        assert Speaker.objects.count() == 2


class TestReaders:
    def test_an_old_address_leads_to_the_kept_record(self, client, cast, two):
        kept, merged = two
        merge(kept=kept, merged=merged, actor=cast.editor)
        response = client.get(f"/speakers/{merged.pk}/")
        assert (response.status_code, response["Location"]) == (301, f"/speakers/{kept.pk}/")
        assert client.get(f"/speakers/{kept.pk}/").content.decode().count('class="record-title"') == 3

    def test_of_contributors_too(self, client, cast, two):
        kept = Contributor.objects.get(name="武玲芳")
        merged = Contributor.objects.create(name="武铃芳")
        merge(kept=kept, merged=merged, actor=cast.editor)
        assert client.get(f"/contributors/{merged.pk}/")["Location"] == f"/contributors/{kept.pk}/"

    def test_not_to_somebody_of_whom_readers_know_nothing(self, client, cast):
        kept, merged = Speaker.objects.create(name="甲"), Speaker.objects.create(name="乙")
        merge(kept=kept, merged=merged, actor=cast.editor)
        assert client.get(f"/speakers/{merged.pk}/").status_code == 404

    def test_after_the_undo_the_page_is_there_again(self, client, cast, two):
        done = merge(kept=two[0], merged=two[1], actor=cast.editor)
        client.force_login(cast.editor)
        client.post(at("merge_undo", done.pk))
        assert client.get(f"/speakers/{two[1].pk}/").status_code == 200
