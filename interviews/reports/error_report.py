"""Error report (差错统计): proofreading findings of some months, by person and by rule.

A page counts once per occasion: when first submitted, or when first published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from interviews.drafting.aliases import aliases
from interviews.models import Contributor, Interview, Occasion, PersonKind, ProofCheck, ProofPassage, ProofTally
from interviews.models.display_name import display_name
from interviews.proofreading import RULES, Severity, rate
from interviews.proofreading.lists import SEVERITY_NAMES

from .months import interval

REST = "标题、导语、图说等"
_SEVERITIES = {severity.value: name for severity, name in SEVERITY_NAMES.items()}
_BYLINES = ProofPassage.people.through
_SUMS = {name: Sum(name) for name in ("open", "dismissed", "mended", "points")}


@dataclass
class Line:
    """A line of totals. `left` has the number of open findings by severity."""

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

    def add(self, row: Mapping[str, Any]) -> None:
        self.left[row["severity"]] = self.left.get(row["severity"], 0) + row["open"]
        self.dismissed += row["dismissed"]
        self.mended += row["mended"]
        self.points += row["points"]


@dataclass(frozen=True)
class ReportParams:
    """Parameters of the report. Months are their first days, both included."""

    first: date
    last: date
    occasion: str = Occasion.PUBLISHED
    person: int | None = None
    rule: str = ""

    def _counted(self, path: str = "") -> Q:
        """Return the condition for checks in these months, for rows that refer to their check by `path`."""
        start, end = interval(self.first, self.last)
        values = {"first": True, "occasion": self.occasion, "created_at__gte": start, "created_at__lt": end}
        return Q(**{path + name: value for name, value in values.items()})

    def checks(self) -> QuerySet[ProofCheck]:
        rows = ProofCheck.objects.filter(self._counted()).order_by("-created_at", "-pk")
        # Pages without a finding of the rule aren't listed, though their characters count for its rate.
        if self.rule:
            return rows.filter(pk__in=self.tallies().values_list("passage__check_of"))
        return rows.filter(pk__in=self.passages().values_list("check_of")) if self.person else rows

    def passages(self) -> QuerySet[ProofPassage]:
        rows = ProofPassage.objects.filter(self._counted("check_of__"))
        return rows.filter(pk__in=self._own_passages) if self.person else rows

    @property
    def _own_passages(self) -> QuerySet[Any, Any]:
        merged = [key for key, kept in self.kept.items() if kept == self.person]
        return _BYLINES.objects.filter(contributor__in=[self.person, *merged]).values("proofpassage")

    @cached_property
    def kept(self) -> dict[int, int]:
        """The ids of merged contributors, mapped to the records kept."""
        return aliases()[PersonKind.CONTRIBUTOR.value]

    def tallies(self) -> QuerySet[ProofTally]:
        rows = ProofTally.objects.filter(self._counted("passage__check_of__"))
        if self.person:
            rows = rows.filter(passage__in=self._own_passages)
        return rows.filter(rule=self.rule) if self.rule else rows


@dataclass
class Report:
    """The report. `people` has None for text without a byline (headlines, lead, captions, credits)."""

    total: Line
    people: list[tuple[Contributor | None, Line]]
    rules: list[tuple[str, str, Line]]  # name, title


def report(params: ReportParams) -> Report:
    """Compile the report in a fixed number of queries."""
    return Report(_total(params), _people(params), _rules(params))


def _total(params: ReportParams) -> Line:
    size = params.passages().aggregate(
        pages=Count("check_of", distinct=True), statements=Count("interview_id"), characters=Sum("characters")
    )
    total = Line(pages=size["pages"], statements=size["statements"], characters=size["characters"] or 0)
    for row in params.tallies().order_by().values("severity").annotate(**_SUMS):
        total.add(row)
    if not params.person and not params.rule:  # a page's score is capped per category
        total.points = params.checks().aggregate(points=Sum("points"))["points"] or 0.0
    return total


def _people(params: ReportParams) -> list[tuple[Contributor | None, Line]]:
    kept = params.kept
    lines: dict[int | None, Line] = {}
    sizes = params.passages().order_by().values("people")
    for size in sizes.annotate(
        pages=Count("check_of", distinct=True), statements=Count("interview_id"), characters=Sum("characters")
    ):
        line = lines.setdefault(kept.get(size["people"], size["people"]), Line())
        line.pages += size["pages"]
        line.statements += size["statements"]
        line.characters += size["characters"]
    for row in params.tallies().order_by().values("passage__people", "severity").annotate(**_SUMS):
        lines[kept.get(row["passage__people"], row["passage__people"])].add(row)
    if params.person:  # leave out coauthors of the same statements
        lines = {params.person: lines.get(params.person, Line())}
    records = {row.pk: row for row in Contributor.objects.filter(pk__in=[key for key in lines if key])}
    rows = [(records.get(key) if key else None, line) for key, line in lines.items()]
    return sorted(rows, key=lambda row: (row[0] is None, -row[1].rate, row[0].name_sort if row[0] else ""))


def _rules(params: ReportParams) -> list[tuple[str, str, Line]]:
    lines: dict[str, Line] = {}
    for row in params.tallies().order_by().values("rule", "severity").annotate(**_SUMS):
        lines.setdefault(row["rule"], Line()).add(row)
    rows = [(name, title_of(name), line) for name, line in lines.items()]
    return sorted(rows, key=lambda row: (-row[2].points, -row[2].open, -row[2].mended, row[0]))


def title_of(rule: str) -> str:
    """Return a rule's title, or its name if the rule no longer exists."""
    return RULES[rule].title if rule in RULES else rule


