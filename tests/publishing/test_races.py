"""Races: real threads with their own connections. The loser is refused with a reason."""

import json
import threading
from datetime import timedelta
from itertools import combinations

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.utils import timezone

from interviews import document as d
from interviews import editing, people, projection, publishing, workflow
from interviews.drafting import freeze
from interviews.editing import OutdatedError
from interviews.errors import RefusedError, StaleError
from interviews.models import (
    Contributor,
    Credit,
    Edition,
    Feature,
    Interview,
    PublishedCredit,
    PublishedInterview,
    ReviewStep,
    SignOff,
    Speaker,
    Stage,
    WorkingCopy,
)
from interviews.workflow import state
from tests.admin.windows import page_of, screen
from tests.builders import a_credit, a_document, a_draft, a_speaker, a_topic, an_interview, published, signed, submitted

from .test_editions import next_version

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engine]
ROUNDS = range(4)
HOUR = timedelta(hours=1)
PATIENCE = 60


def at_once(turn, *acts):
    """Run all acts concurrently; return each result or RefusedError. Other exceptions fail the test.

    `turn` gives one act a head start of some queries, so that the acts interleave differently.
    """
    start, answers, faults = threading.Barrier(len(acts)), [None] * len(acts), []

    def run(place, act):
        try:
            connection.ensure_connection()
            start.wait(PATIENCE)
            for _ in range(turn if turn % len(acts) == place else 0):
                Group.objects.exists()
            answers[place] = act()
        except RefusedError as refusal:
            answers[place] = refusal
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    if faults:
        raise faults[0]
    return answers


def refusals(answers):
    return [answer for answer in answers if isinstance(answer, RefusedError)]


def assert_all_holds():
    """Assert that the audit chain verifies, editions of a feature don't overlap, and each was fully signed before."""
    assert publishing.verify_editions() == []
    steps = set(ReviewStep.objects.filter(active=True).values_list("pk", flat=True))
    for feature in Feature.objects.prefetch_related("editions__revision__sign_offs"):
        editions = [each for each in feature.editions.all() if each.published_until != each.published_from]
        for one, other in combinations(sorted(editions, key=lambda each: each.published_from), 2):
            assert one.published_until is not None
            assert one.published_until <= other.published_from
        for edition in feature.editions.all():
            before = [each for each in edition.revision.sign_offs.all() if each.created_at <= edition.created_at]
            assert {each.step_id for each in state.holding(before, None)} >= steps


def headlines(feature):
    return [revision.read().headline for revision in feature.revisions.order_by("number")]


def renamed(feature, headline):
    return freeze(feature).model_copy(update={"headline": headline})


def latest(feature):
    return workflow.latest_revision(feature)


@pytest.fixture
def second_editor(cast):
    editor = User.objects.create_user("second", is_staff=True)
    editor.groups.add(Group.objects.get(name="编辑"))
    return editor


@pytest.mark.parametrize("turn", [0])
def test_exception_in_thread_is_raised(cast, turn):
    """The helper itself."""
    with pytest.raises(ZeroDivisionError):
        at_once(turn, lambda: 1 / 0, lambda: None)


def test_two_saves(cast):
    """One is saved; the other is refused and its text is kept."""
    for turn in ROUNDS:
        feature = a_draft(cast)
        feature.shared_with.add(cast.colleague)
        texts = {user: f"{user.username}第{turn}次写的" for user in (cast.reporter, cast.colleague)}

        def post(user, feature=feature, texts=texts):
            client = Client()
            client.force_login(user)
            data = {"window": user.username, "base": 1, "content": page_of(feature, headline=texts[user])}
            url = screen("save", feature)
            return client.post(url, json.dumps(data), content_type="application/json").status_code

        answers = at_once(turn, lambda: post(cast.reporter), lambda: post(cast.colleague))
        assert sorted(answers) == [200, 409]
        won, lost = (cast.reporter, cast.colleague) if answers[0] == 200 else (cast.colleague, cast.reporter)
        assert headlines(feature)[1:] == [texts[won]]
        assert freeze(feature).headline == texts[won]
        assert texts[lost] in WorkingCopy.objects.get(feature=feature, user=lost).content
    assert_all_holds()


def test_same_window_twice(cast):
    for turn in ROUNDS:
        feature = a_draft(cast)

        def keep(feature=feature):
            return editing.keep(feature=feature, actor=cast.reporter, window="w", base=1, content='{"headline":"写"}')

        assert refusals(at_once(turn, keep, keep)) == []
        assert feature.working_copies.count() == 1


