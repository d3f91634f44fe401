"""What is on record stays as it was written: triggers refuse UPDATE, DELETE and TRUNCATE, on both engines.

The SQL is generated from the tables as they are, so a column added later is sealed without being named here. SQLite
names every column in its triggers, and rebuilding a table drops them: after each `migrate` they are made anew, and
`faults` says which are missing or older than their table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

# How a column that is not sealed may change. An account that is deleted leaves NULL where it stood.
EMPTIED = "(NEW.{0} IS NULL OR NEW.{0} = OLD.{0})"
# An end that has passed stands. One that is still to come moves when what was to replace the edition is put off.
ENDED_EARLIER = "(OLD.{0} IS NULL OR NEW.{0} <= OLD.{0} OR OLD.{0} > {now})"
GROWING = "(NEW.{0} > OLD.{0})"
FREE = "TRUE"

# A draft that nobody signed or published may be deleted with all its revisions.
NEVER_ON_RECORD = (
    "NOT EXISTS (SELECT 1 FROM interviews_signoff s JOIN interviews_revision r ON r.id = s.revision_id"
    " WHERE r.feature_id = OLD.feature_id)"
    " AND NOT EXISTS (SELECT 1 FROM interviews_edition e WHERE e.feature_id = OLD.feature_id)"
)


@dataclass(frozen=True)
class Guard:
    """The rule of one table: which columns may change and how, and when a row may be deleted (SQL about OLD)."""

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
    Guard("interviews_ledgerhead", {"sequence": GROWING, "hash": FREE}),
    Guard("interviews_merge"),
    Guard("interviews_mergeundo"),
)


def install(connection: BaseDatabaseWrapper, *, among_migrations: bool = False) -> None:
    """Put the triggers of all tables that exist in place, instead of those that are there.

    Among migrations no trigger may name another table, or SQLite refuses to rebuild that one: until the last has run,
    no revision is deletable at all.
    """
    remove(connection)
    with connection.cursor() as cursor:
        for guard in _present(connection):
            for statement in _engine(connection).statements(connection, guard, among_migrations):
                cursor.execute(statement)


reinstall = install


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take all triggers away."""
    if connection.vendor == "postgresql":
        # It changes no trigger of a table whose deferred constraints still wait to be checked.
        connection.check_constraints()
    with connection.cursor() as cursor:
        for guard in _present(connection):
            for statement in _engine(connection).removals(connection, guard):
                cursor.execute(statement)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers, for a restore or a migration that rewrites rows. In one transaction: all or nothing."""
    with transaction.atomic(using=connection.alias):
        remove(connection)
        yield
        install(connection)


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """A sentence for each table whose triggers are not all there as they should be."""
    engine, present = _engine(connection), _present(connection)
    found = engine.found(connection)
    return [
        f"{guard.table} 的防改触发器缺失、被停用或已过时，请运行 manage.py migrate 重新安装。"
        for guard in present
        if any(found.get(name) != value for name, value in engine.expected(connection, guard).items())
    ]


def before_migrate(*, using: str, plan: list, **kwargs: object) -> None:
    if plan:
        install(transaction.get_connection(using), among_migrations=True)


def after_migrate(*, using: str, **kwargs: object) -> None:
    connection = transaction.get_connection(using)
    if faults(connection):
        install(connection)


def _present(connection: BaseDatabaseWrapper) -> list[Guard]:
    tables = set(connection.introspection.table_names())
    return [guard for guard in GUARDS if guard.table in tables]


def _rules(connection: BaseDatabaseWrapper, guard: Guard) -> dict[str, str]:
    """Column by column, how those that are not sealed may change. Every reference to an account may be emptied."""
    accounts = get_user_model()._meta.db_table
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, guard.table).values()
    to_accounts = [each["columns"][0] for each in constraints if (each["foreign_key"] or [""])[0] == accounts]
    rules = {**dict.fromkeys(sorted(to_accounts), EMPTIED), **guard.columns}
    return {column: rule.format(column, now=_engine(connection).NOW) for column, rule in rules.items()}


class _SQLite:
    """A trigger a verb, with every column of the table in it."""

    # As Django writes a moment, so that the two compare as text.
    NOW = "STRFTIME('%Y-%m-%d %H:%M:%f', 'now')"

    @staticmethod
    def expected(connection, guard, among_migrations=False) -> dict[str, str]:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{guard.sentence}'); END"
        deletable = "FALSE" if among_migrations else guard.deletable
        conditions = {
            "update": f"NOT COALESCE(({_SQLite._unchanged(connection, guard)}), FALSE)",
            "delete": f"NOT ({deletable})",
            # REPLACE deletes the row in its way without asking a DELETE trigger.
            "insert": _SQLite._in_the_way(connection, guard),
        }
        return {
            f"{guard.table}_no_{verb}": f"CREATE TRIGGER {guard.table}_no_{verb} BEFORE {verb.upper()} "
            f"ON {guard.table} WHEN {condition} {refuse}"
            for verb, condition in conditions.items()
        }

    @staticmethod
    def _unchanged(connection, guard) -> str:
        rules = _rules(connection, guard)
        with connection.cursor() as cursor:
            columns = [each.name for each in connection.introspection.get_table_description(cursor, guard.table)]
        return " AND ".join(rules.get(column, f'NEW."{column}" IS OLD."{column}"') for column in columns)

    @staticmethod
    def _in_the_way(connection, guard) -> str:
        with connection.cursor() as cursor:
            constraints = connection.introspection.get_constraints(cursor, guard.table).values()
        unique = {tuple(each["columns"]) for each in constraints if each["unique"] or each["primary_key"]}
        same = [" AND ".join(f'"{column}" = NEW."{column}"' for column in columns) for columns in sorted(unique)]
        return " OR ".join(f"EXISTS (SELECT 1 FROM {guard.table} WHERE {each})" for each in same)

    @staticmethod
    def statements(connection, guard, among_migrations) -> list[str]:
        return list(_SQLite.expected(connection, guard, among_migrations).values())

    @staticmethod
    def removals(connection, guard) -> list[str]:
        return [f"DROP TRIGGER IF EXISTS {guard.table}_no_{verb}" for verb in ("update", "delete", "insert")]

    @staticmethod
    def found(connection) -> dict[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())


class _PostgreSQL:
    """One function a table, which compares whole rows; called before rows change and before a TRUNCATE."""

    NOW = "CLOCK_TIMESTAMP()"

    ROWS, TRUNCATION = 27, 34  # pg_trigger.tgtype: before update or delete of each row; before truncate

    @staticmethod
    def _body(connection, guard) -> str:
        rules = _rules(connection, guard)
        free = "ARRAY[" + ", ".join(f"'{column}'" for column in rules) + "]::text[]"
        allowed = " AND ".join([f"to_jsonb(NEW) - {free} = to_jsonb(OLD) - {free}", *rules.values()])
        return (
            "BEGIN "
            f"IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF; "
            f"IF TG_OP = 'DELETE' THEN IF {guard.deletable} THEN RETURN OLD; END IF; END IF; "
            f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{guard.sentence}'; "
            "END"
        )

    @staticmethod
    def expected(connection, guard) -> dict[str, tuple[int, str, str]]:
        body = _PostgreSQL._body(connection, guard)
        return {
            f"{guard.table}_no_change": (_PostgreSQL.ROWS, "A", body),
            f"{guard.table}_no_truncate": (_PostgreSQL.TRUNCATION, "A", body),
        }

    @staticmethod
    def statements(connection, guard, among_migrations) -> list[str]:
        table, function = guard.table, f"{guard.table}_guard()"
        body = _PostgreSQL._body(connection, guard)
        return [
            f"CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$",
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {function}",
            # Otherwise SET session_replication_role = replica would silence them.
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
        ]

    @staticmethod
    def removals(connection, guard) -> list[str]:
        table = guard.table
        triggers = [f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}" for what in ("change", "truncate")]
        return [*triggers, f"DROP FUNCTION IF EXISTS {table}_guard()"]

    @staticmethod
    def found(connection) -> dict[str, tuple[int, str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT t.tgname, t.tgtype, t.tgenabled, p.prosrc FROM pg_trigger t"
                " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
            )
            return {name: (int(kind), str(enabled), body) for name, kind, enabled, body in cursor.fetchall()}


def _engine(connection: BaseDatabaseWrapper) -> type[_SQLite] | type[_PostgreSQL]:
    return {"sqlite": _SQLite, "postgresql": _PostgreSQL}[connection.vendor]
