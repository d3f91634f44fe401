from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import QuerySet

from interviews.models.bulk import insert


def sync(stored: QuerySet[Any], wanted: Iterable[models.Model]) -> list[tuple[Any, ...]]:
    """Make the stored rows equal to the wanted ones, leaving alone those that are: ids apart, no row twice.

    Returns the values of the rows that were deleted or inserted.
    """
    names = [field.attname for field in stored.model._meta.concrete_fields if not field.primary_key]
    new = {tuple(getattr(row, name) for name in names): row for row in wanted}
    old = {values[1:]: values[0] for values in stored.order_by().values_list("pk", *names)}
    if gone := [key for values, key in old.items() if values not in new]:
        stored.model._default_manager.filter(pk__in=gone).delete()
    insert([row for values, row in new.items() if values not in old])
    return list(old.keys() ^ new.keys())
