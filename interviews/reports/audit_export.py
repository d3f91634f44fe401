"""Export the audit chain as a table for inspectors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Concat
from django.utils import timezone

from interviews.models import Edition, Feature, LedgerEntry, LedgerHead, SignOff
from interviews.models.display_name import display_name

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class _Facts(TypedDict):
    headline: str | None
    step_name: str | None
    revision_number: int | None


VERBS = {"signed": "签发", "returned": "退回", "published": "发布", "withdrawn": "撤下"}
HEADINGS = ["序号", "时间（北京）", "专题编号", "专题标题", "动作", "审稿环节", "修订号", "经手人", "意见、理由或说明"]
HEADINGS += ["越权", "散列值"]


def entries(
    *,
    since: date | None = None,
    until: date | None = None,
    verb: str = "",
    feature: int | None = None,
    person: str = "",
) -> QuerySet[LedgerEntry]:
    """Filter entries; `since` and `until` are inclusive, in local time. `person` is a username or display name."""
    rows = LedgerEntry.objects.order_by("sequence")
    if since:
        rows = rows.filter(created_at__gte=_local(since, time.min))
    if until:
        rows = rows.filter(created_at__lte=_local(until, time.max))
    if verb:
        rows = rows.filter(verb=verb)
    if feature:
        rows = rows.filter(feature_id=feature)
    if person:
        # The sealed payload has the username of the time, even if the user was deleted since.
        sealed = f'"by":{json.dumps(person, ensure_ascii=False)}'
        rows = rows.annotate(family_first=Concat("actor__last_name", "actor__first_name"))
        rows = rows.filter(Q(payload__contains=sealed) | Q(family_first=person) | Q(actor__first_name=person))
    return rows


def table(rows: QuerySet[LedgerEntry]) -> Iterator[list[str]]:
    """Yield headings, a line per entry, and the head of the chain at the start of the export: two queries."""
    head = LedgerHead.objects.filter(pk=1).first() or LedgerHead()
    yield HEADINGS
    for entry in _with_facts(rows.filter(sequence__lte=head.sequence)).iterator(chunk_size=500):
        yield _line(entry)
    yield ["链尾", "", "", "", "", "", "", "", f"全部记录共 {head.sequence} 条", "", head.hash]


def _local(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def _with_facts(rows: QuerySet[LedgerEntry]) -> QuerySet[WithAnnotations[LedgerEntry, _Facts]]:
    sign_off, edition = SignOff.objects.filter(pk=OuterRef("row")), Edition.objects.filter(pk=OuterRef("row"))
    signed = Q(verb__in=["signed", "returned"])
    return rows.select_related("actor").annotate(
        headline=Subquery(Feature.objects.filter(pk=OuterRef("feature_id")).values("headline")[:1]),
        step_name=Case(When(signed, then=Subquery(sign_off.values("step__name")[:1]))),
        revision_number=Case(
            When(signed, then=Subquery(sign_off.values("revision__number")[:1])),
            When(verb="published", then=Subquery(edition.values("revision__number")[:1])),
        ),
    )


def _line(entry: WithAnnotations[LedgerEntry, _Facts]) -> list[str]:
    facts = _facts(entry)
    remarks = [facts.get(name) for name in ("comment", "reason", "note")]
    if facts.get("wrong"):
        remarks.insert(0, f"{facts['wrong']} → {facts.get('right', '')}")
    return [
        str(entry.sequence),
        timezone.localtime(entry.created_at).isoformat(timespec="seconds"),
        str(entry.feature_id),
        entry.headline or "",
        VERBS.get(entry.verb, entry.verb),
        entry.step_name or "",
        str(entry.revision_number or ""),
        _person(entry, str(facts.get("by", ""))),
        "\n".join(str(each) for each in remarks if each),
        "是" if facts.get("override") else "否",
        entry.hash,
    ]


def _person(entry: LedgerEntry, account: str) -> str:
    """Return the username of the time, with the user's current display name if the user still exists."""
    name = display_name(entry.actor)
    return f"{name}（{account}）" if name not in ("", account) else account


def _facts(entry: LedgerEntry) -> dict[str, Any]:
    try:
        facts = json.loads(entry.payload)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}
