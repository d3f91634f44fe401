"""A feature's workflow state, derived from revisions, sign-offs, editions and withdrawals. Read-only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, cast

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from interviews.errors import RefusedError
from interviews.models import Edition, Feature, Publication, ReviewStep, Revision, SignOff, Stage, Verdict, Withdrawal

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class StandingColumns(TypedDict):
    """The annotations of `with_standing`: primary keys, and the newest open edition's revision and begin."""

    latest_revision: int | None
    latest_author: int | None
    newest_revision: int | None
    newest_from: datetime | None
    was_withdrawn: bool


class Standing(models.TextChoices):
    DRAFT = "draft", "撰写中"
    REVIEW = "review", "审稿中"
    SIGNED = "signed", "待发布"
    SCHEDULED = "scheduled", "定时发布"
    LIVE = "live", "已发布"
    CHANGED = "changed", "已发布，有改动"
    WITHDRAWN = "withdrawn", "已撤下"


def lock(feature: Feature) -> Feature:
    """Lock the feature's row until the transaction ends and return it fresh. Raises RefusedError if it was deleted.

    SQLite's transactions are IMMEDIATE and lock the whole database already.
    """
    locked: Feature | None = Feature.objects.select_for_update().filter(pk=feature.pk).first()
    if locked is None:
        raise RefusedError("这个专题已经删除。")
    return locked


def latest_revision(feature: Feature) -> Revision | None:
    return feature.revisions.order_by("-number").first()


def current_sign_offs(revision: Revision) -> list[SignOff]:
    """Return the valid sign-offs of a revision: those since it was last returned or withdrawn."""
    withdrawals = Withdrawal.objects.filter(feature=revision.feature_id).order_by("-pk")
    sign_offs = revision.sign_offs.annotate(withdrawn_at=Subquery(withdrawals.values("created_at")[:1]))
    found = list(sign_offs.select_related("step", "signer").order_by("pk"))
    return holding(found, found[0].withdrawn_at if found else None)


def holding(sign_offs: Iterable[SignOff], withdrawn_at: datetime | None) -> list[SignOff]:
    """Filter the valid sign-offs from one revision's verdicts, oldest first."""
    valid: list[SignOff] = []
    for sign_off in sign_offs:
        if withdrawn_at and sign_off.created_at <= withdrawn_at:
            continue
        if sign_off.verdict == Verdict.RETURNED:
            valid.clear()
        else:
            valid.append(sign_off)
    return valid


def next_step(revision: Revision) -> ReviewStep | None:
    """Return the first unsigned step, or None if all are signed."""
    return open_step(review_steps(), current_sign_offs(revision))


def open_step(steps: Iterable[ReviewStep], signed: Iterable[SignOff]) -> ReviewStep | None:
    done = {sign_off.step_id for sign_off in signed}
    return next((step for step in steps if step.pk not in done), None)


def review_steps() -> list[ReviewStep]:
    """Return the active steps in order."""
    return list(ReviewStep.objects.filter(active=True).select_related("group"))


def last_return(feature: Feature) -> SignOff | None:
    """Return the verdict that sent the feature back, or None if it was submitted again since."""
    if feature.stage == Stage.REVIEW:
        return None
    last = SignOff.objects.filter(revision__feature=feature).select_related("signer", "step").order_by("pk").last()
    return last if last and last.verdict == Verdict.RETURNED else None


def open_editions(feature: Feature | OuterRef) -> models.QuerySet[Edition]:
    """Return the public and the scheduled edition, if any."""
    # An edition called off before it became public ends when it begins.
    to_be_shown = Q(published_until__gt=timezone.now()) & Q(published_until__gt=F("published_from"))
    return Edition.objects.filter(Q(published_until=None) | to_be_shown, feature=feature)


def is_published(feature: Feature) -> bool:
    """Return whether the feature is public or scheduled."""
    return feature.publication != Publication.NONE


def with_standing(features: models.QuerySet[Feature]) -> models.QuerySet[WithAnnotations[Feature, StandingColumns]]:
    """Annotate what `standing` needs, to avoid queries for each row of a list."""
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
    """Return the feature's standing. No queries after `with_standing` and, in review, `find_open_steps`.

    Otherwise reads the database afresh.
    """
    if hasattr(feature, "latest_revision"):
        return _standing(cast("WithAnnotations[Feature, StandingColumns]", feature))
    return _standing(with_standing(Feature.objects.filter(pk=feature.pk)).get())


def _standing(feature: WithAnnotations[Feature, StandingColumns]) -> Standing:
    if feature.stage == Stage.REVIEW:
        if hasattr(feature, "open_step"):
            return Standing.REVIEW if feature.open_step else Standing.SIGNED
        revision = latest_revision(feature)
        return Standing.REVIEW if revision is None or next_step(revision) else Standing.SIGNED
    if feature.newest_revision is None:
        return Standing.WITHDRAWN if feature.was_withdrawn else Standing.DRAFT
    if feature.newest_revision != feature.latest_revision:
        return Standing.CHANGED
    is_scheduled = feature.newest_from is not None and feature.newest_from > timezone.now()
    return Standing.SCHEDULED if is_scheduled else Standing.LIVE
