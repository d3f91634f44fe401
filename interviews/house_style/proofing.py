"""Proofread a page by the house style; dismiss findings and take dismissals back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from interviews.document import FeatureDocument
from interviews.document.credit_roles import RoleKinds
from interviews.document.walk import Places, placed_interviews
from interviews.errors import RefusedError
from interviews.models import CreditRole, Dismissal, Feature, Speaker
from interviews.proofreading import RULES, Context, Finding, PersonOnRecord, Score, characters_of, proofread, score
from interviews.text.chinese import drop_unseen
from interviews.workflow.permissions import may_resolve
from interviews.workflow.state import lock

from .context import house_officials, house_terms, house_weights

LONGEST_REASON = 500


@dataclass(frozen=True)
class Checked:
    """A finding with the Chinese name of its place and its dismissal, if any."""

    finding: Finding
    place: str
    dismissal: Dismissal | None

    @property
    def title(self) -> str:
        return RULES[self.finding.rule].title


def checked(document: FeatureDocument, feature: Feature | None = None, kinds: RoleKinds | None = None) -> list[Checked]:
    """Proofread a page. Findings are sorted by severity, dismissed ones last. Five queries, four with `kinds`."""
    dismissals = {each.key: each for each in feature.dismissals.select_related("user")} if feature else {}
    places = Places(document)
    found = [
        Checked(each, places.name(each.path), dismissals.get(each.key))
        for each in proofread(document, _context(document, CreditRole.objects.kinds() if kinds is None else kinds))
    ]
    grades = ["error", "warning", "hint"]
    return sorted(found, key=lambda each: (each.dismissal is not None, grades.index(each.finding.severity)))


def score_of(document: FeatureDocument, found: list[Checked]) -> Score:
    """Return a page's error score by its findings, ignoring dismissed ones. One query."""
    undismissed = [each.finding for each in found if not each.dismissal]
    return score(undismissed, characters_of(document), house_weights())


def dismiss(*, feature: Feature, actor: User, key: str, rule: str, excerpt: str, reason: str) -> Dismissal:
    """Dismiss a finding as a false positive in this feature. Raises RefusedError without permission or reason."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_resolve(actor, feature):
            raise RefusedError("你不能处理这个专题的校对提示。")
        if rule not in RULES or not re.fullmatch(r"[0-9a-f]{1,40}", key):
            raise RefusedError("没有这条校对提示，请刷新页面。")
        reason = drop_unseen(reason).strip()
        if not reason:
            raise RefusedError("忽略校对提示须写理由。")
        if len(reason) > LONGEST_REASON:
            raise RefusedError(f"理由最多 {LONGEST_REASON} 字。")
        values = {"rule": rule, "excerpt": drop_unseen(excerpt)[:1000], "reason": reason, "user": actor}
        return Dismissal.objects.update_or_create(feature=feature, key=key, defaults=values)[0]


def reinstate(*, feature: Feature, actor: User, key: str) -> None:
    """Take a dismissal back."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_resolve(actor, feature):
            raise RefusedError("你不能处理这个专题的校对提示。")
        feature.dismissals.filter(key=key).delete()


def _context(document: FeatureDocument, kinds: RoleKinds) -> Context:
    names = {each.interview.speaker.name for each in placed_interviews(document)} - {""}
    people = tuple(
        PersonOnRecord(name=row.name, organisation=row.organisation, job_title=row.job_title, id=row.pk)
        for row in Speaker.objects.filter(name__in=names, merged_into=None)
    )
    return Context(
        today=timezone.localdate(),
        terms=house_terms(),
        officials=house_officials(),
        people=people,
        role_kinds=kinds,
    )