def test_save_and_sign(cast):
    """The sign-off is on the revision that was read, or refused."""
    for turn in ROUNDS:
        feature = submitted(cast)
        saved, answer = at_once(
            turn,
            lambda feature=feature: editing.save(
                feature=feature, actor=cast.chief, document=renamed(feature, "审稿时改的"), base=1
            ),
            lambda feature=feature: publishing.sign(feature=feature, actor=cast.editor, seen=1),
        )
        assert saved.number == 2
        assert isinstance(answer, StaleError) or answer.revision.number == 1
        assert workflow.current_sign_offs(latest(feature)) == []
    assert_all_holds()


def test_save_and_last_sign_off_with_publication(cast):
    for turn in ROUNDS:
        feature = submitted(cast)
        for reviewer in (cast.editor, cast.head):
            publishing.sign(feature=feature, actor=reviewer)

        def sign_and_publish(feature=feature):
            publishing.sign(feature=feature, actor=cast.chief, seen=1)
            return publishing.publish(feature=feature, actor=cast.chief, seen=1)

        at_once(
            turn,
            lambda feature=feature: editing.save(
                feature=feature, actor=cast.superuser, document=renamed(feature, "最后一刻改的"), base=1
            ),
            sign_and_publish,
        )
        assert set(feature.editions.values_list("revision__number", flat=True)) <= {1}
        assert "最后一刻改的" in headlines(feature)
    assert_all_holds()


def test_two_publications(cast):
    for turn in ROUNDS:
        feature = signed(cast)
        publish = [
            lambda actor=actor, feature=feature: publishing.publish(feature=feature, actor=actor)
            for actor in (cast.chief, cast.superuser)
        ]
        assert len(refusals(at_once(turn, *publish))) == 1
        assert feature.editions.count() == 1
    assert_all_holds()


def test_publish_and_withdraw(cast):
    """In either order nothing is public afterwards: a withdrawal voids the sign-offs too."""
    for turn in ROUNDS:
        feature = next_version(cast, published(cast).feature)
        _, withdrawal = at_once(
            turn,
            lambda feature=feature: publishing.publish(feature=feature, actor=cast.chief, note="更新"),
            lambda feature=feature: publishing.withdraw(feature=feature, actor=cast.superuser, reason="核实中"),
        )
        assert not isinstance(withdrawal, RefusedError)
        assert not Edition.objects.public().filter(feature=feature).exists()
    assert_all_holds()


def test_two_withdrawals(cast):
    for turn in ROUNDS:
        feature = published(cast).feature
        withdraw = [
            lambda actor=actor, feature=feature: publishing.withdraw(feature=feature, actor=actor, reason="核实中")
            for actor in (cast.chief, cast.superuser)
        ]
        assert len(refusals(at_once(turn, *withdraw))) == 1
    assert_all_holds()


def test_schedule_and_publish(cast):
    """In either order the feature is public from now on."""
    for turn in ROUNDS:
        feature = signed(cast)
        at_once(
            turn,
            lambda feature=feature: publishing.publish(feature=feature, actor=cast.superuser, at=timezone.now() + HOUR),
            lambda feature=feature: publishing.publish(feature=feature, actor=cast.chief),
        )
        assert Edition.objects.public().filter(feature=feature).count() == 1
        assert Edition.objects.public(timezone.now() + 2 * HOUR).filter(feature=feature).count() == 1
    assert_all_holds()


def test_two_sign_offs_of_a_step(cast, second_editor):
    for turn in ROUNDS:
        feature = submitted(cast)
        sign = [
            lambda actor=actor, feature=feature: publishing.sign(feature=feature, actor=actor)
            for actor in (cast.editor, second_editor)
        ]
        assert len(refusals(at_once(turn, *sign))) == 1
        assert SignOff.objects.filter(revision__feature=feature).count() == 1
    assert_all_holds()


def test_sign_and_send_back(cast):
    for turn in ROUNDS:
        feature = submitted(cast)
        at_once(
            turn,
            lambda feature=feature: publishing.sign(feature=feature, actor=cast.editor),
            lambda feature=feature: publishing.send_back(feature=feature, actor=cast.head, comment="重写"),
        )
        feature.refresh_from_db()
        assert feature.stage == Stage.DRAFT
        assert workflow.current_sign_offs(latest(feature)) == []
    assert_all_holds()


def test_submit_and_save(cast):
    """The saved text is in review, or the save is refused."""
    for turn in ROUNDS:
        feature = a_draft(cast)
        feature.shared_with.add(cast.colleague)
        submission, saved = at_once(
            turn,
            lambda feature=feature: publishing.submit(feature=feature, actor=cast.colleague),
            lambda feature=feature: editing.save(
                feature=feature, actor=cast.reporter, document=renamed(feature, "送审前改的"), base=1
            ),
        )
        assert submission == latest(feature)
        assert submission.read() == freeze(feature)
        assert isinstance(saved, RefusedError) or submission.read().headline == "送审前改的"
    assert_all_holds()