def lines_of_pages(params: ReportParams, checks: list[ProofCheck]) -> list[tuple[ProofCheck, Line]]:
    """Return a line for each of these pages: two queries."""
    lines = {check.pk: Line() for check in checks}
    sizes = params.passages().filter(check_of__in=checks).order_by().values("check_of")
    for size in sizes.annotate(statements=Count("interview_id"), characters=Sum("characters")):
        line = lines[size["check_of"]]
        line.statements, line.characters = size["statements"], size["characters"]
    tallies = params.tallies().filter(passage__check_of__in=checks).order_by()
    for row in tallies.values("passage__check_of", "severity").annotate(**_SUMS):
        lines[row["passage__check_of"]].add(row)
    if not params.person and not params.rule:
        for check in checks:
            lines[check.pk].points = check.points
    return [(check, lines[check.pk]) for check in checks]


HEADINGS = ["时间（北京）", "时机", "专题编号", "专题", "修订号", "修订人", "处所", "署名", "规则", "级别"]
HEADINGS += ["留下", "忽略", "改正", "计差错", "处所字数", "网址"]


def table(params: ReportParams, address: Callable[[int], str]) -> Iterator[list[object]]:
    """Yield headings and a line per passage and rule with findings. A fixed number of queries."""
    statements = Interview.objects.filter(pk__in=params.passages().values("interview_id")).select_related("speaker")
    # Speakers may have been removed since the count.
    speakers = {each.pk: each.speaker.name if each.speaker else str(each) for each in statements}
    names: dict[int, list[str]] = {}
    bylines = _BYLINES.objects.filter(proofpassage__in=params.passages()).order_by("pk")
    for key, name in bylines.values_list("proofpassage", "contributor__name"):
        names.setdefault(key, []).append(name)
    rows = params.tallies().select_related(
        "passage__check_of__feature", "passage__check_of__revision", "passage__check_of__author"
    )
    yield list(HEADINGS)
    for row in rows.defer("passage__check_of__revision__document").order_by("-passage__check_of__created_at", "pk"):
        passage, check = row.passage, row.passage.check_of
        speaker = speakers.get(passage.interview_id or 0, "已删去的受访者")
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
            _SEVERITIES.get(row.severity, row.severity),
            row.open,
            row.dismissed,
            row.mended,
            row.points,
            passage.characters,
            address(check.feature_id),
        ]
