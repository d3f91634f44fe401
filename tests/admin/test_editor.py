"""The editor: autosave, save, conflicts, history and the people picker."""

import json

import pytest
from django.urls import reverse

from interviews import document as d
from interviews import editing
from interviews.drafting import freeze
from interviews.models import Feature, Interview, Revision, Speaker, WorkingCopy
from interviews.workflow import latest_revision
from tests.builders import a_document, a_draft, a_topic, an_interview, signed, submitted
from tests.shared_rows import built_once

from .windows import page_of, reworded, screen, send

pytestmark = pytest.mark.django_db
CREATE = reverse("admin:interviews_feature_create")


@built_once
def draft(cast):
    return a_draft(cast)


@pytest.fixture
def reporter(client, cast):
    client.force_login(cast.reporter)
    return client


def test_merged_headline_too_long(reporter, draft, cast):
    copy = send(reporter, "keep", draft, page_of(draft, headline="甲" * 150)).json()["copy"]
    theirs = freeze(draft).model_copy(update={"headline": "乙" * 150})
    editing.save(feature=draft, actor=cast.editor, document=theirs, base=1)
    answer = reporter.post(screen("merge", draft, copy), {"latest": "2", "headline": "both"})
    assert "主标题有 301 字，最多 200 字" in answer.content.decode()
    assert WorkingCopy.objects.unsaved().exists()


def test_new_feature_has_nothing_to_merge(reporter, cast):
    feature = editing.create(actor=cast.reporter)
    copy = send(reporter, "keep", feature, {"headline": "新写的"}).json()["copy"]
    assert reporter.get(screen("merge", feature, copy)).url.endswith(f"?copy={copy}")


def test_opening_working_copy_is_new_window(reporter, draft):
    """The first window may be asleep in a hidden tab, and come back."""
    old = page_of(draft, subtitle="第一个窗口写的")
    copy = send(reporter, "keep", draft, old, window="first").json()["copy"]
    state = reporter.get(screen("change", draft), {"copy": copy}).context["state"]
    assert state["adopts"] == copy
    second = {"base": state["base"], "window": state["window"]}
    assert send(reporter, "save", draft, page_of(draft, headline="第二个窗口存的"), **second).status_code == 200
    assert send(reporter, "save", draft, old, base=1, window="first").status_code == 409
    assert freeze(draft).headline == "第二个窗口存的"


def test_adopted_working_copy_is_replaced(reporter, draft):
    copy = send(reporter, "keep", draft, page_of(draft, headline="半句"), window="first").json()["copy"]
    data = {"window": "second", "base": 1, "content": page_of(draft, headline="半句"), "adopts": copy}
    reporter.post(screen("keep", draft), json.dumps(data), content_type="application/json")
    assert [each.window for each in WorkingCopy.objects.all()] == ["second"]


def test_coauthor_cannot_delete(client, cast, draft):
    editing.share(feature=draft, actor=cast.reporter, users=[cast.colleague])
    client.force_login(cast.colleague)
    assert client.post(screen("delete", draft), {"post": "yes"}).status_code == 403


def test_unsaved_work_of_colleague_prevents_deletion(client, reporter, cast, draft):
    send(reporter, "keep", draft, page_of(draft, headline="没存的"))
    client.force_login(cast.editor)
    assert client.post(screen("delete", draft), {"post": "yes"}).status_code == 403


def test_invalid_ids_and_numbers(reporter, draft):
    assert reporter.get("/admin/interviews/feature/abc/history/").status_code == 404
    answer = reporter.post(screen("restore", draft), {"number": "9" * 5000}, follow=True)
    assert "没有这一稿" in answer.content.decode()


