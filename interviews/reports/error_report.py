"""The error report (差错统计): what was counted in some months, person by person and rule by rule.

A page counts once an occasion: as it was first handed in, or as it was first published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from interviews.drafting.aliases import aliases
from interviews.models import Contributor, Interview, Occasion, PersonKind, ProofCheck, ProofPassage, ProofTally
from interviews.models.display_name import display_name
from interviews.proofreading import RULES, Severity, rate
from interviews.proofreading.lists import SEVERITY_NAMES

REST = "标题、导语、图说等"
_BYLINES = ProofPassage.people.through
_SUMS = {name: Sum(name) for name in ("open", "dismissed", "mended", "points")}


@dataclass
class Line:
    """Findings that are counted together. `left` is how many of each severity were left open."""

    pages: int = 0
    statements: int = 0
    characters: int = 0
    dismissed: int = 0
    mended: int = 0
    points: float = 0.0
    left: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Severity, 0))

    @property
    def open(self) -> int:
        return sum(self.left.values())

    @property
    def rate(self) -> float:
        return rate(self.points, self.characters)

    def add(self, row: dict[str, Any]) -> None:
        self.left[row["severity"]] = self.left.get(row["severity"], 0) + row["open"]
        self.dismissed += row["dismissed"]
        self.mended += row["mended"]
        self.points += row["points"]


@dataclass(frozen=True)
class Asked:
    """What the report is asked for. Months are their first days, both included."""

    first: Date
    last: Date
    occasion: str = Occasion.PUBLISHED
    person: int | None = None
    rule: str = ""

    def _counted(self, path: str = "") -> Q:
        """What is counted of these months, asked of rows whose check stands at `path`."""
        start = timezone.make_aware(datetime(self.first.year, self.first.month, 1))
        end = timezone.make_aware(datetime(self.last.year + self.last.month // 12, self.last.month % 12 + 1, 1))
        values = {"first": True, "occasion": self.occasion, "created_at__gte": start, "created_at__lt": end}
        return Q(**{path + name: value for name, value in values.items()})

    def checks(self) -> QuerySet[ProofCheck]:
        rows = ProofCheck.objects.filter(self._counted()).order_by("-created_at", "-pk")
        if self.person or self.rule:
            # A page without the rule is none of its pages, though its characters are among those it is measured by.
            chosen = self.tallies().values("passage__check_of") if self.rule else self.passages().values("check_of")
            rows = rows.filter(pk__in=chosen)
        return rows

    def passages(self) -> QuerySet[ProofPassage]:
        rows = ProofPassage.objects.filter(self._counted("check_of__"))
        return rows.filter(pk__in=self._own_passages) if self.person else rows

    @property
    def _own_passages(self) -> QuerySet:
        merged = [key for key, kept in self.kept.items() if kept == self.person]
        return _BYLINES.objects.filter(contributor__in=[self.person, *merged]).values("proofpassage")

    @cached_property
    def kept(self) -> dict[int, int]:
        """Whom a merged record stands for today."""
        return aliases()[PersonKind.CONTRIBUTOR.value]

    def tallies(self) -> QuerySet[ProofTally]:
        rows = ProofTally.objects.filter(self._counted("passage__check_of__"))
        if self.person:
            rows = rows.filter(passage__in=self._own_passages)
        return rows.filter(rule=self.rule) if self.rule else rows


@dataclass
class Report:
    """`people`: a person, or None for what has no byline (headlines, lead, captions, credits)."""

    total: Line
    people: list[tuple[Contributor | None, Line]]
    rules: list[tuple[str, str, Line]]  # name, title


def report(asked: Asked) -> Report:
    """A fixed number of queries, whatever there is."""
    return Report(_total(asked), _people(asked), _rules(asked))


def _total(asked: Asked) -> Line:
    size = asked.passages().aggregate(
        pages=Count("check_of", distinct=True), statements=Count("interview_id"), characters=Sum("characters")
    )
    total = Line(**{name: value or 0 for name, value in size.items()})
    for row in asked.tallies().order_by().values("severity").annotate(**_SUMS):
        total.add(row)
    if not asked.person and not asked.rule:  # a page's score may have a limit for a matter
        total.points = asked.checks().aggregate(points=Sum("points"))["points"] or 0.0
    return total


def _people(asked: Asked) -> list[tuple[Contributor | None, Line]]:
    kept = asked.kept
    lines: dict[int | None, Line] = {}
    for row in (
        asked.passages()
        .order_by()
        .values("people")
        .annotate(
            pages=Count("check_of", distinct=True), statements=Count("interview_id"), characters=Sum("characters")
        )
    ):
        line = lines.setdefault(kept.get(row["people"], row["people"]), Line())
        line.pages += row["pages"]
        line.statements += row["statements"]
        line.characters += row["characters"]
    for row in asked.tallies().order_by().values("passage__people", "severity").annotate(**_SUMS):
        lines[kept.get(row["passage__people"], row["passage__people"])].add(row)
    if asked.person:  # others who signed the same statements
        lines = {asked.person: lines.get(asked.person, Line())}
    records = {row.pk: row for row in Contributor.objects.filter(pk__in=[key for key in lines if key])}
    rows = [(records.get(key) if key else None, line) for key, line in lines.items()]
    return sorted(rows, key=lambda row: (row[0] is None, -row[1].rate, row[0].name_sort if row[0] else ""))


def _rules(asked: Asked) -> list[tuple[str, str, Line]]:
    lines: dict[str, Line] = {}
    for row in asked.tallies().order_by().values("rule", "severity").annotate(**_SUMS):
        lines.setdefault(row["rule"], Line()).add(row)
    rows = [(name, title_of(name), line) for name, line in lines.items()]
    return sorted(rows, key=lambda row: (-row[2].points, -row[2].open, -row[2].mended, row[0]))


def title_of(rule: str) -> str:
    """A rule may have gone since it was counted."""
    return RULES[rule].title if rule in RULES else rule


def lines_of_pages(asked: Asked, checks: list[ProofCheck]) -> list[tuple[ProofCheck, Line]]:
    """Some of the pages, each with its line: two queries."""
    lines = {check.pk: Line() for check in checks}
    sizes = asked.passages().filter(check_of__in=checks).order_by().values("check_of")
    for row in sizes.annotate(statements=Count("interview_id"), characters=Sum("characters")):
        line = lines[row["check_of"]]
        line.statements, line.characters = row["statements"], row["characters"]
    tallies = asked.tallies().filter(passage__check_of__in=checks).order_by()
    for row in tallies.values("passage__check_of", "severity").annotate(**_SUMS):
        lines[row["passage__check_of"]].add(row)
    if not asked.person and not asked.rule:
        for check in checks:
            lines[check.pk].points = check.points
    return [(check, lines[check.pk]) for check in checks]


HEADINGS = ["时间（北京）", "时机", "专题编号", "专题", "修订号", "修订人", "处所", "署名", "规则", "级别"]
HEADINGS += ["留下", "忽略", "改正", "计差错", "处所字数", "网址"]


def table(asked: Asked, address: Callable[[int], str]) -> Iterator[list[object]]:
    """A line for each rule in each passage where something was found. A fixed number of queries."""
    statements = Interview.objects.filter(pk__in=asked.passages().values("interview_id")).select_related("speaker")
    speakers = {interview.pk: interview.speaker.name for interview in statements}
    names: dict[int, list[str]] = {}
    bylines = _BYLINES.objects.filter(proofpassage__in=asked.passages()).order_by("pk")
    for passage, name in bylines.values_list("proofpassage", "contributor__name"):
        names.setdefault(passage, []).append(name)
    rows = asked.tallies().select_related(
        "passage__check_of__feature", "passage__check_of__revision", "passage__check_of__author"
    )
    yield list(HEADINGS)
    for row in rows.defer("passage__check_of__revision__document").order_by("-passage__check_of__created_at", "pk"):
        passage, check = row.passage, row.passage.check_of
        speaker = speakers.get(passage.interview_id, "已删去的受访者")
        place = f"{speaker}的谈话" if passage.interview_id else REST
        author = display_name(check.author)
        yield [
            f"{timezone.localtime(check.created_at):%Y-%m-%d %H:%M}",
            check.get_occasion_display(),
            check.feature_id,
            str(check.feature),
            check.revision.number,
            author,
            place,
            "、".join(names.get(passage.pk, [])),
            title_of(row.rule),
            SEVERITY_NAMES.get(row.severity, row.severity),
            row.open,
            row.dismissed,
            row.mended,
            row.points,
            passage.characters,
            address(check.feature_id),
        ]
