"""Where a feature stands. Derived from what was recorded; nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from interviews.errors import RefusedError
from interviews.models import Edition, Feature, ReviewStep, Revision, SignOff, Stage, Verdict, Withdrawal


class Standing(models.TextChoices):
    DRAFT = "draft", "撰写中"
    REVIEW = "review", "审稿中"
    SIGNED = "signed", "待发布"
    SCHEDULED = "scheduled", "定时发布"
    LIVE = "live", "已发布"
    CHANGED = "changed", "已发布，有改动"
    WITHDRAWN = "withdrawn", "已撤下"


def lock(feature: Feature) -> Feature:
    """The feature's row, held until the transaction ends. SQLite's transactions hold the whole database already."""
    held = Feature.objects.select_for_update().filter(pk=feature.pk).first()
    if held is None:
        raise RefusedError("这个专题已经删除。")
    return held


def latest_revision(feature: Feature) -> Revision | None:
    return feature.revisions.order_by("-number").first()


def current_sign_offs(revision: Revision) -> list[SignOff]:
    """The signatures that hold: those on this revision since it was last returned or withdrawn."""
    withdrawals = Withdrawal.objects.filter(feature=revision.feature_id).order_by("-pk")
    sign_offs = revision.sign_offs.annotate(withdrawn_at=Subquery(withdrawals.values("created_at")[:1]))
    found = list(sign_offs.select_related("step", "signer").order_by("pk"))
    return holding(found, found[0].withdrawn_at if found else None)


def holding(sign_offs: Iterable[SignOff], withdrawn_at: datetime | None) -> list[SignOff]:
    """Of one revision's verdicts, oldest first, the signatures that still hold."""
    held: list[SignOff] = []
    for sign_off in sign_offs:
        if withdrawn_at and sign_off.created_at <= withdrawn_at:
            continue
        if sign_off.verdict == Verdict.RETURNED:
            held.clear()
        else:
            held.append(sign_off)
    return held


def next_step(revision: Revision) -> ReviewStep | None:
    """The first step that nobody has signed, or None when all are."""
    return open_step(review_steps(), current_sign_offs(revision))


def open_step(steps: Iterable[ReviewStep], signed: Iterable[SignOff]) -> ReviewStep | None:
    done = {sign_off.step_id for sign_off in signed}
    return next((step for step in steps if step.pk not in done), None)


def review_steps() -> list[ReviewStep]:
    """The steps that count today, in their order."""
    return list(ReviewStep.objects.filter(active=True).select_related("group"))


def last_return(feature: Feature) -> SignOff | None:
    """The verdict that sent the feature back to its writers, until it is submitted again."""
    if feature.stage == Stage.REVIEW:
        return None
    last = SignOff.objects.filter(revision__feature=feature).select_related("signer", "step").order_by("pk").last()
    return last if last and last.verdict == Verdict.RETURNED else None


def open_editions(feature: Feature | OuterRef) -> models.QuerySet[Edition]:
    """The one that readers see and the one that is scheduled, where there are such."""
    # An edition that was taken back before it began ends as it begins.
    to_be_shown = Q(published_until__gt=timezone.now()) & Q(published_until__gt=F("published_from"))
    return Edition.objects.filter(Q(published_until=None) | to_be_shown, feature=feature)


def is_published(feature: Feature) -> bool:
    """Public now, or about to be."""
    return open_editions(feature).exists()


def with_standing(features: models.QuerySet[Feature]) -> models.QuerySet[Feature]:
    """Annotates what `standing` needs, so that a list asks once and not for each row."""
    newest = open_editions(OuterRef("pk")).order_by("-published_from")
    latest = Revision.objects.filter(feature=OuterRef("pk")).order_by("-number")
    return features.annotate(
        latest_revision=Subquery(latest.values("pk")[:1]),
        latest_author=Subquery(latest.values("author")[:1]),
        newest_revision=Subquery(newest.values("revision")[:1]),
        newest_from=Subquery(newest.values("published_from")[:1]),
        was_withdrawn=Exists(Withdrawal.objects.filter(feature=OuterRef("pk"))),
    )


def standing(feature: Feature) -> Standing:
    """Where the feature stands. No query after `with_standing`, and for features in review `find_open_steps`."""
    if not hasattr(feature, "latest_revision"):
        feature = with_standing(Feature.objects.filter(pk=feature.pk)).get()
    if feature.stage == Stage.REVIEW:
        if not hasattr(feature, "open_step"):
            revision = latest_revision(feature)
            return Standing.REVIEW if revision is None or next_step(revision) else Standing.SIGNED
        return Standing.REVIEW if feature.open_step else Standing.SIGNED
    if feature.newest_revision is None:
        return Standing.WITHDRAWN if feature.was_withdrawn else Standing.DRAFT
    if feature.newest_revision != feature.latest_revision:
        return Standing.CHANGED
    return Standing.SCHEDULED if feature.newest_from > timezone.now() else Standing.LIVE