class TestSave:
    def test_change_makes_next_revision(self, reporter, cast, draft):
        answer = send(reporter, "save", draft, page_of(draft, headline="改过的标题")).json()
        assert (answer["base"], answer["changed"]) == (2, True)
        assert latest_revision(draft).author == cast.reporter
        assert freeze(draft).headline == "改过的标题"

    def test_unchanged_save_makes_no_revision(self, reporter, draft):
        assert send(reporter, "save", draft, page_of(draft)).json()["changed"] is False
        assert draft.revisions.count() == 1

    def test_ids_are_stable_and_new_rows_get_ids(self, reporter, draft):
        page = page_of(draft)
        old = page["topics"][0]["id"]
        page["topics"].insert(0, {"id": None, "title": "新话题", "interviews": [{"body": "<p>新的话。</p>"}]})
        ids = send(reporter, "save", draft, page).json()["ids"]
        assert ids[1][0] == old
        assert [topic.pk for topic in draft.topics.all()] == [ids[0][0], old]

    def test_incomplete_page_is_saved(self, reporter, draft):
        assert send(reporter, "save", draft, {"topics": [{"title": "", "interviews": [{}]}]}).status_code == 200
        assert freeze(draft).topics[0].interviews[0].body == ""

    def test_interview_moves_to_another_topic(self, reporter, cast):
        feature = a_draft(cast, a_document(topics=(a_topic(), a_topic("绿满城乡入画来", an_interview("<p>绿。</p>")))))
        page = page_of(feature)
        moved = page["topics"][0]["interviews"].pop()
        page["topics"][1]["interviews"].insert(0, moved)
        send(reporter, "save", feature, page)
        assert freeze(feature).topics[1].interviews[0].id == moved["id"]

    def test_invalid_values_are_reported_per_field(self, reporter, draft):
        page = page_of(draft, headline="题" * 201, issue={"date": "2025-02-30", "page": "零", "page_name": ""})
        response = send(reporter, "save", draft, page)
        assert response.status_code == 422
        assert [reason["path"] for reason in response.json()["reasons"]] == ["headline", "issue.date", "issue.page"]
        assert draft.revisions.count() == 1

    def test_invisible_characters_and_markup_are_cleaned(self, reporter, draft):
        page = reworded(draft, "<p>好</p><script>alert(1)</script>")
        send(reporter, "save", draft, {**page, "headline": "标\u202e题\x07", "lead": ["一\n二", ""]})
        saved = freeze(draft)
        assert (saved.headline, saved.lead) == ("标题", ("一", "二"))
        assert saved.topics[0].interviews[0].body == "<p>好</p>"

    def test_people_by_id_or_created(self, reporter, draft):
        other = Speaker.objects.create(name="王伟", organisation="昔阳县林业局")
        Speaker.objects.create(name="王伟", organisation="榆次区教育局")
        page = page_of(draft)
        page["topics"][0]["interviews"][0]["speaker"] = {
            "id": other.pk,
            "name": "王伟",
            "organisation": "",
            "job_title": "",
        }
        page["credits"].append({"role": "航拍", "contributors": [{"id": None, "name": "新来的"}]})
        send(reporter, "save", draft, page)
        assert Interview.objects.get().speaker == other
        assert freeze(draft).credits[1].contributors[0].id

    def test_reporter_cannot_create_subject(self, client, cast, reporter, draft):
        page = page_of(draft, subjects=[{"id": None, "name": "没有的领域"}])
        assert send(reporter, "save", draft, page).status_code == 403
        client.force_login(cast.editor)
        assert send(client, "save", draft, page).status_code == 200

    def test_reprint_source(self, reporter, draft):
        said = {"source": "山西日报", "author": "沈佳", "title": "汾河水清", "url": "https://www.sxrb.com/a"}
        send(reporter, "save", draft, page_of(draft, reprint=said))
        assert freeze(draft).reprint.model_dump() == said
        assert "山西日报" in reporter.get(screen("compare", draft), {"old": 1, "new": 2}).content.decode()
        # The editor always sends the field, even empty.
        send(reporter, "save", draft, page_of(draft, reprint=dict.fromkeys(said, "")))
        assert latest_revision(draft).digest == draft.revisions.get(number=1).digest

    def test_invalid_reprint_url_is_reported_and_kept(self, reporter, draft):
        page = page_of(draft, reprint={"url": "www.sxrb.com"})
        [reason] = send(reporter, "save", draft, page).json()["reasons"]
        assert reason["path"] == "reprint.url"
        assert "http://" in reason["text"]
        send(reporter, "keep", draft, page)
        assert json.loads(WorkingCopy.objects.get().content)["reprint"]["url"] == "www.sxrb.com"

    def test_too_many_paragraphs_are_refused_and_kept(self, reporter, draft):
        page = page_of(draft, lead=["段"] * 250)
        assert send(reporter, "save", draft, page).status_code == 422
        send(reporter, "keep", draft, page)
        assert len(json.loads(WorkingCopy.objects.get().content)["lead"]) == 250

    def test_foreign_topic_id_is_ignored(self, reporter, cast, draft):
        other = a_draft(cast, a_document(headline="别的专题"))
        theirs = other.topics.get()
        page = page_of(draft)
        page["topics"][0]["id"] = theirs.pk
        send(reporter, "save", draft, page)
        assert other.topics.get() == theirs
        assert draft.topics.get() != theirs

    @pytest.mark.parametrize("content", [None, [], "x", {"topics": [None, 3, {"interviews": "x"}]}, {"credits": [[]]}])
    def test_malformed_content(self, reporter, draft, content):
        assert send(reporter, "save", draft, content).status_code in {200, 422}

    @pytest.mark.parametrize("body", ["", "[]", "{", '{"window": 3}', '{"window": "w", "base": -1}', "[" * 3000])
    def test_malformed_request(self, reporter, draft, body):
        response = reporter.post(screen("save", draft), body, content_type="application/json")
        assert response.status_code == 403
        assert response.json()["reasons"][0]["text"]

    def test_save_query_count_is_bounded(self, reporter, cast, django_assert_max_num_queries):
        small = a_draft(cast)
        interviews = [an_interview(speaker=d.Speaker(name=f"王{n}")) for n in range(2)]
        topics = tuple(a_topic(f"话题{n}", *interviews) for n in range(20))
        large = a_draft(cast, a_document(topics=topics))
        for feature in (small, large):
            page = reworded(feature, "<p>改。</p>")
            with django_assert_max_num_queries(55):
                assert send(reporter, "save", feature, page).json()["changed"]


