"""Insert many complete rows of one table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

AT_ONCE = 500
# Below this, COPY's own statement costs more than it saves.
WORTH_COPYING = 2_000


def insert(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model as they are: with COPY on PostgreSQL if they are many, which takes half the time."""
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor == "postgresql" and len(rows) >= WORTH_COPYING and all(row.pk for row in rows):
        _copy(model, rows)
    else:
        model._default_manager.bulk_create(rows, AT_ONCE)


def _copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    fields: Any = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"  # names of the schema
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([_value(field, getattr(row, field.attname)) for field in fields])


def _value(field: Any, value: object) -> object:
    """Return a value as the driver takes it; text and numbers are taken as they are."""
    if value is None or isinstance(value, str | int | float):
        return value
    return field.get_db_prep_save(value, connection)
