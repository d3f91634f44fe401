"""What a window keeps, what it saves, and whose text is never written over."""

import json

import pytest
from django.urls import reverse

from interviews import document as d
from interviews import editing
from interviews.drafting import freeze
from interviews.models import Feature, Interview, Revision, Speaker, WorkingCopy
from interviews.workflow import latest_revision
from tests.builders import a_document, a_draft, a_topic, an_interview, published, signed, submitted

from .windows import page_of, reworded, screen, send

pytestmark = pytest.mark.django_db
CREATE = reverse("admin:interviews_feature_create")


@pytest.fixture
def draft(cast):
    return a_draft(cast)


@pytest.fixture
def reporter(client, cast):
    client.force_login(cast.reporter)
    return client


def test_two_titles_that_are_too_long_together_are_refused(reporter, draft, cast):
    copy = send(reporter, "keep", draft, page_of(draft, headline="甲" * 150)).json()["copy"]
    theirs = freeze(draft).model_copy(update={"headline": "乙" * 150})
    editing.save(feature=draft, actor=cast.editor, document=theirs, base=1)
    answer = reporter.post(screen("merge", draft, copy), {"latest": "2", "headline": "both"})
    assert "主标题有 301 字，最多 200 字" in answer.content.decode()
    assert WorkingCopy.objects.unsaved().exists()


def test_a_copy_without_a_revision_has_nothing_to_be_merged_with(reporter, cast):
    feature = editing.create(actor=cast.reporter)
    copy = send(reporter, "keep", feature, {"headline": "新写的"}).json()["copy"]
    assert reporter.get(screen("merge", feature, copy)).url.endswith(f"?copy={copy}")


def test_a_copy_that_is_taken_over_is_another_window(reporter, draft):
    """The first may be asleep in a hidden tab, and come back."""
    old = page_of(draft, subtitle="第一个窗口写的")
    copy = send(reporter, "keep", draft, old, window="first").json()["copy"]
    state = reporter.get(screen("change", draft), {"copy": copy}).context["state"]
    assert state["adopts"] == copy
    second = {"base": state["base"], "window": state["window"]}
    assert send(reporter, "save", draft, page_of(draft, headline="第二个窗口存的"), **second).status_code == 200
    assert send(reporter, "save", draft, old, base=1, window="first").status_code == 409
    assert freeze(draft).headline == "第二个窗口存的"


def test_the_copy_that_was_taken_over_goes_when_its_text_is_kept_anew(reporter, draft):
    copy = send(reporter, "keep", draft, page_of(draft, headline="半句"), window="first").json()["copy"]
    data = {"window": "second", "base": 1, "content": page_of(draft, headline="半句"), "adopts": copy}
    reporter.post(screen("keep", draft), json.dumps(data), content_type="application/json")
    assert [each.window for each in WorkingCopy.objects.all()] == ["second"]


def test_whom_it_is_shared_with_does_not_delete_it(client, cast, draft):
    editing.share(feature=draft, actor=cast.reporter, users=[cast.colleague])
    client.force_login(cast.colleague)
    assert client.post(screen("delete", draft), {"post": "yes"}).status_code == 403


def test_what_a_colleague_has_not_saved_is_not_deleted(client, reporter, cast, draft):
    send(reporter, "keep", draft, page_of(draft, headline="没存的"))
    client.force_login(cast.editor)
    assert client.post(screen("delete", draft), {"post": "yes"}).status_code == 403


def test_addresses_and_numbers_that_are_none(reporter, draft):
    assert reporter.get("/admin/interviews/feature/abc/history/").status_code == 404
    answer = reporter.post(screen("restore", draft), {"number": "9" * 5000}, follow=True)
    assert "没有这一稿" in answer.content.decode()


