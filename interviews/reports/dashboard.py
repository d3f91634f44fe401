"""The newsroom at a glance: what lies with whom, and since when. A fixed number of queries, whatever there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from interviews.models import Edition, Feature, ReviewStep, Revision, SignOff, Stage, Withdrawal
from interviews.models.display_name import display_name
from interviews.workflow.state import Standing, holding, open_editions, with_standing

MOST = 60


@dataclass(frozen=True)
class Row:
    """A feature, who holds it (a name, or the group whose step is open), and since when."""

    feature: Feature
    standing: Standing
    holder: str
    since: datetime | None
    note: str = ""


@dataclass
class Overview:
    mine: list[Row] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    in_review: list[Row] = field(default_factory=list)
    scheduled: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    today: list[Row] = field(default_factory=list)


def overview(user: User) -> Overview:
    """What this person sees of it: writers their own, who reviews or publishes everything."""
    visible = Feature.objects.all()
    if not user.has_perm("interviews.view_feature"):
        visible = visible.filter(Q(owner=user) | Q(pk__in=user.shared_features.values("pk")))
    visible = with_standing(visible.select_related("owner"))
    found = Overview()
    found.in_review = _in_review(visible)
    groups = {group.pk for group in user.groups.all()}
    found.waiting = [row for row in found.in_review if _waits_for(row, user, groups)]
    found.mine = _mine(visible, user)
    found.scheduled, found.today = _scheduled(visible), _published_today(visible)
    found.changed = _changed(visible)
    return found


def find_open_steps(features: Iterable[Feature]) -> None:
    """Sets `.open_step` (None: all are signed) and `.signed` on each feature in review: three queries for all.

    The features come from `with_standing`.
    """
    reviewed = [feature for feature in features if feature.stage == Stage.REVIEW]
    sign_offs = _current_sign_offs(reviewed)
    steps = list(ReviewStep.objects.filter(active=True).select_related("group"))
    for feature in reviewed:
        feature.signed = sign_offs[feature.pk]
        done = {sign_off.step_id for sign_off in feature.signed}
        feature.open_step = next((step for step in steps if step.pk not in done), None)


def _in_review(features: QuerySet[Feature]) -> list[Row]:
    rows = list(features.filter(stage=Stage.REVIEW).order_by("submitted_at")[:MOST])
    find_open_steps(rows)
    return [_reviewed(feature) for feature in rows]


def _reviewed(feature: Feature) -> Row:
    signed = feature.signed
    since = signed[-1].created_at if signed else feature.submitted_at
    if feature.open_step is None:
        return Row(feature, Standing.SIGNED, "等待发布", since, "各环节已签")
    names = "、".join(sign_off.step_name or sign_off.step.name for sign_off in signed)
    note = f"{names}已签" if names else ""
    return Row(feature, Standing.REVIEW, f"{feature.open_step.group.name}（{feature.open_step.name}）", since, note)


def _waits_for(row: Row, user: User, groups: set[int]) -> bool:
    """To be signed by this person, who neither wrote it nor signed it; or to be published."""
    step = row.feature.open_step
    if step is None:
        return user.has_perm("interviews.publish_feature")
    barred = row.feature.latest_author == user.pk or user.pk in {each.signer_id for each in row.feature.signed}
    return step.group_id in groups and not barred


def _current_sign_offs(features: Iterable[Feature]) -> dict[int, list[SignOff]]:
    keys = {feature.latest_revision: feature.pk for feature in features}
    found: dict[int, list[SignOff]] = defaultdict(list)
    rows = SignOff.objects.filter(revision__in=[key for key in keys if key]).select_related("step").order_by("pk")
    for sign_off in rows:
        found[keys[sign_off.revision_id]].append(sign_off)
    withdrawn = dict(
        Withdrawal.objects.filter(feature__in=keys.values()).order_by("pk").values_list("feature", "created_at")
    )
    return defaultdict(list, {key: holding(each, withdrawn.get(key)) for key, each in found.items()})


def _mine(features: QuerySet[Feature], user: User) -> list[Row]:
    """What I write: drafts of mine and those shared with me, and where my unsaved changes lie."""
    unsaved = user.working_copies.filter(feature=OuterRef("pk")).exclude(content="")
    own = features.filter(Q(owner=user) | Q(pk__in=user.shared_features.values("pk")) | Exists(unsaved))
    own = own.filter(Q(stage=Stage.DRAFT) & ~Exists(open_editions(OuterRef("pk"))) | Exists(unsaved))
    last = SignOff.objects.filter(revision__feature=OuterRef("pk")).order_by("-pk")
    own = own.annotate(last_verdict=Subquery(last.values("verdict")[:1]), unsaved=Exists(unsaved))
    return [_written(feature, user) for feature in own.order_by("-updated_at")[:MOST]]


def _written(feature: Feature, user: User) -> Row:
    notes = ["有没保存的改动"] if feature.unsaved else []
    if feature.last_verdict == "returned" and feature.stage == Stage.DRAFT:
        notes.append("被退回")
    holder = display_name(feature.owner, "命令行")
    standing = Standing.REVIEW if feature.stage == Stage.REVIEW else _at_rest(feature)
    return Row(feature, standing, holder, feature.updated_at, "，".join(notes))


def _at_rest(feature: Feature) -> Standing:
    if feature.newest_revision is None:
        return Standing.WITHDRAWN if feature.was_withdrawn else Standing.DRAFT
    return Standing.LIVE if feature.newest_revision == feature.latest_revision else Standing.CHANGED


def _editions(**condition: object) -> QuerySet[Edition]:
    shown = Q(published_until=None) | Q(published_until__gt=F("published_from"))
    return Edition.objects.filter(shown, feature=OuterRef("pk"), **condition).order_by("published_from")


def _scheduled(features: QuerySet[Feature]) -> list[Row]:
    coming = _editions(published_from__gt=timezone.now())
    rows = features.annotate(begins=Subquery(coming.values("published_from")[:1])).filter(begins__isnull=False)
    return [Row(each, Standing.SCHEDULED, "到时自动发布", each.begins) for each in rows.order_by("begins")[:MOST]]


def _published_today(features: QuerySet[Feature]) -> list[Row]:
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    begun = Edition.objects.public(now).filter(feature=OuterRef("pk"), published_from__gte=midnight)
    rows = features.annotate(began=Subquery(begun.values("published_from")[:1])).filter(began__isnull=False)
    return [Row(each, _at_rest(each), "读者可见", each.began) for each in rows.order_by("-began")[:MOST]]


def _changed(features: QuerySet[Feature]) -> list[Row]:
    """Readers see one text, the newsroom has a later one."""
    later = Revision.objects.filter(feature=OuterRef("pk")).order_by("-number")
    rows = features.filter(stage=Stage.DRAFT, newest_revision__isnull=False).exclude(
        newest_revision=F("latest_revision")
    )
    rows = rows.annotate(changed_at=Subquery(later.values("created_at")[:1])).order_by("-changed_at")[:MOST]
    authors = User.objects.in_bulk([row.latest_author for row in rows if row.latest_author])
    return [
        Row(each, Standing.CHANGED, display_name(authors.get(each.latest_author), "命令行"), each.changed_at)
        for each in rows
    ]
