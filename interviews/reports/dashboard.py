"""Dashboard of the newsroom: pending work, by holder and age. A fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.contrib.auth.models import User
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from interviews.models import Edition, Feature, Publication, ReviewStep, Revision, SignOff, Stage, Verdict, Withdrawal
from interviews.models.display_name import display_name
from interviews.workflow.state import (
    Standing,
    StandingColumns,
    holding,
    open_step,
    review_steps,
    with_standing,
)

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    AnnotatedFeature = WithAnnotations[Feature, StandingColumns]

    class _ReviewColumns(StandingColumns):
        signed: list[SignOff]
        open_step: ReviewStep | None

    ReviewedFeature = WithAnnotations[Feature, _ReviewColumns]

MOST = 60


@dataclass(frozen=True)
class Row:
    """A feature, its holder (a user, or the group whose step is open), and since when."""

    feature: Feature
    standing: Standing
    holder: str
    since: datetime | None
    note: str = ""


@dataclass
class Dashboard:
    mine: list[Row] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    in_review: list[Row] = field(default_factory=list)
    scheduled: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    today: list[Row] = field(default_factory=list)


def overview(user: User) -> Dashboard:
    """Return the user's dashboard: writers see their own features, reviewers and publishers all."""
    features: QuerySet[Feature] = Feature.objects.select_related("owner")
    if not user.has_perm("interviews.view_feature"):
        features = features.filter(Q(owner=user) | Q(pk__in=user.shared_features.values("pk")))
    visible = with_standing(features)
    in_review = find_open_steps(visible.filter(stage=Stage.REVIEW).order_by("submitted_at")[:MOST])
    groups = {group.pk for group in user.groups.all()}
    return Dashboard(
        in_review=[_review_row(feature) for feature in in_review],
        waiting=[_review_row(feature) for feature in in_review if _waits_for(feature, user, groups)],
        mine=_mine(visible, user),
        scheduled=_scheduled(visible),
        today=_published_today(visible),
        changed=_changed(visible),
    )


def find_open_steps(features: Iterable[AnnotatedFeature]) -> list[ReviewedFeature]:
    """Set `.open_step` (None: all signed) and `.signed` on each feature in review and return those: three queries.

    The features must come from `with_standing`.
    """
    reviewed = [cast("ReviewedFeature", feature) for feature in features if feature.stage == Stage.REVIEW]
    sign_offs = _current_sign_offs(reviewed)
    steps = review_steps()
    for feature in reviewed:
        feature.signed = sign_offs[feature.pk]
        feature.open_step = open_step(steps, feature.signed)
    return reviewed


def _review_row(feature: ReviewedFeature) -> Row:
    signed = feature.signed
    since = signed[-1].created_at if signed else feature.submitted_at
    if feature.open_step is None:
        return Row(feature, Standing.SIGNED, "等待发布", since, "各环节已签")
    names = "、".join(sign_off.step_name or sign_off.step.name for sign_off in signed)
    note = f"{names}已签" if names else ""
    return Row(feature, Standing.REVIEW, f"{feature.open_step.group.name}（{feature.open_step.name}）", since, note)


def _waits_for(feature: ReviewedFeature, user: User, groups: set[int]) -> bool:
    """Return whether the user can sign (not the latest author nor a previous signer) or publish it."""
    step = feature.open_step
    if step is None:
        return user.has_perm("interviews.publish_feature")
    is_barred = feature.latest_author == user.pk or user.pk in {each.signer_id for each in feature.signed}
    return step.group_id in groups and not is_barred


def _current_sign_offs(features: Iterable[AnnotatedFeature]) -> dict[int, list[SignOff]]:
    keys = {feature.latest_revision: feature.pk for feature in features}
    found: dict[int, list[SignOff]] = defaultdict(list)
    rows = SignOff.objects.filter(revision__in=[key for key in keys if key]).select_related("step").order_by("pk")
    for sign_off in rows:
        found[keys[sign_off.revision_id]].append(sign_off)
    withdrawn = dict(
        Withdrawal.objects.filter(feature__in=keys.values()).order_by("pk").values_list("feature", "created_at")
    )
    return defaultdict(list, {key: holding(each, withdrawn.get(key)) for key, each in found.items()})


def _mine(features: QuerySet[AnnotatedFeature], user: User) -> list[Row]:
    """List the user's own and shared drafts, and features in which they have unsaved changes.

    Reads the rows of the user's drafts.
    """
    copies = user.working_copies.exclude(content="")
    theirs = Feature.objects.filter(Q(owner=user) | Q(pk__in=user.shared_features.values("pk")))
    pending = theirs.filter(publication=Publication.NONE, stage=Stage.DRAFT)
    own = features.filter(pk__in=pending.order_by().values("pk").union(copies.order_by().values("feature")))
    unsaved = copies.filter(feature=OuterRef("pk"))
    last = SignOff.objects.filter(revision__feature=OuterRef("pk")).order_by("-pk")
    drafts = own.annotate(last_verdict=Subquery(last.values("verdict")[:1]), unsaved=Exists(unsaved))
    rows = []
    for feature in drafts.order_by("-updated_at")[:MOST]:
        notes = ["有没保存的改动"] if feature.unsaved else []
        if feature.last_verdict == Verdict.RETURNED and feature.stage == Stage.DRAFT:
            notes.append("被退回")
        standing = Standing.REVIEW if feature.stage == Stage.REVIEW else _standing(feature)
        holder = display_name(feature.owner, "命令行")
        rows.append(Row(feature, standing, holder, feature.updated_at, "，".join(notes)))
    return rows


def _standing(feature: AnnotatedFeature) -> Standing:
    if feature.newest_revision is None:
        return Standing.WITHDRAWN if feature.was_withdrawn else Standing.DRAFT
    return Standing.LIVE if feature.newest_revision == feature.latest_revision else Standing.CHANGED


def _scheduled(features: QuerySet[AnnotatedFeature]) -> list[Row]:
    not_cancelled = Q(published_until=None) | Q(published_until__gt=F("published_from"))
    coming = Edition.objects.filter(not_cancelled, published_from__gt=timezone.now()).order_by("-published_from")
    # The earliest of each feature wins: it is the last. Few pages are scheduled, so their keys are fetched first.
    begins = dict(coming.values_list("feature", "published_from"))
    rows = sorted(features.filter(pk__in=list(begins)), key=lambda each: begins[each.pk])[:MOST]
    return [Row(each, Standing.SCHEDULED, "到时自动发布", begins[each.pk]) for each in rows]


def _published_today(features: QuerySet[AnnotatedFeature]) -> list[Row]:
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    begun = Edition.objects.public(now).filter(published_from__gte=midnight).order_by()
    began = dict(begun.values_list("feature", "published_from"))
    rows = sorted(features.filter(pk__in=list(began)), key=lambda each: began[each.pk], reverse=True)[:MOST]
    return [Row(each, _standing(each), "读者可见", began[each.pk]) for each in rows]


def _changed(features: QuerySet[AnnotatedFeature]) -> list[Row]:
    """List published features with a revision newer than the published one. Reads their rows."""
    latest = Revision.objects.filter(feature=OuterRef("pk")).order_by("-number")
    changed = features.filter(publication=Publication.CHANGED, stage=Stage.DRAFT)
    rows = changed.annotate(changed_at=Subquery(latest.values("created_at")[:1])).order_by("-changed_at")[:MOST]
    authors = User.objects.in_bulk([row.latest_author for row in rows if row.latest_author])
    return [
        Row(each, Standing.CHANGED, display_name(authors.get(each.latest_author or 0), "命令行"), each.changed_at)
        for each in rows
    ]