class TestSave:
    def test_a_change_is_the_next_revision(self, reporter, cast, draft):
        answer = send(reporter, "save", draft, page_of(draft, headline="改过的标题")).json()
        assert (answer["base"], answer["changed"]) == (2, True)
        assert latest_revision(draft).author == cast.reporter
        assert freeze(draft).headline == "改过的标题"

    def test_without_a_change_there_is_none(self, reporter, draft):
        assert send(reporter, "save", draft, page_of(draft)).json()["changed"] is False
        assert draft.revisions.count() == 1

    def test_ids_stay_and_new_rows_get_theirs(self, reporter, draft):
        page = page_of(draft)
        old = page["topics"][0]["id"]
        page["topics"].insert(0, {"id": None, "title": "新话题", "interviews": [{"body": "<p>新的话。</p>"}]})
        ids = send(reporter, "save", draft, page).json()["ids"]
        assert ids[1][0] == old
        assert [topic.pk for topic in draft.topics.all()] == [ids[0][0], old]

    def test_half_a_page_is_saved(self, reporter, draft):
        assert send(reporter, "save", draft, {"topics": [{"title": "", "interviews": [{}]}]}).status_code == 200
        assert freeze(draft).topics[0].interviews[0].body == ""

    def test_an_interview_is_dragged_to_another_topic(self, reporter, cast):
        feature = a_draft(cast, a_document(topics=(a_topic(), a_topic("绿满城乡入画来", an_interview("<p>绿。</p>")))))
        page = page_of(feature)
        moved = page["topics"][0]["interviews"].pop()
        page["topics"][1]["interviews"].insert(0, moved)
        send(reporter, "save", feature, page)
        assert freeze(feature).topics[1].interviews[0].id == moved["id"]

    def test_what_cannot_be_stored_is_said_at_its_field(self, reporter, draft):
        page = page_of(draft, headline="题" * 201, issue={"date": "2025-02-30", "page": "零", "page_name": ""})
        response = send(reporter, "save", draft, page)
        assert response.status_code == 422
        assert [reason["path"] for reason in response.json()["reasons"]] == ["headline", "issue.date", "issue.page"]
        assert draft.revisions.count() == 1

    def test_what_is_unseen_is_dropped_and_markup_is_cleaned(self, reporter, draft):
        page = reworded(draft, "<p>好</p><script>alert(1)</script>")
        send(reporter, "save", draft, {**page, "headline": "标\u202e题\x07", "lead": ["一\n二", ""]})
        saved = freeze(draft)
        assert (saved.headline, saved.lead) == ("标题", ("一", "二"))
        assert saved.topics[0].interviews[0].body == "<p>好</p>"

    def test_people_are_found_by_id_and_new_ones_made(self, reporter, draft):
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

    def test_a_subject_that_there_is_not_is_not_made_by_a_reporter(self, client, cast, reporter, draft):
        page = page_of(draft, subjects=[{"id": None, "name": "没有的领域"}])
        assert send(reporter, "save", draft, page).status_code == 403
        client.force_login(cast.editor)
        assert send(client, "save", draft, page).status_code == 200

    def test_where_a_reprint_comes_from(self, reporter, draft):
        said = {"source": "山西日报", "author": "沈佳", "title": "汾河水清", "url": "https://www.sxrb.com/a"}
        send(reporter, "save", draft, page_of(draft, reprint=said))
        assert freeze(draft).reprint.model_dump() == said
        assert "山西日报" in reporter.get(screen("compare", draft), {"old": 1, "new": 2}).content.decode()
        # A window says what it holds, be it nothing.
        send(reporter, "save", draft, page_of(draft, reprint=dict.fromkeys(said, "")))
        assert latest_revision(draft).digest == draft.revisions.get(number=1).digest

    def test_what_is_no_address_is_said_at_its_field_and_kept(self, reporter, draft):
        page = page_of(draft, reprint={"url": "www.sxrb.com"})
        [reason] = send(reporter, "save", draft, page).json()["reasons"]
        assert reason["path"] == "reprint.url"
        assert "http://" in reason["text"]
        send(reporter, "keep", draft, page)
        assert json.loads(WorkingCopy.objects.get().content)["reprint"]["url"] == "www.sxrb.com"

    def test_a_list_that_is_too_long_is_refused_and_kept(self, reporter, draft):
        page = page_of(draft, lead=["段"] * 250)
        assert send(reporter, "save", draft, page).status_code == 422
        send(reporter, "keep", draft, page)
        assert len(json.loads(WorkingCopy.objects.get().content)["lead"]) == 250

    def test_a_foreign_topics_id_is_not_taken_over(self, reporter, cast, draft):
        other = a_draft(cast, a_document(headline="别的专题"))
        theirs = other.topics.get()
        page = page_of(draft)
        page["topics"][0]["id"] = theirs.pk
        send(reporter, "save", draft, page)
        assert other.topics.get() == theirs
        assert draft.topics.get() != theirs

    @pytest.mark.parametrize("content", [None, [], "x", {"topics": [None, 3, {"interviews": "x"}]}, {"credits": [[]]}])
    def test_nonsense_is_an_empty_page_or_a_sentence(self, reporter, draft, content):
        assert send(reporter, "save", draft, content).status_code in {200, 422}

    @pytest.mark.parametrize("body", ["", "[]", "{", '{"window": 3}', '{"window": "w", "base": -1}', "[" * 3000])
    def test_a_broken_request_gets_a_sentence(self, reporter, draft, body):
        response = reporter.post(screen("save", draft), body, content_type="application/json")
        assert response.status_code == 403
        assert response.json()["reasons"][0]["text"]

    def test_the_number_of_queries_does_not_grow_with_the_page(self, reporter, cast, django_assert_max_num_queries):
        small = a_draft(cast)
        interviews = [an_interview(speaker=d.Speaker(name=f"王{n}")) for n in range(2)]
        topics = tuple(a_topic(f"话题{n}", *interviews) for n in range(20))
        large = a_draft(cast, a_document(topics=topics))
        for feature in (small, large):
            page = reworded(feature, "<p>改。</p>")
            with django_assert_max_num_queries(55):
                assert send(reporter, "save", feature, page).json()["changed"]


