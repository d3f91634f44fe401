"""The record as a table for inspection: who did what when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date as Date
from datetime import datetime, time

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Concat
from django.utils import timezone

from interviews.models import Edition, Feature, LedgerEntry, LedgerHead, SignOff
from interviews.models.display_name import display_name

VERBS = {"signed": "签发", "returned": "退回", "published": "发布", "withdrawn": "撤下"}
HEADINGS = ["序号", "时间（北京）", "专题编号", "专题标题", "动作", "审稿环节", "修订号", "经手人", "意见、理由或说明"]
HEADINGS += ["越权", "散列值"]


def entries(
    *,
    since: Date | None = None,
    until: Date | None = None,
    verb: str = "",
    feature: int | None = None,
    person: str = "",
) -> QuerySet[LedgerEntry]:
    """The entries of the days from `since` to `until` (Beijing, both included). `person` is an account or a name."""
    rows = LedgerEntry.objects.order_by("sequence")
    if since:
        rows = rows.filter(created_at__gte=_moment(since, time.min))
    if until:
        rows = rows.filter(created_at__lte=_moment(until, time.max))
    if verb:
        rows = rows.filter(verb=verb)
    if feature:
        rows = rows.filter(feature_id=feature)
    if person:
        # The account as it was called then stands in the sealed text, also when it is gone.
        sealed = f'"by":{json.dumps(person, ensure_ascii=False)}'
        rows = rows.annotate(family_first=Concat("actor__last_name", "actor__first_name"))
        rows = rows.filter(Q(payload__contains=sealed) | Q(family_first=person) | Q(actor__first_name=person))
    return rows


def table(rows: QuerySet[LedgerEntry]) -> Iterator[list[str]]:
    """Headings, a line an entry, and at the end where the chain stood when this began: two queries for any number."""
    head = LedgerHead.objects.filter(pk=1).first() or LedgerHead()
    yield HEADINGS
    for entry in _with_facts(rows.filter(sequence__lte=head.sequence)).iterator(chunk_size=500):
        yield _line(entry)
    yield ["链尾", "", "", "", "", "", "", "", f"全部记录共 {head.sequence} 条", "", head.hash]


def _moment(day: Date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def _with_facts(rows: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
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


def _line(entry: LedgerEntry) -> list[str]:
    facts = _facts(entry)
    said = [facts.get(name) for name in ("comment", "reason", "note")]
    if facts.get("wrong"):
        said.insert(0, f"{facts['wrong']} → {facts.get('right', '')}")
    return [
        str(entry.sequence),
        timezone.localtime(entry.created_at).isoformat(timespec="seconds"),
        str(entry.feature_id),
        entry.headline or "",
        VERBS.get(entry.verb, entry.verb),
        entry.step_name or "",
        str(entry.revision_number or ""),
        _person(entry, str(facts.get("by", ""))),
        "\n".join(str(each) for each in said if each),
        "是" if facts.get("override") else "否",
        entry.hash,
    ]


def _person(entry: LedgerEntry, account: str) -> str:
    """The account as it was called then, with today's name of its owner where there still is one."""
    name = display_name(entry.actor)
    return f"{name}（{account}）" if name not in ("", account) else account


def _facts(entry: LedgerEntry) -> dict:
    try:
        facts = json.loads(entry.payload)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}
