"""Print a database's schema and rows as sorted lines, to `diff` what the migrations of two checkouts make.

    DATA_DIR=/tmp/a .venv/bin/python manage.py migrate && DATA_DIR=/tmp/a .venv/bin/python -m tests.schema >a.txt
    .venv/bin/python -m tests.with_postgres sh -c \
        '.venv/bin/python manage.py migrate >&2 && .venv/bin/python -m tests.schema' >b.txt

Columns are sorted by name: no query relies on their order in the table. Ids of permissions and content types are left
out: Django assigns them in the order of the models.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator

import django

POSTGRES = {
    "column": "SELECT table_name, column_name, data_type, udt_name, character_maximum_length, numeric_precision,"
    " numeric_scale, is_nullable, column_default, is_identity, collation_name FROM information_schema.columns"
    " WHERE table_schema = current_schema()",
    "statistics": "SELECT attrelid::regclass::text, attname, attstattarget FROM pg_attribute"
    " JOIN pg_class c ON c.oid = attrelid WHERE c.relnamespace = current_schema()::regnamespace AND attstattarget >= 0"
    " AND attnum > 0",
    "constraint": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = current_schema()::regnamespace AND contype <> 't'",
    "index": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "trigger": "SELECT tgrelid::regclass::text, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE NOT tgisinternal",
    "function": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
    " WHERE pronamespace = current_schema()::regnamespace",
    "sequence": "SELECT sequencename, data_type, start_value, increment_by FROM pg_sequences"
    " WHERE schemaname = current_schema()",
}
# Permissions are listed by name below; SQLite's token index cannot be dumped.
LEFT_OUT = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group_permissions",
    "interviews_searchtoken",
}


def dump() -> list[str]:
    from django.db import connection

    schema = _postgres() if connection.vendor == "postgresql" else _sqlite()
    return sorted([*schema, *_rows(), *_rights()])


def _query(sql: str) -> list[tuple]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _postgres() -> Iterator[str]:
    for kind, sql in POSTGRES.items():
        yield from (_line(kind, row) for row in _query(sql))


def _sqlite() -> Iterator[str]:
    for kind, table, name, sql in _query("SELECT type, tbl_name, name, sql FROM sqlite_master"):
        if kind == "table" and sql.startswith("CREATE TABLE"):
            yield from (_line("column or constraint", (table, part)) for part in _parts(sql))
        elif kind == "trigger":
            # SQLite's triggers list every column, in table order.
            yield _line(kind, (table, name, sorted(re.split(r" AND |COALESCE\(\(|\), FALSE\)", sql))))
        else:
            yield _line(kind, (table, name, sql))


def _parts(sql: str) -> Iterator[str]:
    """Split the body of a CREATE TABLE at its top-level commas."""
    depth, part = 0, ""
    for piece in re.split(r"([(),])", sql[sql.index("(") + 1 : sql.rindex(")")]):
        depth += (piece == "(") - (piece == ")")
        if piece == "," and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += piece
    yield part.strip()


def _rows() -> Iterator[str]:
    from django.db import connection

    for table in connection.introspection.table_names():
        if table in LEFT_OUT:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [each[0] for each in cursor.description]
            for row in cursor.fetchall():
                yield _line("row", (table, *sorted(zip(columns, map(str, row), strict=True))))


def _rights() -> Iterator[str]:
    from django.contrib.auth.models import Group, Permission
    from django.contrib.contenttypes.models import ContentType

    kinds = ContentType.objects.values_list("app_label", "model")
    permissions = Permission.objects.values_list("content_type__app_label", "content_type__model", "codename", "name")
    rights = Group.objects.values_list("name", "permissions__content_type__model", "permissions__codename")
    yield from (_line("content type", row) for row in kinds)
    yield from (_line("permission", row) for row in permissions)
    yield from (_line("right", row) for row in rights)


def _line(kind: str, values: Iterable[object]) -> str:
    return f"{kind}: " + " | ".join(map(repr, values))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinzhong_eco.settings")
    django.setup()
    sys.stdout.writelines(f"{line}\n" for line in dump())
