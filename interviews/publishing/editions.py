from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from interviews import directory
from interviews.editing.revisions import refuse_unread, refuse_unrecorded
from interviews.errors import RefusedError
from interviews.house_style.counts import count_findings
from interviews.house_style.proofing import checked
from interviews.models import (
    CreditRole,
    Edition,
    Feature,
    Occasion,
    PreviewLink,
    Publication,
    Revision,
    Stage,
    Withdrawal,
)
from interviews.projection import write_published
from interviews.text.cleaning import paragraphs
from interviews.workflow.state import current_sign_offs, latest_revision, lock, open_editions, open_step, review_steps

from . import announcing, audit_chain
from .blockers import document_blockers
from .corrections import Notice, notice_for

# A time typed as "now" is in the past when it arrives.
LENIENCE = timedelta(minutes=2)


def publish(
    *,
    feature: Feature,
    actor: User,
    at: datetime | None = None,
    note: str = "",
    kind: str = "",
    wrong: str = "",
    right: str = "",
    place: str = "",
    seen: int | None = None,
) -> Edition:
    """Make the signed revision public, now or from `at` (aware) on; it replaces the current edition then.

    Readers who saw an earlier edition get a notice: `kind` is "correction" (with `wrong`, `right`, and the `place`:
    "topic:12", "interview:33", or "" for the page) or "update" (with `note`); by default it follows from what is given.
    `seen` is the number of the revision the user read.
    """
    with transaction.atomic():
        feature = lock(feature)
        revision = latest_revision(feature)
        refuse_unread(revision, seen)
        now = timezone.now()
        _refuse_unless_allowed(actor, "interviews.publish_feature", "发布")
        start = _start(at, now)
        revision = _refuse_unless_under_review(feature, revision)
        refuse_unrecorded(feature, revision)
        document = revision.read()
        kinds = CreditRole.objects.kinds()
        found = checked(document, feature, kinds)
        if reasons := document_blockers(document, found, kinds, start):
            raise RefusedError(*reasons)
        _refuse_unsigned(revision)
        last = feature.editions.order_by("-number").first()
        typed = Notice(kind=kind, note=note, wrong=wrong, right=right, place=place)
        notice = notice_for(feature, revision, start, typed, last)
        if last:
            _cancel(feature, revision, now)
            _supersede(feature, start)
        edition = Edition.objects.create(
            feature=feature,
            number=last.number + 1 if last else 1,
            revision=revision,
            published_from=start,
            publisher=actor,
            created_at=now,
            **notice.fields(),
        )
        audit_chain.append(edition, actor)
        write_published(edition)
        announcing.published(edition, document)
        count_findings(feature, revision, Occasion.PUBLISHED, document, found, kinds)
        _close_review(feature, Publication.CURRENT)
        return edition


def reopen(*, feature: Feature, actor: User) -> Feature:
    """Hand a public feature back to its writers and editors to correct it. Readers keep seeing the current edition."""
    with transaction.atomic():
        feature = lock(feature)
        _refuse_unless_allowed(actor, "interviews.correct_feature", "交回")
        if not open_editions(feature).exists():
            raise RefusedError("这个专题没有公开，编辑部本来就能改。")
        if feature.reopened_at:
            raise RefusedError("这个专题已经交回编辑部。")
        feature.reopened_at = timezone.now()
        feature.save(update_fields=["reopened_at", "updated_at"])
        return feature


def withdraw(*, feature: Feature, actor: User, reason: str) -> Withdrawal:
    """Take the feature off the site at once, including scheduled editions. The reason is public."""
    with transaction.atomic():
        feature = lock(feature)
        now = timezone.now()
        _refuse_unless_allowed(actor, "interviews.withdraw_feature", "撤下")
        reason = paragraphs(reason, "理由")
        if not reason:
            raise RefusedError("撤下须写明理由，读者会看到。")
        if not open_editions(feature).exists():
            raise RefusedError("这个专题没有发布，不用撤下。")
        was_public = feature.editions.filter(published_from__lt=now).public(now).exists()
        _supersede(feature, now)
        withdrawal = Withdrawal.objects.create(feature=feature, reason=reason, actor=actor, created_at=now)
        audit_chain.append(withdrawal, actor)
        if was_public:
            announcing.withdrawn(withdrawal)
        directory.refresh(feature.pk)
        # Preview links would keep showing it.
        links = PreviewLink.objects.filter(revision__feature=feature, revoked_at=None)
        links.update(revoked_at=now, revoked_by=actor)
        _close_review(feature, Publication.NONE)
        return withdrawal


def _refuse_unless_allowed(actor: User, permission: str, verb: str) -> None:
    if not actor.has_perm(permission):
        raise RefusedError(f"你不能{verb}专题。")


def _start(at: datetime | None, now: datetime) -> datetime:
    if at is None:
        return now
    if timezone.is_naive(at):
        at = timezone.make_aware(at)
    if at < now - LENIENCE:
        raise RefusedError("发布时间已经过去。")
    return max(at, now)


def _refuse_unless_under_review(feature: Feature, revision: Revision | None) -> Revision:
    """Refuse unless the feature is in review. A scheduled revision may be rescheduled."""
    scheduled = feature.editions.filter(revision=revision, published_from__gt=timezone.now())
    if revision is None or (feature.stage != Stage.REVIEW and not scheduled.exists()):
        raise RefusedError("这个专题还没有送审。")
    return revision


def _refuse_unsigned(revision: Revision) -> None:
    steps = review_steps()
    if not steps:
        raise RefusedError("没有启用的审稿环节，不能发布。")
    if step := open_step(steps, current_sign_offs(revision)):
        raise RefusedError(f"{step.name}还没有签发。")


def _cancel(feature: Feature, revision: Revision, now: datetime) -> None:
    """Cancel the revision's pending edition, which is being rescheduled; the edition it was to replace stays."""
    waiting = feature.editions.filter(revision=revision, published_from__gt=now)
    waiting = waiting.exclude(published_until=F("published_from"))
    for edition in waiting:
        feature.editions.filter(published_until=edition.published_from).exclude(pk=edition.pk).exclude(
            published_from=edition.published_from
        ).update(published_until=None)
        feature.editions.filter(pk=edition.pk).update(published_until=edition.published_from)


def _supersede(feature: Feature, moment: datetime) -> None:
    """End every earlier edition at `moment`. Editions that would begin later end as they begin: never shown."""
    later = Q(published_until__isnull=True) | Q(published_until__gt=moment)
    feature.editions.filter(later).update(published_until=Greatest(F("published_from"), Value(moment)))


def _close_review(feature: Feature, publication: Publication) -> None:
    feature.stage, feature.publication = Stage.DRAFT, publication
    feature.submitted_at = feature.reopened_at = None
    feature.save(update_fields=["stage", "submitted_at", "reopened_at", "publication", "updated_at"])