class TestOpen:
    def test_open_query_count_is_bounded(self, reporter, cast, django_assert_max_num_queries):
        topics = tuple(a_topic(f"话题{n}", an_interview(), an_interview()) for n in range(20))
        for feature in (a_draft(cast), a_draft(cast, a_document(topics=topics))):
            with django_assert_max_num_queries(28):
                assert reporter.get(screen("change", feature)).status_code == 200

    def test_sign_offs_at_risk_are_named(self, client, cast):
        client.force_login(cast.chief)
        page = client.get(screen("change", signed(cast))).content.decode()
        assert "保存任何改动，这些签名都会失效" in page

    def test_feature_is_created_on_first_autosave(self, reporter, cast):
        assert reporter.get(reverse("admin:interviews_feature_add")).status_code == 200
        assert not Feature.objects.exists()
        urls = reporter.post(CREATE, "{}", content_type="application/json").json()["urls"]
        assert Feature.objects.get().owner == cast.reporter
        assert urls["save"] == screen("save", Feature.objects.get())

    @pytest.mark.parametrize("who", ["photographer", "head", "chief"])
    def test_create_permission(self, client, cast, who):
        client.force_login(getattr(cast, who))
        assert client.post(CREATE, "{}", content_type="application/json").status_code == 403
        assert client.get(reverse("admin:interviews_feature_add")).status_code == 403


class TestAutosave:
    def test_autosave_makes_no_revision(self, reporter, draft):
        send(reporter, "keep", draft, page_of(draft, headline="半句"))
        assert draft.revisions.count() == 1
        assert json.loads(WorkingCopy.objects.get().content)["headline"] == "半句"

    def test_working_copy_is_offered(self, reporter, draft):
        send(reporter, "keep", draft, page_of(draft, headline="半句"))
        WorkingCopy.objects.update(seen_at="2025-03-12T08:00Z")
        copy = WorkingCopy.objects.get()
        page = reporter.get(screen("change", draft))
        assert f"?copy={copy.pk}" in page.content.decode()
        state = reporter.get(screen("change", draft), {"copy": copy.pk}).context["state"]
        assert (state["page"]["headline"], state["unsaved"]) == ("半句", True)

    def test_working_copy_is_private(self, client, cast, draft, reporter):
        send(reporter, "keep", draft, page_of(draft, headline="半句"))
        client.force_login(cast.editor)
        state = client.get(screen("change", draft), {"copy": WorkingCopy.objects.get().pk}).context["state"]
        assert state["page"]["headline"] != "半句"

    def test_save_clears_working_copy(self, reporter, draft):
        page = page_of(draft, headline="整句")
        send(reporter, "keep", draft, page)
        send(reporter, "save", draft, page)
        assert not WorkingCopy.objects.unsaved().exists()

    def test_too_long_headline_is_autosaved(self, reporter, draft):
        send(reporter, "keep", draft, page_of(draft, headline="题" * 300))
        assert "题" * 300 in WorkingCopy.objects.get().content

    def test_autosave_after_losing_edit_permission(self, reporter, cast):
        feature = submitted(cast)
        answer = send(reporter, "keep", feature, page_of(feature, headline="晚了一步")).json()
        assert answer["may_edit"] is False
        assert WorkingCopy.objects.unsaved().exists()

    def test_autosave_after_session_end_gives_401(self, client, draft):
        response = send(client, "keep", draft, page_of(draft))
        assert response.status_code == 401
        assert "登录" in response.json()["reasons"][0]["text"]

    def test_presence_lists_colleagues_only(self, client, cast, draft):
        for who in (cast.reporter, cast.editor):
            client.force_login(who)
            send(client, "keep", draft, window="first")
            others = send(client, "keep", draft, window="second").json()["others"]
        assert [other["name"] for other in others] == ["reporter"]

    def test_abandoned_window_is_not_present(self, client, cast, draft):
        client.force_login(cast.reporter)
        send(client, "keep", draft)
        WorkingCopy.objects.update(seen_at="2025-03-12T08:00Z")
        client.force_login(cast.editor)
        assert send(client, "keep", draft).json()["others"] == []

    def test_only_own_working_copy_is_discarded(self, client, cast, draft, reporter):
        send(reporter, "keep", draft, page_of(draft, headline="半句"))
        copy = WorkingCopy.objects.get()
        client.force_login(cast.editor)
        assert client.post(screen("discard", draft, copy.pk)).status_code == 404
        client.force_login(cast.reporter)
        assert client.get(screen("discard", draft, copy.pk)).status_code == 405
        client.post(screen("discard", draft, copy.pk))
        assert not WorkingCopy.objects.exists()


