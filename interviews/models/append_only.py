"""Append-only tables: triggers that refuse UPDATE, DELETE and TRUNCATE, on SQLite and PostgreSQL.

The SQL is generated from the actual tables, so new columns are sealed by default. SQLite's triggers name every column
and are lost when a table is rebuilt, so each `migrate` reinstalls them; `faults` finds missing or outdated ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

# Conditions under which an unsealed column may change.
NULLED = "(NEW.{0} IS NULL OR NEW.{0} = OLD.{0})"  # ON DELETE SET NULL of a user
# A past end can't be moved later. A future one can: the edition that was to follow may be postponed.
ENDED_EARLIER = "(OLD.{0} IS NULL OR NEW.{0} <= OLD.{0} OR OLD.{0} > {now})"
INCREASED = "(NEW.{0} > OLD.{0})"
ANY_CHANGE = "TRUE"
# Retention that the Cybersecurity Law demands of logs (网络安全法, article 21): six months.
HALF_A_YEAR_OLD = "OLD.created_at < {half_a_year_ago}"

# A draft never signed or published may be deleted with its revisions.
NEVER_ON_RECORD = (
    "NOT EXISTS (SELECT 1 FROM interviews_signoff s JOIN interviews_revision r ON r.id = s.revision_id"
    " WHERE r.feature_id = OLD.feature_id)"
    " AND NOT EXISTS (SELECT 1 FROM interviews_edition e WHERE e.feature_id = OLD.feature_id)"
)


@dataclass(frozen=True)
class Guard:
    """One table's rules: a condition for each column that may change, and for deleting rows (SQL about OLD and NEW)."""

    table: str
    columns: Mapping[str, str] = field(default_factory=dict)
    deletable: str = "FALSE"

    @property
    def sentence(self) -> str:
        return f"{self.table}：存档的记录只能增加，不能改动或删除。"


GUARDS = (
    Guard("interviews_revision", deletable=NEVER_ON_RECORD),
    Guard("interviews_signoff"),
    Guard("interviews_edition", {"published_until": ENDED_EARLIER}),
    Guard("interviews_withdrawal"),
    Guard("interviews_ledgerentry"),
    Guard("interviews_ledgerhead", {"sequence": INCREASED, "hash": ANY_CHANGE}),
    Guard("interviews_merge"),
    Guard("interviews_mergeundo"),
    Guard("interviews_securityevent", deletable=HALF_A_YEAR_OLD),
    Guard("interviews_securityeventhead", {"sequence": INCREASED, "hash": ANY_CHANGE}),
)


def install(connection: BaseDatabaseWrapper, *, among_migrations: bool = False) -> None:
    """Install or replace the triggers of all guarded tables that exist.

    Between migrations, triggers must not name other tables, or SQLite refuses to rebuild those: revisions can't be
    deleted until the last migration has run.
    """
    remove(connection)
    with connection.cursor() as cursor:
        for guard in _existing(connection):
            for statement in _engine(connection).statements(connection, guard, among_migrations):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop all triggers."""
    if connection.vendor == "postgresql":
        # PostgreSQL can't alter triggers of a table with pending deferred constraints.
        connection.check_constraints()
    with connection.cursor() as cursor:
        for guard in _existing(connection):
            for statement in _engine(connection).removals(connection, guard):
                cursor.execute(statement)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Drop the triggers inside one transaction, for a restore or a migration that rewrites rows."""
    with transaction.atomic(using=connection.alias):
        remove(connection)
        yield
        install(connection)


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """Report, a sentence each, the tables whose triggers are missing, disabled or outdated."""
    engine = _engine(connection)
    installed = engine.installed(connection)
    return [
        f"{guard.table} 的防改触发器缺失、被停用或已过时，请运行 manage.py migrate 重新安装。"
        for guard in _existing(connection)
        if any(installed.get(name) != value for name, value in engine.expected(connection, guard).items())
    ]


def before_migrate(*, using: str, plan: Sequence[object], **kwargs: object) -> None:
    if plan:
        install(transaction.get_connection(using), among_migrations=True)


def after_migrate(*, using: str, **kwargs: object) -> None:
    connection = transaction.get_connection(using)
    if faults(connection):
        install(connection)


def _existing(connection: BaseDatabaseWrapper) -> list[Guard]:
    tables = set(connection.introspection.table_names())
    return [guard for guard in GUARDS if guard.table in tables]


def _rules(connection: BaseDatabaseWrapper, guard: Guard) -> dict[str, str]:
    """Map each unsealed column to its condition. References to users may always become NULL."""
    accounts = get_user_model()._meta.db_table
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, guard.table).values()
    to_accounts = [each["columns"][0] for each in constraints if (each["foreign_key"] or [""])[0] == accounts]
    rules = {**dict.fromkeys(sorted(to_accounts), NULLED), **guard.columns}
    return {column: rule.format(column, now=_engine(connection).now) for column, rule in rules.items()}


def _deletable(connection: BaseDatabaseWrapper, guard: Guard) -> str:
    return guard.deletable.format(half_a_year_ago=_engine(connection).half_a_year_ago)