def test_two_submissions(cast):
    for turn in ROUNDS:
        feature = a_draft(cast)
        submit = [
            lambda actor=actor, feature=feature: publishing.submit(feature=feature, actor=actor)
            for actor in (cast.reporter, cast.editor)
        ]
        assert len(refusals(at_once(turn, *submit))) == 1
    assert_all_holds()


def test_restore_and_save(cast):
    """No text is lost: both are revisions, or the save is refused as outdated."""
    for turn in ROUNDS:
        feature = a_draft(cast)
        first = latest(feature)
        editing.save(feature=feature, actor=cast.reporter, document=renamed(feature, "第二稿"), base=1)
        restored, saved = at_once(
            turn,
            lambda feature=feature, first=first: editing.restore(feature=feature, actor=cast.editor, revision=first),
            lambda feature=feature: editing.save(
                feature=feature, actor=cast.reporter, document=renamed(feature, "第三稿"), base=2
            ),
        )
        assert restored in feature.revisions.all()
        assert isinstance(saved, OutdatedError) or "第三稿" in headlines(feature)
        assert latest(feature).read() == freeze(feature)
    assert_all_holds()


@pytest.mark.parametrize("verb", ["save", "submit"])
def test_delete_and_other_verb(cast, verb):
    """The deletion succeeds, and verbs after it are refused."""
    for turn in ROUNDS:
        feature = a_draft(cast)
        document = renamed(feature, "改了")
        acts = {
            "save": lambda feature=feature, document=document: editing.save(
                feature=feature, actor=cast.editor, document=document, base=1
            ),
            "submit": lambda feature=feature: publishing.submit(feature=feature, actor=cast.reporter),
        }
        deleted, _ = at_once(
            turn, lambda feature=feature: editing.delete(feature=feature, actor=cast.editor), acts[verb]
        )
        assert not isinstance(deleted, RefusedError)
        assert not Feature.objects.filter(pk=feature.pk).exists()


@pytest.mark.parametrize("verb", ["sign", "comment", "share_preview"])
def test_delete_and_remark(cast, verb):
    """A remark first prevents the deletion; a deletion first refuses the remark."""
    words = {"comment": {"text": "核"}, "share_preview": {"days": 1}}
    for turn in ROUNDS:
        feature = submitted(cast)
        deleted, said = at_once(
            turn,
            lambda feature=feature: editing.delete(feature=feature, actor=cast.chief),
            lambda feature=feature: getattr(publishing, verb)(
                feature=feature, actor=cast.editor, **words.get(verb, {})
            ),
        )
        assert isinstance(deleted, RefusedError) != isinstance(said, RefusedError)
        assert Feature.objects.filter(pk=feature.pk).exists() == isinstance(deleted, RefusedError)
    assert_all_holds()


def test_same_new_names_on_two_pages(cast):
    """Roles and subjects are unique by name: each is created once, whatever the order."""
    for turn in ROUNDS:
        names = [f"新{turn}{each}" for each in "甲乙丙丁"]
        pages = [a_draft(cast), a_draft(cast)]
        documents = [
            freeze(page).model_copy(
                update={
                    "credits": tuple(a_credit(name) for name in order),
                    "subjects": tuple(d.Subject(name=name) for name in order),
                }
            )
            for page, order in zip(pages, (names, names[::-1]), strict=True)
        ]
        answers = at_once(
            turn,
            *(
                lambda page=page, document=document: editing.save(
                    feature=page, actor=cast.editor, document=document, base=1
                )
                for page, document in zip(pages, documents, strict=True)
            ),
        )
        assert refusals(answers) == []
        assert [[each.name for each in freeze(page).subjects] for page in pages] == [names, names[::-1]]


