from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from interviews.editing.revisions import recorded, refuse_unread, refuse_unrecorded
from interviews.errors import RefusedError
from interviews.house_style.counts import count_findings
from interviews.house_style.proofing import checked
from interviews.models import (
    Comment,
    CreditRole,
    Feature,
    Occasion,
    Publication,
    ReviewStep,
    Revision,
    SignOff,
    Stage,
    Verdict,
)
from interviews.text.cleaning import paragraphs
from interviews.workflow.permissions import may_edit, may_recall, may_send_back, may_submit, objections_to_signing
from interviews.workflow.state import (
    current_sign_offs,
    latest_revision,
    lock,
    next_step,
    open_step,
    review_steps,
)

from . import audit_chain
from .blockers import document_blockers


def submit(*, feature: Feature, actor: User) -> Revision:
    """Submit the feature for review, recording unrecorded changes first. Returns the revision under review."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_submit(actor, feature) or not may_edit(actor, feature):
            raise RefusedError("你不能送审这个专题。")
        if feature.stage == Stage.REVIEW:
            raise RefusedError("这个专题已经送审了。")
        revision = recorded(feature, actor)
        document = revision.read()
        kinds = CreditRole.objects.kinds()
        found = checked(document, feature, kinds)
        if reasons := document_blockers(document, found, kinds):
            raise RefusedError(*reasons)
        if feature.publication == Publication.CURRENT:
            raise RefusedError("这一稿已经发布，没有新的改动。")
        feature.stage = Stage.REVIEW
        feature.submitted_at = timezone.now()
        feature.save(update_fields=["stage", "submitted_at", "updated_at"])
        count_findings(feature, revision, Occasion.SUBMITTED, document, found, kinds)
        return revision


def recall(*, feature: Feature, actor: User) -> None:
    """Take back a submission that nobody has signed yet. This is no verdict; its writers go on writing."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_recall(actor, feature):
            raise RefusedError("你不能撤回这个专题。")
        if feature.stage != Stage.REVIEW:
            raise RefusedError("这个专题没有在审，不用撤回。")
        revision = latest_revision(feature)
        if revision and current_sign_offs(revision):
            raise RefusedError("已经有人签发，不能撤回；要改请审稿人退回。")
        feature.stage = Stage.DRAFT
        feature.submitted_at = None
        feature.save(update_fields=["stage", "submitted_at", "updated_at"])


def sign(*, feature: Feature, actor: User, comment: str = "", seen: int | None = None) -> SignOff:
    """Sign the next open step of the current revision. `seen` is the number of the revision the user read.

    A superuser may sign against the rules: the sign-off is recorded as an override and needs a reason in `comment`.
    """
    with transaction.atomic():
        feature = lock(feature)
        revision = _under_review(feature, actor, seen)
        signed = current_sign_offs(revision)
        step = open_step(review_steps(), signed)
        if step is None:
            raise RefusedError("各个环节都已签发。")
        refuse_unrecorded(feature, revision)
        objections = objections_to_signing(actor, revision, step, signed)
        if objections and not actor.is_superuser:
            raise RefusedError(*objections)
        if objections and not comment.strip():
            raise RefusedError("越权签发须写明理由。")
        return give_verdict(revision, step, actor, Verdict.SIGNED, comment, override=bool(objections))


def send_back(*, feature: Feature, actor: User, comment: str = "", seen: int | None = None) -> SignOff:
    """Return the feature to its writers; sign-offs on this revision no longer hold.

    The reason is the comment, or open comments that the actor pinned to this revision.
    """
    with transaction.atomic():
        feature = lock(feature)
        revision = _under_review(feature, actor, seen)
        step = next_step(revision)
        if not may_send_back(actor, step):
            raise RefusedError("你不能退回这个专题。")
        pinned = Comment.objects.filter(revision=revision, author=actor, resolved_at=None)
        if not comment.strip() and not pinned.exists():
            raise RefusedError("退回须写明意见，或者先在版面上加批注。")
        step = step or ReviewStep.objects.filter(active=True).last()
        if step is None:
            raise RefusedError("没有设置审稿环节。")
        feature.stage = Stage.DRAFT
        feature.submitted_at = None
        feature.save(update_fields=["stage", "submitted_at", "updated_at"])
        return give_verdict(revision, step, actor, Verdict.RETURNED, comment, override=False)


def _under_review(feature: Feature, actor: User, seen: int | None) -> Revision:
    if not actor.is_active:
        raise RefusedError("账号已停用。")
    revision = latest_revision(feature)
    if feature.stage != Stage.REVIEW or revision is None:
        raise RefusedError("这个专题还没有送审。")
    refuse_unread(revision, seen)
    return revision


def give_verdict(
    revision: Revision, step: ReviewStep, actor: User, verdict: Verdict, comment: str, *, override: bool
) -> SignOff:
    """Record a verdict in the audit chain. `sign` and `send_back` check beforehand whether it may be given."""
    sign_off = SignOff.objects.create(
        revision=revision,
        step=step,
        step_name=step.name,
        verdict=verdict,
        signer=actor,
        comment=paragraphs(comment),
        override=override,
        created_at=timezone.now(),
    )
    audit_chain.append(sign_off, actor)
    return sign_off