class TestOpening:
    def test_the_same_queries_for_one_topic_and_for_twenty(self, reporter, cast, django_assert_max_num_queries):
        topics = tuple(a_topic(f"话题{n}", an_interview(), an_interview()) for n in range(20))
        for feature in (a_draft(cast), a_draft(cast, a_document(topics=topics))):
            with django_assert_max_num_queries(28):
                assert reporter.get(screen("change", feature)).status_code == 200

    def test_signatures_at_stake_are_named(self, client, cast):
        client.force_login(cast.chief)
        page = client.get(screen("change", signed(cast))).content.decode()
        assert "保存任何改动，这些签名都会失效" in page

    def test_a_new_feature_is_made_when_there_is_something_to_keep(self, reporter, cast):
        assert reporter.get(reverse("admin:interviews_feature_add")).status_code == 200
        assert not Feature.objects.exists()
        urls = reporter.post(CREATE, "{}", content_type="application/json").json()["urls"]
        assert Feature.objects.get().owner == cast.reporter
        assert urls["save"] == screen("save", Feature.objects.get())

    @pytest.mark.parametrize("who", ["photographer", "head", "chief"])
    def test_who_does_not_write_makes_none(self, client, cast, who):
        client.force_login(getattr(cast, who))
        assert client.post(CREATE, "{}", content_type="application/json").status_code == 403
        assert client.get(reverse("admin:interviews_feature_add")).status_code == 403