class _Engine(Protocol):
    """The triggers of one database engine. Their values differ by engine and only compare."""

    @property
    def now(self) -> str: ...

    @property
    def half_a_year_ago(self) -> str: ...

    def expected(self, connection: BaseDatabaseWrapper, guard: Guard) -> Mapping[str, object]: ...

    def installed(self, connection: BaseDatabaseWrapper) -> Mapping[str, object]: ...

    def statements(self, connection: BaseDatabaseWrapper, guard: Guard, among_migrations: bool) -> list[str]: ...

    def removals(self, connection: BaseDatabaseWrapper, guard: Guard) -> list[str]: ...


class _SQLite:
    """A trigger for each verb, which names every column of the table."""

    # In the format in which Django stores datetimes, so that they compare as text.
    now = "STRFTIME('%Y-%m-%d %H:%M:%f', 'now')"
    half_a_year_ago = "STRFTIME('%Y-%m-%d %H:%M:%f', 'now', '-180 days')"

    def expected(self, connection: BaseDatabaseWrapper, guard: Guard, among_migrations: bool = False) -> dict[str, str]:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{guard.sentence}'); END"
        deletable = "FALSE" if among_migrations else _deletable(connection, guard)
        conditions = {
            "update": f"NOT COALESCE(({self._allowed_update(connection, guard)}), FALSE)",
            "delete": f"NOT ({deletable})",
            # REPLACE deletes conflicting rows without firing DELETE triggers.
            "insert": self._conflicting(connection, guard),
        }
        return {
            f"{guard.table}_no_{verb}": f"CREATE TRIGGER {guard.table}_no_{verb} BEFORE {verb.upper()} "
            f"ON {guard.table} WHEN {condition} {refuse}"
            for verb, condition in conditions.items()
        }

    def _allowed_update(self, connection: BaseDatabaseWrapper, guard: Guard) -> str:
        rules = _rules(connection, guard)
        with connection.cursor() as cursor:
            columns = [each.name for each in connection.introspection.get_table_description(cursor, guard.table)]
        return " AND ".join(rules.get(column, f'NEW."{column}" IS OLD."{column}"') for column in columns)

    def _conflicting(self, connection: BaseDatabaseWrapper, guard: Guard) -> str:
        with connection.cursor() as cursor:
            constraints = connection.introspection.get_constraints(cursor, guard.table).values()
        unique = {tuple(each["columns"]) for each in constraints if each["unique"] or each["primary_key"]}
        same = [" AND ".join(f'"{column}" = NEW."{column}"' for column in columns) for columns in sorted(unique)]
        return " OR ".join(f"EXISTS (SELECT 1 FROM {guard.table} WHERE {each})" for each in same)  # noqa: S608 (names of the schema)

    def statements(self, connection: BaseDatabaseWrapper, guard: Guard, among_migrations: bool) -> list[str]:
        return list(self.expected(connection, guard, among_migrations).values())

    def removals(self, connection: BaseDatabaseWrapper, guard: Guard) -> list[str]:
        return [f"DROP TRIGGER IF EXISTS {guard.table}_no_{verb}" for verb in ("update", "delete", "insert")]

    def installed(self, connection: BaseDatabaseWrapper) -> dict[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())


class _PostgreSQL:
    """A trigger function for each table, which compares whole rows; fired before row changes and before TRUNCATE."""

    now = "CLOCK_TIMESTAMP()"
    half_a_year_ago = "CLOCK_TIMESTAMP() - INTERVAL '180 days'"

    ROWS, TRUNCATION = 27, 34  # pg_trigger.tgtype: before update or delete of each row; before truncate

    def _body(self, connection: BaseDatabaseWrapper, guard: Guard) -> str:
        rules = _rules(connection, guard)
        free = "ARRAY[" + ", ".join(f"'{column}'" for column in rules) + "]::text[]"
        allowed = " AND ".join([f"to_jsonb(NEW) - {free} = to_jsonb(OLD) - {free}", *rules.values()])
        return (
            "BEGIN "
            f"IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF; "
            f"IF TG_OP = 'DELETE' THEN IF {_deletable(connection, guard)} THEN RETURN OLD; END IF; END IF; "
            f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{guard.sentence}'; "
            "END"
        )

    def expected(self, connection: BaseDatabaseWrapper, guard: Guard) -> dict[str, tuple[int, str, str]]:
        body = self._body(connection, guard)
        return {
            f"{guard.table}_no_change": (self.ROWS, "A", body),
            f"{guard.table}_no_truncate": (self.TRUNCATION, "A", body),
        }

    def statements(self, connection: BaseDatabaseWrapper, guard: Guard, among_migrations: bool) -> list[str]:
        table, function = guard.table, f"{guard.table}_guard()"
        body = self._body(connection, guard)
        return [
            f"CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$",
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {function}",
            # ALWAYS: session_replication_role = replica must not disable them.
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
        ]

    def removals(self, connection: BaseDatabaseWrapper, guard: Guard) -> list[str]:
        table = guard.table
        triggers = [f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}" for what in ("change", "truncate")]
        return [*triggers, f"DROP FUNCTION IF EXISTS {table}_guard()"]

    def installed(self, connection: BaseDatabaseWrapper) -> dict[str, tuple[int, str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT t.tgname, t.tgtype, t.tgenabled, p.prosrc FROM pg_trigger t"
                " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
            )
            return {name: (int(kind), str(enabled), body) for name, kind, enabled, body in cursor.fetchall()}


_ENGINES: dict[str, _Engine] = {"sqlite": _SQLite(), "postgresql": _PostgreSQL()}


def _engine(connection: BaseDatabaseWrapper) -> _Engine:
    return _ENGINES[connection.vendor]
