"""Empty the tables after a transactional test. Append-only triggers reject Django's flush, which is also slower."""

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from interviews.models import Invalidation, append_only

# Filled by Django after migrate, and the same for every test.
KEPT = {"django_content_type", "auth_permission"}
SEQUENCES = """SELECT setval(s.oid::regclass, 1, false) FROM pg_class s JOIN pg_depend d ON d.objid = s.oid
    JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S' AND d.deptype IN ('a', 'i') AND t.relname IN ({})"""


def empty_tables() -> None:
    name = str(connection.settings_dict["NAME"])
    assert "test" in name.rpartition("/")[2], f"{name} is no test database"
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [table for table in tables if table not in KEPT]
    if connection.vendor == "postgresql":
        _delete(tables)
        return
    with append_only.lifted(connection):
        connection.ops.execute_sql_flush(
            connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=False)
        )
        Invalidation.objects.all().delete()  # what the deletions have left there


def restart_ids() -> None:
    """Let ids of empty tables begin with 1: PostgreSQL does not take back those of tests that were rolled back."""
    if connection.vendor == "postgresql":
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        with connection.cursor() as cursor:
            empty = set(tables) - _filled(tables, cursor)
            cursor.execute(SEQUENCES.format(", ".join(f"'{table}'" for table in empty)))


def _filled(tables: list[str], cursor: CursorWrapper) -> set[str]:
    cursor.execute(" UNION ALL ".join(f"SELECT '{each}' WHERE EXISTS (SELECT 1 FROM {each})" for each in tables))
    return {table for (table,) in cursor.fetchall()}


def _delete(tables: list[str]) -> None:
    """Delete the few rows that a test has left: TRUNCATE makes new files for every table and index."""
    with transaction.atomic(), connection.cursor() as cursor:
        filled = _filled(tables, cursor)
        guarded = [guard.table for guard in append_only.GUARDS if guard.table in filled]
        triggers = [(table, f"{table}_no_{what}") for table in guarded for what in ("change", "truncate")]
        statements = [
            *(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}" for table, trigger in triggers),
            *(f"DELETE FROM {table}" for table in filled),
            "SET CONSTRAINTS ALL IMMEDIATE",
            *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}" for table, trigger in triggers),
            f"DELETE FROM {Invalidation._meta.db_table}",  # what the deletions have left there
            SEQUENCES.format(", ".join(f"'{table}'" for table in tables)),
        ]
        cursor.execute("; ".join(statements))
