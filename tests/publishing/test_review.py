import pytest

from interviews import publishing, workflow
from interviews.errors import RefusedError
from interviews.models import Interview, LedgerEntry, ReviewStep, SignOff, Stage, Verdict
from interviews.publishing import send_back, sign, submit
from tests.builders import a_document, a_draft, a_topic, an_interview, sign_all, signed, submitted

pytestmark = pytest.mark.django_db


def reword(feature, actor, body="<p>改过的话。</p>"):
    interview = Interview.objects.filter(topic__feature=feature).first()
    interview.body = body
    interview.save()
    return publishing.record(feature=feature, actor=actor)


class TestRecord:
    def test_unchanged_save_makes_no_revision(self, cast):
        feature = a_draft(cast)
        assert publishing.record(feature=feature, actor=cast.reporter) is None
        assert feature.revisions.count() == 1

    def test_change_makes_next_revision(self, cast):
        feature = a_draft(cast)
        revision = reword(feature, cast.reporter)
        assert revision.number == 2
        assert revision.author == cast.reporter
        assert "改过的话" in revision.document

    def test_colleague_may_not_record(self, cast):
        with pytest.raises(RefusedError):
            reword(a_draft(cast), cast.colleague)

    def test_coauthor_may_record(self, cast):
        feature = a_draft(cast)
        feature.shared_with.add(cast.colleague)
        assert reword(feature, cast.colleague).author == cast.colleague

    def test_reporter_may_not_record_after_submission(self, cast):
        with pytest.raises(RefusedError):
            reword(submitted(cast), cast.reporter)

    def test_editor_records_in_review(self, cast):
        assert reword(submitted(cast), cast.editor).number == 2

    def test_only_chief_records_after_publication(self, cast, edition):
        feature = edition.feature
        with pytest.raises(RefusedError):
            reword(feature, cast.editor)
        assert publishing.record(feature=feature, actor=cast.chief)


class TestSubmit:
    def test_blockers_prevent_submission(self, cast):
        bare = a_document(headline="", credits=(), topics=(a_topic("", an_interview("", credits=())),))
        with pytest.raises(RefusedError) as refusal:
            submitted(cast, bare)
        assert refusal.value.reasons == [
            "缺少主标题。",
            "第 1 个话题缺少题目。",
            "第 1 个话题没有谈话内容。",
            "第 1 个话题缺少记者署名。",
            "缺少本版署名（策划、统筹等）。",
        ]

    def test_submission_records_unsaved_rows(self, cast):
        feature = a_draft(cast)
        Interview.objects.update(body="<p>最后一改。</p>")
        assert "最后一改" in submit(feature=feature, actor=cast.reporter).document

    @pytest.mark.parametrize("who", ["colleague", "photographer", "head", "outsider"])
    def test_others_may_not_submit(self, cast, who):
        with pytest.raises(RefusedError):
            submit(feature=a_draft(cast), actor=getattr(cast, who))

    def test_second_submission_is_refused(self, cast):
        with pytest.raises(RefusedError):
            submit(feature=submitted(cast), actor=cast.reporter)


class TestSign:
    def test_three_steps_in_order(self, cast):
        feature = signed(cast)
        steps = [sign_off.step.name for sign_off in SignOff.objects.order_by("pk")]
        assert steps == ["初审", "复审", "终审"]
        assert workflow.standing(feature) == "signed"

    @pytest.mark.parametrize("who", ["reporter", "photographer", "head", "chief", "outsider"])
    def test_first_step_is_for_editors(self, cast, who):
        with pytest.raises(RefusedError):
            sign(feature=submitted(cast), actor=getattr(cast, who))

    def test_draft_is_not_signed(self, cast):
        with pytest.raises(RefusedError, match="还没有送审"):
            sign(feature=a_draft(cast), actor=cast.editor)

    def test_author_cannot_sign(self, cast):
        feature = submitted(cast)
        reword(feature, cast.editor)
        with pytest.raises(RefusedError, match="你改定的"):
            sign(feature=feature, actor=cast.editor)

    def test_nobody_signs_twice(self, cast):
        feature = submitted(cast)
        cast.editor.groups.add(ReviewStep.objects.get(name="复审").group)
        sign(feature=feature, actor=cast.editor)
        with pytest.raises(RefusedError, match="一人不能签两次"):
            sign(feature=feature, actor=cast.editor)

    def test_change_voids_sign_offs(self, cast):
        feature = signed(cast)
        revision = reword(feature, cast.chief)
        assert workflow.current_sign_offs(revision) == []
        assert workflow.next_step(revision).name == "初审"

    def test_unrecorded_change_stops_sign_off(self, cast):
        feature = submitted(cast)
        Interview.objects.update(body="<p>绕过了登记。</p>")
        with pytest.raises(RefusedError, match="还没有存为修订"):
            sign(feature=feature, actor=cast.editor)

    def test_inactive_account_cannot_sign(self, cast):
        cast.editor.is_active = False
        cast.editor.save()
        with pytest.raises(RefusedError):
            sign(feature=submitted(cast), actor=cast.editor)

    def test_superuser_override_is_recorded(self, cast):
        feature = submitted(cast)
        with pytest.raises(RefusedError, match="理由"):
            sign(feature=feature, actor=cast.superuser)
        assert sign(feature=feature, actor=cast.superuser, comment="编辑外出，电话核准").override
        assert '"override":true' in LedgerEntry.objects.get().payload

    def test_steps_are_configurable(self, cast):
        ReviewStep.objects.filter(name="复审").delete()
        feature = submitted(cast)
        sign(feature=feature, actor=cast.editor)
        sign(feature=feature, actor=cast.chief)
        assert publishing.publish(feature=feature, actor=cast.chief).number == 1


class TestSendBack:
    def test_send_back_voids_sign_offs(self, cast):
        feature = submitted(cast)
        sign(feature=feature, actor=cast.editor)
        send_back(feature=feature, actor=cast.head, comment="导语重写")
        feature.refresh_from_db()
        assert feature.stage == Stage.DRAFT
        submit(feature=feature, actor=cast.reporter)
        assert workflow.next_step(workflow.latest_revision(feature)).name == "初审"

    def test_send_back_needs_reason(self, cast):
        with pytest.raises(RefusedError, match="意见"):
            send_back(feature=submitted(cast), actor=cast.editor, comment="  ")

    @pytest.mark.parametrize("who", ["reporter", "colleague", "photographer", "outsider"])
    def test_writers_may_not_send_back(self, cast, who):
        with pytest.raises(RefusedError):
            send_back(feature=submitted(cast), actor=getattr(cast, who), comment="不妥")

    def test_send_back_is_recorded(self, cast):
        send_back(feature=submitted(cast), actor=cast.editor, comment="导语重写")
        assert SignOff.objects.get().verdict == Verdict.RETURNED
        assert LedgerEntry.objects.get().verb == "returned"


def test_refused_verb_writes_nothing(cast):
    feature = submitted(cast)
    sign_all(cast, feature)
    before = LedgerEntry.objects.count()
    with pytest.raises(RefusedError):
        publishing.publish(feature=feature, actor=cast.editor)
    assert LedgerEntry.objects.count() == before
    assert feature.editions.count() == 0
