"""The house lists as CSV: words (用语表), and who held which post (职务表)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import lru_cache
from importlib.resources import files
from typing import Generic, TypeVar

from .context import Official, Skip, Term, TermKind
from .rules import Severity

Row = TypeVar("Row")
Choice = TypeVar("Choice")
KIND_NAMES = {TermKind.FORBIDDEN: "禁用", TermKind.CAREFUL: "慎用", TermKind.PREFERRED: "推荐"}
SEVERITY_NAMES = {Severity.ERROR: "差错", Severity.WARNING: "警告", Severity.HINT: "提示"}
SKIP_NAMES = {Skip.QUOTATION: "引语", Skip.TITLE: "书名"}


class TermsRefusedError(ValueError):
    """The list cannot be read. `.faults` are sentences that name the line."""

    def __init__(self, faults: Sequence[str]):
        self.faults = list(faults)
        super().__init__("；".join(faults))


@dataclass(frozen=True, slots=True)
class Reading(Generic[Row]):
    """What could be read, each row with the number of its line (from 1, the heading), and a sentence for each fault.
    `columns` are those of the heading: of the others the file says nothing."""

    rows: tuple[tuple[int, Row], ...]
    faults: tuple[str, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HouseList(Generic[Row]):
    """A list's columns, those that must be there and those that must be filled in, and how a line becomes a row and a
    row a line."""

    columns: tuple[str, ...]
    needed: tuple[str, ...]
    filled: tuple[str, ...]
    make: Callable[[dict[str, str]], Row]
    cells: Callable[[Row], tuple[str, ...]]

    def read(self, lines: Sequence[Sequence[str]]) -> Reading[Row]:
        """The lines of a table with a heading, in any order of columns. Empty lines are left out."""
        heading = [cell.strip() for cell in lines[0]] if lines else []
        if fault := self._fault_of_heading(heading):
            return Reading((), (fault,))
        rows, faults = [], []
        for number, line in enumerate(lines[1:], start=2):
            cells = [cell.strip() for cell in line]
            if not any(cells):
                continue
            try:
                rows.append((number, self._row(heading, cells)))
            except ValueError as error:
                faults.append(f"第 {number} 行：{error}。")
        return Reading(tuple(rows), tuple(faults), tuple(heading))

    def _fault_of_heading(self, heading: list[str]) -> str:
        unknown = [name for name in heading if name not in self.columns]
        missing = [name for name in self.needed if name not in heading]
        if not unknown and not missing and len(set(heading)) == len(heading):
            return ""
        extra = f"，不认识“{unknown[0]}”" if unknown else f"，缺少“{missing[0]}”" if missing else "，有重复的栏目"
        return f"第一行应是表头：{'、'.join(self.columns)}{extra}。"

    def _row(self, heading: list[str], cells: list[str]) -> Row:
        if len(cells) > len(heading):
            raise ValueError("栏目比表头多")
        row = dict.fromkeys(self.columns, "") | dict(zip(heading, cells, strict=False))
        for name in self.filled:
            if not row[name]:
                raise ValueError(f"缺少{name}")
        return self.make(row)

    def table(self, rows: Iterable[Row]) -> list[tuple[str, ...]]:
        """The heading and a line for each row, as `read` reads them."""
        return [self.columns, *map(self.cells, rows)]


def lines_of(text: str) -> list[list[str]]:
    """The cells of a CSV; of one parted by tabs where the heading has tabs only. Raises TermsRefusedError."""
    text = text.lstrip("\ufeff")
    heading = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), strict=True, delimiter="\t" if "\t" in heading and "," not in heading else ","
    )
    try:
        return list(reader)
    except csv.Error as error:
        raise TermsRefusedError([f"不是有效的 CSV：第 {reader.line_num} 行附近的引号不成对，或者一格太长。"]) from error


# --- words ---------------------------------------------------------------------------------------------------------


def _term(row: dict[str, str]) -> Term:
    return Term(
        word=row["词语"],
        kind=_choice(KIND_NAMES, row["类别"] or "慎用", "类别"),
        severity=_choice(SEVERITY_NAMES, row["级别"] or "警告", "级别"),
        replacement=row["改为"],
        reason=row["理由"],
        source=row["出处"],
        owner=row["负责人"],
        expires=_day(row["有效期至"], "有效期"),
        skip=frozenset(_choice(SKIP_NAMES, word, "不查") for word in listed(row["不查"])),
        unless=tuple(listed(row["例外"])),
    )


def _cells_of_term(term: Term) -> tuple[str, ...]:
    return (
        term.word,
        KIND_NAMES[term.kind],
        SEVERITY_NAMES[term.severity],
        term.replacement,
        term.reason,
        term.source,
        term.owner,
        _written(term.expires),
        "|".join(name for choice, name in SKIP_NAMES.items() if choice in term.skip),
        "|".join(term.unless),
    )


TERMS = HouseList(
    ("词语", "类别", "级别", "改为", "理由", "出处", "负责人", "有效期至", "不查", "例外"),
    ("词语",),
    ("词语",),
    _term,
    _cells_of_term,
)


def read_terms(text: str) -> list[Term]:
    """The rows of a CSV with the columns of TERMS (in any order, 词语 required). Raises TermsRefusedError."""
    reading = TERMS.read(lines_of(text))
    if reading.faults:
        raise TermsRefusedError(reading.faults)
    return [term for _, term in reading.rows]


def write_terms(rows: Iterable[Term]) -> str:
    """CSV that `read_terms` reads back as the same rows."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(TERMS.table(rows))
    return out.getvalue()


@lru_cache(maxsize=1)
def sample_terms() -> tuple[Term, ...]:
    """The rows shipped with the site, each with its source."""
    return tuple(read_terms(files(__package__).joinpath("terms.csv").read_text(encoding="utf-8")))


# --- posts ---------------------------------------------------------------------------------------------------------


def _official(row: dict[str, str]) -> Official:
    since, until = _day(row["任职日期"], "任职日期"), _day(row["离任日期"], "离任日期")
    if since and until and until < since:
        raise ValueError("离任日期早于任职日期")
    return Official(row["姓名"], row["职务"], since, until, row["出处"])


def _cells_of_official(official: Official) -> tuple[str, ...]:
    return (official.name, official.post, _written(official.since), _written(official.until), official.source)


OFFICIALS = HouseList(
    ("姓名", "职务", "任职日期", "离任日期", "出处"),
    ("姓名", "职务", "任职日期"),  # a term of office is known again by its first day
    ("姓名", "职务"),
    _official,
    _cells_of_official,
)


# --- cells ---------------------------------------------------------------------------------------------------------


def _choice(names: dict[Choice, str], said: str, column: str) -> Choice:
    for choice, name in names.items():
        if name == said:
            return choice
    raise ValueError(f"{column}“{said}”应是{'、'.join(names.values())}之一")


def _day(said: str, column: str) -> Date | None:
    """2026-12-31; also as spreadsheets write it, 2026/12/31 or 2026/1/5."""
    if not said:
        return None
    try:
        year, month, day = said.replace("/", "-").split("-")
        return Date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        raise ValueError(f"{column}“{said}”应写作 2026-12-31") from None


def _written(day: Date | None) -> str:
    return day.isoformat() if day else ""


def listed(cell: str) -> list[str]:
    """The words of a cell, parted by |."""
    return [word for word in map(str.strip, cell.split("|")) if word]
