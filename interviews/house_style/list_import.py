"""Import the house lists from a spreadsheet: plan the changes, let the user confirm them, apply them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from interviews.errors import RefusedError
from interviews.models import Official, Term
from interviews.proofreading.lists import OFFICIALS, TERMS, HouseList, TermsError, lines_of

Row = Term | Official

MOST_ROWS = 5000
LARGEST = 1_000_000


@dataclass(frozen=True)
class ImportableList:
    """A house list's model, CSV format and natural key; `fields` maps columns not headed by a field's verbose name."""

    table: type[Term] | type[Official]
    written: HouseList[Any]
    natural_key: tuple[str, ...]
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def key(self, row: Row) -> Hashable:
        return tuple(getattr(row, name) for name in self.natural_key)

    def fields_not_in(self, columns: tuple[str, ...]) -> list[str]:
        """List the fields that a file with these columns leaves alone."""
        names = {str(each.verbose_name): (each.name,) for each in self.table._meta.concrete_fields} | self.fields
        return [name for column in self.written.columns if column not in columns for name in names[column]]

    def may_import(self, user: User) -> bool:
        name = self.table._meta.model_name
        return user.has_perm(f"interviews.add_{name}") and user.has_perm(f"interviews.change_{name}")


LISTS = {
    "term": ImportableList(Term, TERMS, ("word",), {"不查": ("skip_quotations", "skip_titles")}),
    "official": ImportableList(Official, OFFICIALS, ("name", "post", "since")),
}


@dataclass(frozen=True)
class Change:
    """A new or changed row, unsaved. `differences` are (column, old, new), as shown to the user."""

    line: int
    row: Row
    differences: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Plan:
    """The changes an import would make. It leaves rows and columns alone that the file doesn't have."""

    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def seal(self) -> str:
        """Fingerprint of the plan, equal if the changes are the same."""
        changes = [(change.line, str(change.row), change.differences) for change in (*self.new, *self.changed)]
        return hashlib.sha256(repr((changes, self.same, self.faults)).encode()).hexdigest()[:32]


def plan(kind: str, lines: list[list[str]]) -> Plan:
    """Plan the import of these lines without writing: one query."""
    target = LISTS[kind]
    if len(lines) > MOST_ROWS + 1:
        return Plan(faults=[f"一次最多导入 {MOST_ROWS} 行，这里有 {len(lines) - 1} 行。"])
    reading = target.written.read(lines)
    made = Plan(faults=list(reading.faults))
    existing = {target.key(row): row for row in _rows(target)}
    untouched = target.fields_not_in(reading.columns)
    seen: dict[Hashable, int] = {}
    for line, value in reading.rows:
        row = target.table(**target.table.values_of(value))
        faults = _faults(row, row.clean_fields)
        key = target.key(row)
        for name in untouched if key in existing else ():
            setattr(row, name, getattr(existing[key], name))
        faults = faults or _faults(row, row.clean)
        if key in seen and not faults:
            faults = [f"与第 {seen[key]} 行重复（{row}）。"]
        seen.setdefault(key, line)
        if faults:
            made.faults += [f"第 {line} 行：{fault}" for fault in faults]
        else:
            _add(made, line, row, existing.get(key))
    made.faults.sort(key=_line_of)
    return made


def lines_in(text: str) -> list[list[str]]:
    """Split a file into cells. Raises RefusedError if it isn't a table."""
    if len(text) > LARGEST:
        raise RefusedError(f"文件超过 {LARGEST // 10_000} 万字，不像一张表。")
    try:
        return lines_of(text)
    except TermsError as refused:
        raise RefusedError(*refused.faults) from refused


def import_list(*, kind: str, actor: User, lines: list[list[str]], seen: str) -> Plan:
    """Import all lines or nothing. `seen` is the seal of the plan that the user confirmed."""
    target = LISTS[kind]
    if not target.may_import(actor):
        raise RefusedError("你不能导入这张表。")
    try:
        with transaction.atomic():
            list(_rows(target).select_for_update().order_by("pk").values_list("pk"))
            made = plan(kind, lines)
            if made.faults:
                raise RefusedError(*made.faults)
            if made.seal != seen:
                raise RefusedError("你核对以后，表里又有改动，请按现在的样子再核对一遍。")
            _write(target, made, actor)
    except IntegrityError as error:  # somebody added one of the new rows concurrently
        raise RefusedError("同事刚刚加了同样的行，请再核对一遍。") from error
    return made


def _rows(target: ImportableList) -> models.QuerySet[Any]:
    return target.table._default_manager.all()


def _faults(row: Row, check: Callable[[], None]) -> list[str]:
    try:
        check()
    except ValidationError as error:
        headings = {each.name: f"{each.verbose_name}：" for each in row._meta.concrete_fields} | {NON_FIELD_ERRORS: ""}
        return [headings[name] + message for name, messages in error.message_dict.items() for message in messages]
    return []


def _add(made: Plan, line: int, row: Row, existing: Row | None) -> None:
    if existing is None:
        made.new.append(Change(line, row))
    elif differences := tuple(_differences(existing, row)):
        row.pk = existing.pk
        made.changed.append(Change(line, row, differences))
    else:
        made.same += 1


def _differences(existing: Row, row: Row) -> Iterator[tuple[str, str, str]]:
    for column in existing._meta.concrete_fields:
        before, after = getattr(existing, column.attname), getattr(row, column.attname)
        if not column.primary_key and before != after:
            yield str(column.verbose_name), _shown(column, before), _shown(column, after)


def _shown(column: models.Field[Any, Any], value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(dict(column.flatchoices).get(value, "" if value is None else value)) or "（空）"


def _line_of(fault: str) -> int:
    digits = fault.removeprefix("第 ").partition(" ")[0]
    return int(digits) if digits.isdecimal() else 0


def _write(target: ImportableList, made: Plan, actor: User) -> None:
    rows = _rows(target)
    new, changed = ([change.row for change in changes] for changes in (made.new, made.changed))
    rows.bulk_create(new)
    columns = [column.name for column in target.table._meta.concrete_fields if not column.primary_key]
    rows.bulk_update(changed, columns)
    for written, flag in ((new, ADDITION), (changed, CHANGE)):
        if written:
            LogEntry.objects.log_actions(actor.pk, written, flag, change_message="导入")
