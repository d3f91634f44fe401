"""The house lists brought in from a spreadsheet: first what would change, then, once confirmed, the change."""

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
from interviews.proofreading.lists import OFFICIALS, TERMS, HouseList, TermsRefusedError, lines_of

MOST_ROWS = 5000
LARGEST = 1_000_000


@dataclass(frozen=True)
class Listed:
    """A list that has rows: how it is written, by which fields a row is known again, and of the columns that are not
    called like their field, which those are."""

    table: type[models.Model]
    written: HouseList
    known_by: tuple[str, ...]
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def key(self, row: models.Model) -> Hashable:
        return tuple(getattr(row, name) for name in self.known_by)

    def unsaid(self, columns: tuple[str, ...]) -> list[str]:
        """The fields of which a file with these columns says nothing."""
        called = {str(each.verbose_name): (each.name,) for each in self.table._meta.concrete_fields} | self.fields
        return [name for column in self.written.columns if column not in columns for name in called[column]]

    def may_import(self, user: User) -> bool:
        name = self.table._meta.model_name
        return user.has_perm(f"interviews.add_{name}") and user.has_perm(f"interviews.change_{name}")


LISTS = {
    "term": Listed(Term, TERMS, ("word",), {"不查": ("skip_quotations", "skip_titles")}),
    "official": Listed(Official, OFFICIALS, ("name", "post", "since")),
}


@dataclass(frozen=True)
class Change:
    """A row as it will be. `differences`: the column's name, what stands there, what will."""

    line: int
    row: models.Model
    differences: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Plan:
    """What an import would do. Rows and columns that the file does not name stay as they are."""

    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def seal(self) -> str:
        """Equal when the same rows would be written over the same rows."""
        said = [(change.line, str(change.row), change.differences) for change in (*self.new, *self.changed)]
        return hashlib.sha256(repr((said, self.same, self.faults)).encode()).hexdigest()[:32]


def plan(kind: str, lines: list[list[str]]) -> Plan:
    """What importing these lines would do: one query, and nothing is written."""
    listed = LISTS[kind]
    if len(lines) > MOST_ROWS + 1:
        return Plan(faults=[f"一次最多导入 {MOST_ROWS} 行，这里有 {len(lines) - 1} 行。"])
    reading = listed.written.read(lines)
    made = Plan(faults=list(reading.faults))
    known = {listed.key(row): row for row in listed.table._default_manager.all()}
    unsaid = listed.unsaid(reading.columns)
    seen: dict[Hashable, int] = {}
    for line, value in reading.rows:
        row = listed.table(**listed.table.values_of(value))
        faults = _faults(row, row.clean_fields)
        key = listed.key(row)
        for name in unsaid if key in known else ():
            setattr(row, name, getattr(known[key], name))
        faults = faults or _faults(row, row.clean)
        if key in seen and not faults:
            faults = [f"与第 {seen[key]} 行重复（{row}）。"]
        seen.setdefault(key, line)
        if faults:
            made.faults += [f"第 {line} 行：{fault}" for fault in faults]
        else:
            _place(made, line, row, known.get(key))
    made.faults.sort(key=_line_of)
    return made


def lines_in(text: str) -> list[list[str]]:
    """The cells of a file. Raises RefusedError where it is no table."""
    if len(text) > LARGEST:
        raise RefusedError(f"文件超过 {LARGEST // 10_000} 万字，不像一张表。")
    try:
        return lines_of(text)
    except TermsRefusedError as refused:
        raise RefusedError(*refused.faults) from refused


def import_list(*, kind: str, actor: User, lines: list[list[str]], seen: str) -> Plan:
    """Carry out what the plan with the seal `seen` said; all of it or nothing."""
    listed = LISTS[kind]
    if not listed.may_import(actor):
        raise RefusedError("你不能导入这张表。")
    try:
        with transaction.atomic():
            list(listed.table._default_manager.select_for_update().order_by("pk").values_list("pk"))
            made = plan(kind, lines)
            if made.faults:
                raise RefusedError(*made.faults)
            if made.seal != seen:
                raise RefusedError("你核对以后，表里又有改动，请按现在的样子再核对一遍。")
            _write(listed, made, actor)
    except IntegrityError as error:  # somebody added one of the new rows at the same moment
        raise RefusedError("同事刚刚加了同样的行，请再核对一遍。") from error
    return made


def _faults(row: models.Model, check: Callable[[], None]) -> list[str]:
    try:
        check()
    except ValidationError as error:
        return [
            ("" if name == NON_FIELD_ERRORS else f"{row._meta.get_field(name).verbose_name}：") + message
            for name, messages in error.message_dict.items()
            for message in messages
        ]
    return []


def _place(made: Plan, line: int, row: models.Model, known: models.Model | None) -> None:
    if known is None:
        made.new.append(Change(line, row))
    elif differences := tuple(_differences(known, row)):
        row.pk = known.pk
        made.changed.append(Change(line, row, differences))
    else:
        made.same += 1


def _differences(known: models.Model, row: models.Model) -> Iterator[tuple[str, str, str]]:
    for column in known._meta.concrete_fields:
        before, after = getattr(known, column.attname), getattr(row, column.attname)
        if not column.primary_key and before != after:
            yield str(column.verbose_name), _shown(column, before), _shown(column, after)


def _shown(column: models.Field, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(dict(column.flatchoices).get(value, "" if value is None else value)) or "（空）"


def _line_of(fault: str) -> int:
    digits = fault.removeprefix("第 ").partition(" ")[0]
    return int(digits) if digits.isdecimal() else 0


def _write(listed: Listed, made: Plan, actor: User) -> None:
    rows = listed.table._default_manager
    new, changed = ([change.row for change in changes] for changes in (made.new, made.changed))
    rows.bulk_create(new)
    columns = [column.name for column in listed.table._meta.concrete_fields if not column.primary_key]
    rows.bulk_update(changed, columns)
    for done, flag in ((new, ADDITION), (changed, CHANGE)):
        if done:
            LogEntry.objects.log_actions(actor.pk, done, flag, change_message="导入")
