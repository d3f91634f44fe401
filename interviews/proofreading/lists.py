"""Read and write the house lists as CSV: terms (用语表) and office holders (职务表)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
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


class TermsError(ValueError):
    """The list is invalid. `.faults` are sentences with line numbers."""

    def __init__(self, faults: Sequence[str]):
        self.faults = list(faults)
        super().__init__("；".join(faults))


@dataclass(frozen=True, slots=True)
class Reading(Generic[Row]):
    """The valid rows with their line numbers (the heading is line 1), and a sentence for each fault.
    `columns` are the columns of the heading."""

    rows: tuple[tuple[int, Row], ...]
    faults: tuple[str, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HouseList(Generic[Row]):
    """The format of a list: its columns, the required ones (`needed`), those that must not be empty (`filled`), and the
    conversions from cells to a row and back."""

    columns: tuple[str, ...]
    needed: tuple[str, ...]
    filled: tuple[str, ...]
    make: Callable[[dict[str, str]], Row]
    cells: Callable[[Row], tuple[str, ...]]

    def read(self, lines: Sequence[Sequence[str]]) -> Reading[Row]:
        """Read a table with a heading, in any order of columns. Empty lines are skipped."""
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
        """Return the heading and a line for each row, in the format of `read`."""
        return [self.columns, *map(self.cells, rows)]


def lines_of(text: str) -> list[list[str]]:
    """Parse CSV, tab-separated if the heading has tabs but no commas. Raises TermsRefusedError."""
    text = text.lstrip("\ufeff")
    heading = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), strict=True, delimiter="\t" if "\t" in heading and "," not in heading else ","
    )
    try:
        return list(reader)
    except csv.Error as error:
        raise TermsError([f"不是有效的 CSV：第 {reader.line_num} 行附近的引号不成对，或者一格太长。"]) from error


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
        _iso(term.expires),
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
    """Read CSV with the columns of TERMS (in any order, 词语 required). Raises TermsRefusedError."""
    reading = TERMS.read(lines_of(text))
    if reading.faults:
        raise TermsError(reading.faults)
    return [term for _, term in reading.rows]


def write_terms(rows: Iterable[Term]) -> str:
    """Write CSV that `read_terms` reads back as the same rows."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(TERMS.table(rows))
    return out.getvalue()


@lru_cache(maxsize=1)
def sample_terms() -> tuple[Term, ...]:
    """Return the terms shipped with the site, each with its source."""
    return tuple(read_terms(files(__package__).joinpath("terms.csv").read_text(encoding="utf-8")))


# --- posts ---------------------------------------------------------------------------------------------------------


def _official(row: dict[str, str]) -> Official:
    since, until = _day(row["任职日期"], "任职日期"), _day(row["离任日期"], "离任日期")
    if since and until and until < since:
        raise ValueError("离任日期早于任职日期")
    return Official(row["姓名"], row["职务"], since, until, row["出处"])


def _cells_of_official(official: Official) -> tuple[str, ...]:
    return (official.name, official.post, _iso(official.since), _iso(official.until), official.source)


OFFICIALS = HouseList(
    ("姓名", "职务", "任职日期", "离任日期", "出处"),
    ("姓名", "职务", "任职日期"),  # a term of office is identified by its first day
    ("姓名", "职务"),
    _official,
    _cells_of_official,
)


# --- cells ---------------------------------------------------------------------------------------------------------


def _choice(names: dict[Choice, str], value: str, column: str) -> Choice:
    for choice, name in names.items():
        if name == value:
            return choice
    raise ValueError(f"{column}“{value}”应是{'、'.join(names.values())}之一")


def _day(value: str, column: str) -> date | None:
    """Parse 2026-12-31, and 2026/12/31 or 2026/1/5 as spreadsheets write it. Raises ValueError."""
    if not value:
        return None
    try:
        year, month, day = value.replace("/", "-").split("-")
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        raise ValueError(f"{column}“{value}”应写作 2026-12-31") from None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def listed(cell: str) -> list[str]:
    """Split a cell at |."""
    return [word for word in map(str.strip, cell.split("|")) if word]