class TestMergingPeople:
    """Saves and merges lock each other's rows: no deadlock."""

    @staticmethod
    def a_page(number):
        """Build a page with both records on it several times."""
        interviews = [
            an_interview(
                speaker=a_speaker("裴国欣", organisation),
                body=f"<p>第{number}页第{place}段。</p>",
                credits=(a_credit("记者", "武玲芳" if place % 2 else "武铃芳"),),
            )
            for place, organisation in enumerate(["市环保局", "市生态环境局"] * 4)
        ]
        return a_document(headline=f"第{number}页", topics=(a_topic("蓝天", *interviews),))

    @staticmethod
    def pairs():
        return Speaker.objects.living().order_by("pk")[:2], Contributor.objects.living().filter(name__contains="芳")[:2]

    @staticmethod
    def merge_and_back(actor, pair):
        kept, merged = pair
        return people.merge(kept=kept, merged=merged, actor=actor)

    def assert_people_hold(self):
        assert not Interview.objects.filter(speaker__merged_into__isnull=False).exists()
        assert not Credit.objects.filter(contributor__merged_into__isnull=False).exists()
        tables = (PublishedInterview, PublishedCredit)
        before = [list(table.objects.order_by("pk").values_list()) for table in tables]
        projection.rebuild_published()
        assert before == [list(table.objects.order_by("pk").values_list()) for table in tables]
        assert_all_holds()

    @pytest.mark.parametrize("kind", [0, 1], ids=["speakers", "contributors"])
    def test_merge_and_save(self, cast, kind):
        features = [a_draft(cast, self.a_page(number)) for number in range(2)]
        for turn in ROUNDS:
            pair = list(self.pairs()[kind])
            documents = [TestMergingPeople.reworded(feature, f"第{turn}次") for feature in features]
            made, *saved = at_once(
                turn,
                lambda pair=pair: self.merge_and_back(cast.editor, pair),
                *(
                    lambda feature=feature, document=document: editing.save(
                        feature=feature, actor=cast.reporter, document=document, base=latest(feature).number
                    )
                    for feature, document in zip(features, documents, strict=True)
                ),
            )
            assert refusals([made, *saved]) == []
            assert [freeze(feature).headline for feature in features] == [f"第{turn}次"] * 2
            self.assert_people_hold()
            people.undo_merge(merge=made, actor=cast.editor)

    @staticmethod
    def reworded(feature, words):
        """Change every statement, so that every row is written."""
        document = freeze(feature)
        topics = tuple(
            topic.model_copy(
                update={
                    "interviews": tuple(
                        each.model_copy(update={"body": f"<p>{words}</p>"}) for each in reversed(topic.interviews)
                    )
                }
            )
            for topic in document.topics
        )
        return document.model_copy(update={"headline": words, "topics": topics})

    @pytest.mark.parametrize("kind", [0, 1], ids=["speakers", "contributors"])
    def test_merge_and_publish(self, cast, kind):
        for turn in ROUNDS:
            feature = signed(cast, self.a_page(turn))
            pair = list(self.pairs()[kind])
            made, edition = at_once(
                turn,
                lambda pair=pair: self.merge_and_back(cast.editor, pair),
                lambda feature=feature: publishing.publish(feature=feature, actor=cast.chief),
            )
            assert refusals([made, edition]) == []
            self.assert_people_hold()
            people.undo_merge(merge=made, actor=cast.editor)
            self.assert_people_hold()

    def test_undo_and_save(self, cast):
        feature = a_draft(cast, self.a_page(0))
        for turn in ROUNDS:
            made = self.merge_and_back(cast.editor, list(self.pairs()[0]))
            document = self.reworded(feature, f"第{turn}次")
            answers = at_once(
                turn,
                lambda made=made: people.undo_merge(merge=made, actor=cast.editor),
                lambda document=document: editing.save(
                    feature=feature, actor=cast.reporter, document=document, base=latest(feature).number
                ),
            )
            assert refusals(answers) == []
            self.assert_people_hold()

    def test_merge_and_first_mention(self, cast):
        """By a feature that did not mention them when the merge began."""
        a_draft(cast, self.a_page(0))
        for turn in ROUNDS:
            pair = list(self.pairs()[0])
            other = a_draft(cast)
            document = self.a_page(turn)
            made, saved = at_once(
                turn,
                lambda pair=pair: self.merge_and_back(cast.editor, pair),
                lambda other=other, document=document: editing.save(
                    feature=other, actor=cast.reporter, document=document, base=1
                ),
            )
            assert refusals([made, saved]) == []
            self.assert_people_hold()
            people.undo_merge(merge=made, actor=cast.editor)

    def test_merge_each_into_the_other(self, cast):
        a_draft(cast, self.a_page(0))
        for turn in ROUNDS:
            one, other = self.pairs()[0]
            answers = at_once(
                turn,
                lambda one=one, other=other: people.merge(kept=one, merged=other, actor=cast.editor),
                lambda one=one, other=other: people.merge(kept=other, merged=one, actor=cast.chief),
            )
            assert len(refusals(answers)) == 1
            self.assert_people_hold()
            made = next(answer for answer in answers if not isinstance(answer, RefusedError))
            people.undo_merge(merge=made, actor=cast.editor)