class TestConflicts:
    def outdated(self, client, cast, draft, mine, theirs):
        """Save as the editor while the reporter's window is open, then as the reporter."""
        page, base = mine(draft), latest_revision(draft).number
        client.force_login(cast.editor)
        send(client, "save", draft, theirs(draft), window="editors")
        client.force_login(cast.reporter)
        return send(client, "save", draft, page, base=base)

    def test_stale_save_is_not_written(self, client, cast, draft):
        response = self.outdated(
            client, cast, draft, lambda f: page_of(f, headline="我的"), lambda f: page_of(f, headline="编辑的")
        )
        assert response.status_code == 409
        assert freeze(draft).headline == "编辑的"
        page = client.get(response.json()["url"]).content.decode()
        assert "我的" in page
        assert "编辑的" in page

    def choose(self, client, draft, url, **answers):
        data = {"latest": latest_revision(draft).number, **answers}
        return client.post(url, data, follow=True).content.decode()

    def test_conflict_needs_a_choice(self, client, cast, draft):
        url = self.outdated(
            client, cast, draft, lambda f: page_of(f, headline="我的"), lambda f: page_of(f, headline="编辑的")
        ).json()["url"]
        assert "请选一种" in self.choose(client, draft, url)
        assert "合为第 3 稿" in self.choose(client, draft, url, headline="mine")
        assert freeze(draft).headline == "我的"
        assert not WorkingCopy.objects.unsaved().exists()

    def test_one_sided_changes_are_proposed(self, client, cast, draft):
        url = self.outdated(
            client, cast, draft, lambda f: reworded(f, "<p>我改的话。</p>"), lambda f: page_of(f, headline="编辑的")
        ).json()["url"]
        context = client.get(url).context
        assert context["asked"] == 0
        chosen = {choice.key: chosen for _, choices in context["groups"] for choice, chosen, _ in choices}
        assert set(chosen.values()) == {"theirs", "mine"}
        self.choose(client, draft, url, **chosen)
        merged = freeze(draft)
        assert (merged.headline, merged.topics[0].interviews[0].body) == ("编辑的", "<p>我改的话。</p>")

    def test_both_versions_are_kept(self, client, cast, draft):
        url = self.outdated(
            client,
            cast,
            draft,
            lambda f: reworded(f, "<p>我改的话。</p>"),
            lambda f: reworded(f, "<p>编辑改的话。</p>"),
        ).json()["url"]
        key = client.get(url).context["groups"][0][1][0][0].key if False else None
        for _, choices in client.get(url).context["groups"]:
            key = choices[0][0].key
        self.choose(client, draft, url, **{key: "both"})
        assert freeze(draft).topics[0].interviews[0].body == "<p>编辑改的话。</p><p>我改的话。</p>"

    def test_save_during_merge_is_shown_first(self, client, cast, draft):
        url = self.outdated(
            client, cast, draft, lambda f: page_of(f, headline="我的"), lambda f: page_of(f, headline="编辑的")
        ).json()["url"]
        client.force_login(cast.editor)
        send(client, "save", draft, page_of(draft, headline="编辑又改"), window="editors")
        client.force_login(cast.reporter)
        page = client.post(url, {"latest": 2, "headline": "mine"}).content.decode()
        assert "请再看一遍" in page
        assert freeze(draft).headline == "编辑又改"

    def test_parallel_requests_of_a_window_do_not_conflict(self, reporter, draft):
        send(reporter, "save", draft, page_of(draft, headline="第一次"), base=1)
        assert send(reporter, "save", draft, page_of(draft, headline="第二次"), base=1).status_code == 200
        assert freeze(draft).headline == "第二次"

    def test_own_second_window_conflicts(self, reporter, draft):
        send(reporter, "save", draft, page_of(draft, headline="第一扇"), base=1, window="first")
        assert (
            send(reporter, "save", draft, page_of(draft, headline="第二扇"), base=1, window="second").status_code == 409
        )

    def test_merge_is_private(self, client, cast, draft):
        url = self.outdated(
            client, cast, draft, lambda f: page_of(f, headline="我的"), lambda f: page_of(f, headline="编辑的")
        ).json()["url"]
        client.force_login(cast.editor)
        assert client.get(url).status_code == 404