class TestKeep:
    def test_what_is_typed_is_kept_apart_from_revisions(self, reporter, draft):
        send(reporter, "keep", draft, page_of(draft, headline="半句"))
        assert draft.revisions.count() == 1
        assert json.loads(WorkingCopy.objects.get().content)["headline"] == "半句"

    def test_it_is_offered_back_with_its_time(self, reporter, draft):
        send(reporter, "keep", draft, page_of(draft, headline="半句"))
        WorkingCopy.objects.update(seen_at="2025-03-12T08:00Z")
        copy = WorkingCopy.objects.get()
        page = reporter.get(screen("change", draft))
        assert f"?copy={copy.pk}" in page.content.decode()
        state = reporter.get(screen("change", draft), {"copy": copy.pk}).context["state"]
        assert (state["page"]["headline"], state["unsaved"]) == ("半句", True)

    def test_nobody_else_opens_it(self, client, cast, draft, reporter):
        send(reporter, "keep", draft, page_of(draft, headline="半句"))
        client.force_login(cast.editor)
        state = client.get(screen("change", draft), {"copy": WorkingCopy.objects.get().pk}).context["state"]
        assert state["page"]["headline"] != "半句"

    def test_a_save_empties_it(self, reporter, draft):
        page = page_of(draft, headline="整句")
        send(reporter, "keep", draft, page)
        send(reporter, "save", draft, page)
        assert not WorkingCopy.objects.unsaved().exists()

    def test_too_long_a_headline_is_kept_all_the_same(self, reporter, draft):
        send(reporter, "keep", draft, page_of(draft, headline="题" * 300))
        assert "题" * 300 in WorkingCopy.objects.get().content

    def test_who_may_not_save_any_more_still_keeps(self, reporter, cast):
        feature = submitted(cast)
        answer = send(reporter, "keep", feature, page_of(feature, headline="晚了一步")).json()
        assert answer["may_edit"] is False
        assert WorkingCopy.objects.unsaved().exists()

    def test_an_ended_session_is_asked_to_sign_in_not_sent_away(self, client, draft):
        response = send(client, "keep", draft, page_of(draft))
        assert response.status_code == 401
        assert "登录" in response.json()["reasons"][0]["text"]

    def test_colleagues_see_each_other_and_not_themselves(self, client, cast, draft):
        for who in (cast.reporter, cast.editor):
            client.force_login(who)
            send(client, "keep", draft, window="first")
            others = send(client, "keep", draft, window="second").json()["others"]
        assert [other["name"] for other in others] == ["reporter"]

    def test_an_abandoned_window_is_not_present(self, client, cast, draft):
        client.force_login(cast.reporter)
        send(client, "keep", draft)
        WorkingCopy.objects.update(seen_at="2025-03-12T08:00Z")
        client.force_login(cast.editor)
        assert send(client, "keep", draft).json()["others"] == []

    def test_only_ones_own_is_discarded(self, client, cast, draft, reporter):
        send(reporter, "keep", draft, page_of(draft, headline="半句"))
        copy = WorkingCopy.objects.get()
        client.force_login(cast.editor)
        assert client.post(screen("discard", draft, copy.pk)).status_code == 404
        client.force_login(cast.reporter)
        assert client.get(screen("discard", draft, copy.pk)).status_code == 405
        client.post(screen("discard", draft, copy.pk))
        assert not WorkingCopy.objects.exists()


class TestTwoAtOnce:
    def outdated(self, client, cast, draft, mine, theirs):
        """The editor saves while the reporter's window is open; then the reporter does."""
        page, base = mine(draft), latest_revision(draft).number
        client.force_login(cast.editor)
        send(client, "save", draft, theirs(draft), window="editors")
        client.force_login(cast.reporter)
        return send(client, "save", draft, page, base=base)

    def test_nothing_is_written_over(self, client, cast, draft):
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

    def test_both_have_changed_a_passage_so_one_is_asked(self, client, cast, draft):
        url = self.outdated(
            client, cast, draft, lambda f: page_of(f, headline="我的"), lambda f: page_of(f, headline="编辑的")
        ).json()["url"]
        assert "请选一种" in self.choose(client, draft, url)
        assert "合为第 3 稿" in self.choose(client, draft, url, headline="mine")
        assert freeze(draft).headline == "我的"
        assert not WorkingCopy.objects.unsaved().exists()

    def test_what_one_side_changed_is_proposed(self, client, cast, draft):
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

    def test_both_are_kept(self, client, cast, draft):
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

    def test_a_third_save_while_one_chooses_is_shown_first(self, client, cast, draft):
        url = self.outdated(
            client, cast, draft, lambda f: page_of(f, headline="我的"), lambda f: page_of(f, headline="编辑的")
        ).json()["url"]
        client.force_login(cast.editor)
        send(client, "save", draft, page_of(draft, headline="编辑又改"), window="editors")
        client.force_login(cast.reporter)
        page = client.post(url, {"latest": 2, "headline": "mine"}).content.decode()
        assert "请再看一遍" in page
        assert freeze(draft).headline == "编辑又改"

    def test_own_parallel_requests_are_no_conflict(self, reporter, draft):
        send(reporter, "save", draft, page_of(draft, headline="第一次"), base=1)
        assert send(reporter, "save", draft, page_of(draft, headline="第二次"), base=1).status_code == 200
        assert freeze(draft).headline == "第二次"

    def test_another_window_of_ones_own_is(self, reporter, draft):
        send(reporter, "save", draft, page_of(draft, headline="第一扇"), base=1, window="first")
        assert (
            send(reporter, "save", draft, page_of(draft, headline="第二扇"), base=1, window="second").status_code == 409
        )

    def test_nobody_chooses_for_another(self, client, cast, draft):
        url = self.outdated(
            client, cast, draft, lambda f: page_of(f, headline="我的"), lambda f: page_of(f, headline="编辑的")
        ).json()["url"]
        client.force_login(cast.editor)
        assert client.get(url).status_code == 404


