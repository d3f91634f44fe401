"""What the proofreader finds on a page, and what the newsroom has said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ..chinese import drop_unseen
from ..document import FeatureDocument
from ..models import Dismissal, Feature, Speaker
from ..proofreading import DEFAULT, RULES, Context, Finding, PersonOnRecord, proofread
from .commenting import may_resolve
from .refusal import Refused
from .state import lock

LONGEST_REASON = 500


@dataclass(frozen=True)
class Checked:
    """A finding, the Chinese name of its place, and who dismissed it why, if somebody did."""

    finding: Finding
    place: str
    dismissal: Dismissal | None

    @property
    def title(self) -> str:
        return RULES[self.finding.rule].title


def checked(document: FeatureDocument, feature: Feature | None = None) -> list[Checked]:
    """All findings of a page in its order, errors first. Two queries."""
    dismissals = {each.key: each for each in feature.dismissals.select_related("user")} if feature else {}
    found = [
        Checked(each, place_of(each.path, document), dismissals.get(each.key))
        for each in proofread(document, _context(document))
    ]
    grades = ["error", "warning", "hint"]
    return sorted(found, key=lambda each: (each.dismissal is not None, grades.index(each.finding.severity)))


def unresolved_errors(document: FeatureDocument, feature: Feature) -> list[Checked]:
    return [each for each in checked(document, feature) if each.finding.severity == "error" and not each.dismissal]


def dismiss(*, feature: Feature, actor: User, key: str, rule: str, excerpt: str, reason: str) -> Dismissal:
    """Say that a finding is no fault here. Whoever may edit or review may, with a reason and under their name."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_resolve(actor, feature):
            raise Refused("你不能处理这个专题的校对提示。")
        if rule not in RULES or not re.fullmatch(r"[0-9a-f]{1,40}", key):
            raise Refused("没有这条校对提示，请刷新页面。")
        reason = drop_unseen(reason).strip()
        if not reason:
            raise Refused("忽略校对提示须写理由。")
        if len(reason) > LONGEST_REASON:
            raise Refused(f"理由最多 {LONGEST_REASON} 字。")
        values = {"rule": rule, "excerpt": drop_unseen(excerpt)[:1000], "reason": reason, "user": actor}
        return Dismissal.objects.update_or_create(feature=feature, key=key, defaults=values)[0]


def reinstate(*, feature: Feature, actor: User, key: str) -> None:
    """Take a dismissal back: the finding stands again."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_resolve(actor, feature):
            raise Refused("你不能处理这个专题的校对提示。")
        feature.dismissals.filter(key=key).delete()


def place_of(path: str, document: FeatureDocument) -> str:
    """`topics[1].interviews[0].body` as an editor calls it."""
    plain = {"headline": "主标题", "subtitle": "副标题", "kicker": "肩题", "lead": "导语", "issue": "见报"}
    plain |= {"credits": "本版署名", "photos": "图片说明", "cover": "封面", "subjects": "领域"}
    step = re.match(r"topics\[(\d+)\](?:\.interviews\[(\d+)\])?\.?(\w*)", path)
    if not step:
        return plain.get(re.split(r"[.\[]", path)[0], "整版")
    number, place, part = int(step[1]), step[2], step[3]
    if place is None:
        return f"第 {number + 1} 个话题"
    name = document.topics[number].interviews[int(place)].speaker.name or "未填受访者"
    return f"{name}的" + {"body": "谈话", "credits": "署名", "portrait": "肖像"}.get(part, "单位、职务、姓名")


def _context(document: FeatureDocument) -> Context:
    names = {each.speaker.name for topic in document.topics for each in topic.interviews if each.speaker.name}
    people = tuple(
        PersonOnRecord(name=row.name, organisation=row.organisation, job_title=row.job_title, id=row.pk)
        for row in Speaker.objects.filter(name__in=names, merged_into=None)
    )
    return Context(today=timezone.localdate(), terms=DEFAULT.terms, officials=DEFAULT.officials, people=people)