class TestHistory:
    def revised(self, reporter, draft):
        send(reporter, "save", draft, page_of(draft, headline="第二稿"))
        return draft

    def test_history_lists_author_and_changes(self, reporter, draft):
        page = reporter.get(screen("history", self.revised(reporter, draft))).content.decode()
        assert "第 2 稿" in page
        assert "reporter" in page
        assert "整版" in page

    def test_compare(self, reporter, draft):
        page = reporter.get(screen("compare", self.revised(reporter, draft)), {"old": 1, "new": 2}).content.decode()
        assert "<ins>" in page
        assert "第二稿" in page

    @pytest.mark.parametrize("query", [{"old": "x", "new": "９"}, {"old": 99, "new": -1}, {}])
    def test_invalid_comparison_shows_latest(self, reporter, draft, query):
        assert reporter.get(screen("compare", self.revised(reporter, draft)), query).status_code == 200

    def test_restore_makes_revision_with_old_ids(self, reporter, draft):
        topic = draft.topics.get().pk
        send(reporter, "save", draft, page_of(draft, topics=[]))
        assert not draft.topics.exists()
        reporter.post(screen("restore", draft), {"number": 1})
        assert latest_revision(draft).number == 3
        assert latest_revision(draft).digest == Revision.objects.get(number=1).digest
        assert draft.topics.get().pk == topic

    def test_restore_keeps_working_copy(self, reporter, draft):
        self.revised(reporter, draft)
        send(reporter, "keep", draft, page_of(draft, headline="没存的"))
        reporter.post(screen("restore", draft), {"number": 1})
        assert "没存的" in WorkingCopy.objects.get().content

    @pytest.mark.parametrize("number", ["", "99", "x", "2"])
    def test_invalid_restore(self, reporter, draft, number):
        page = reporter.post(screen("restore", self.revised(reporter, draft)), {"number": number}, follow=True)
        assert "messagelist" in page.content.decode()
        assert latest_revision(draft).number == 2

    def test_restore_permission(self, client, cast, edition):
        feature = edition.feature
        client.force_login(cast.head)
        assert client.get(screen("history", feature)).status_code == 200
        client.post(screen("restore", feature), {"number": 1})
        assert feature.revisions.count() == 1


class TestPeople:
    def ask(self, client, **query):
        return client.get(reverse("admin:interviews_feature_people"), query)

    def test_namesakes(self, reporter):
        for organisation in ("昔阳县林业局", "榆次区教育局"):
            Speaker.objects.create(name="王伟", organisation=organisation)
        found = self.ask(reporter, kind="speaker", q="王伟").json()["people"]
        assert {person["organisation"] for person in found} == {"昔阳县林业局", "榆次区教育局"}

    def test_pinyin(self, reporter):
        Speaker.objects.create(name="裴国欣")
        assert self.ask(reporter, kind="speaker", q="pei guo").json()["people"][0]["name"] == "裴国欣"

    @pytest.mark.parametrize("query", [{}, {"kind": "user", "q": "a"}])
    def test_invalid_lookup(self, reporter, query):
        assert self.ask(reporter, **query).status_code in {200, 403}

    def test_photographer_cannot_look_up_speakers(self, client, cast):
        client.force_login(cast.photographer)
        assert self.ask(client, kind="speaker", q="王").status_code == 403