class TestHistory:
    def revised(self, reporter, draft):
        send(reporter, "save", draft, page_of(draft, headline="第二稿"))
        return draft

    def test_every_revision_says_who_and_what(self, reporter, draft):
        page = reporter.get(screen("history", self.revised(reporter, draft))).content.decode()
        assert "第 2 稿" in page
        assert "reporter" in page
        assert "整版" in page

    def test_two_are_compared(self, reporter, draft):
        page = reporter.get(screen("compare", self.revised(reporter, draft)), {"old": 1, "new": 2}).content.decode()
        assert "<ins>" in page
        assert "第二稿" in page

    @pytest.mark.parametrize("query", [{"old": "x", "new": "９"}, {"old": 99, "new": -1}, {"new": "\x00"}, {}])
    def test_nonsense_compares_the_latest(self, reporter, draft, query):
        assert reporter.get(screen("compare", self.revised(reporter, draft)), query).status_code == 200

    def test_restoring_makes_a_new_revision_with_the_old_ids(self, reporter, draft):
        topic = draft.topics.get().pk
        send(reporter, "save", draft, page_of(draft, topics=[]))
        assert not draft.topics.exists()
        reporter.post(screen("restore", draft), {"number": 1})
        assert latest_revision(draft).number == 3
        assert latest_revision(draft).digest == Revision.objects.get(number=1).digest
        assert draft.topics.get().pk == topic

    def test_restoring_leaves_what_is_typed(self, reporter, draft):
        self.revised(reporter, draft)
        send(reporter, "keep", draft, page_of(draft, headline="没存的"))
        reporter.post(screen("restore", draft), {"number": 1})
        assert "没存的" in WorkingCopy.objects.get().content

    @pytest.mark.parametrize("number", ["", "99", "x", "2"])
    def test_what_cannot_be_restored_gets_a_sentence(self, reporter, draft, number):
        page = reporter.post(screen("restore", self.revised(reporter, draft)), {"number": number}, follow=True)
        assert "messagelist" in page.content.decode()
        assert latest_revision(draft).number == 2

    def test_a_reader_of_the_history_may_not_restore(self, client, cast):
        feature = published(cast).feature
        client.force_login(cast.head)
        assert client.get(screen("history", feature)).status_code == 200
        client.post(screen("restore", feature), {"number": 1})
        assert feature.revisions.count() == 1


class TestPeople:
    def ask(self, client, **query):
        return client.get(reverse("admin:interviews_feature_people"), query)

    def test_one_name_two_people(self, reporter):
        for organisation in ("昔阳县林业局", "榆次区教育局"):
            Speaker.objects.create(name="王伟", organisation=organisation)
        found = self.ask(reporter, kind="speaker", q="王伟").json()["people"]
        assert {person["organisation"] for person in found} == {"昔阳县林业局", "榆次区教育局"}

    def test_by_pinyin(self, reporter):
        Speaker.objects.create(name="裴国欣")
        assert self.ask(reporter, kind="speaker", q="pei guo").json()["people"][0]["name"] == "裴国欣"

    @pytest.mark.parametrize("query", [{}, {"kind": "user", "q": "a"}, {"kind": "speaker", "q": "\x00"}])
    def test_nonsense(self, reporter, query):
        assert self.ask(reporter, **query).status_code in {200, 403}

    def test_the_photographer_does_not_look_up_speakers(self, client, cast):
        client.force_login(cast.photographer)
        assert self.ask(client, kind="speaker", q="王").status_code == 403
