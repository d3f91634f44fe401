"""Cache invalidation: which public pages a committed write outdates, and from when.

Triggers write the rows (`invalidation_triggers`), so code that changes public data can't forget to. Every page store
reads them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Self

from django.db import connection, models
from django.db.models import Max, Q
from django.utils import timezone

EVERYTHING = "*"
TXID = {"postgresql": "pg_current_xact_id()::text::bigint", "sqlite": "0"}


class Due(NamedTuple):
    """A tag, and the moment from which its pages are outdated; None means now."""

    tag: str
    moment: datetime | None = None


class InvalidationQuerySet(models.QuerySet["Invalidation"]):
    def pending(self) -> Self:
        """Invalidations that become due later: scheduled editions."""
        return self.filter(due__gt=timezone.now())


class Invalidation(models.Model):
    """A tag whose pages are outdated, at once or from a moment on.

    Tags: `feature:1`, `speaker:1`, `contributor:1`, `photo:1`; `month:2025-03` for the pages printed in a month;
    `lists`, `photos`, `subjects` and `roles` for whatever depends on any of them.
    """

    tag = models.CharField(max_length=40)
    due = models.DateTimeField(null=True)
    # PostgreSQL's transaction id, because transactions commit in another order than they take ids; 0 on SQLite.
    txid = models.BigIntegerField(db_index=True)
    created_at = models.DateTimeField()

    objects = InvalidationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "页面失效"
        default_permissions = []
        indexes = [models.Index(fields=["due"], condition=Q(due__isnull=False), name="invalidation_due")]

    def __str__(self) -> str:
        return self.tag


def invalidate(*tags: str) -> None:
    """Outdate pages whose data no trigger watches, because they are derived from what triggers do."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO interviews_invalidation (tag, txid, created_at) VALUES (%s, {TXID[connection.vendor]}, %s)",  # noqa: S608 (our own SQL)
            [(tag, timezone.now()) for tag in tags],
        )


class Position(NamedTuple):
    """How far invalidations have been read, and on PostgreSQL which rows beyond: may be stored and resumed."""

    reached: int
    seen: frozenset[int] = frozenset()


class InvalidationReader:
    """Reads each invalidation once, whatever the order in which transactions commit; from now on, or a position."""

    def __init__(self, position: Position | None = None) -> None:
        if position is not None:
            self._position, self._seen = position.reached, set(position.seen)
            return
        self._position = _position()
        self._seen = {key for key, _ in _rows(self._position)} if connection.vendor == "postgresql" else set()

    @property
    def position(self) -> Position:
        return Position(self._position, frozenset(self._seen))

    def unread(self) -> list[Due]:
        """Return the invalidations committed since the last call, or EVERYTHING if the database is another one.

        Two queries.
        """
        before, position = self._position, _position()
        rows = _rows(before)
        fresh = [due for key, due in rows if key not in self._seen]
        self._position = position
        if connection.vendor == "postgresql":
            self._seen = {key for key, _ in rows}
        else:
            self._position = max([position, *(key for key, _ in rows)])
        return fresh if position >= before else [Due(EVERYTHING)]


def _position() -> int:
    """The transaction id below which all have ended; on SQLite, which commits in order, the last row's id."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            return int(cursor.fetchone()[0])
    return Invalidation.objects.aggregate(last=Max("pk"))["last"] or 0


def _rows(position: int) -> list[tuple[int, Due]]:
    """The rows from a position on, by id."""
    later = Q(txid__gte=position) if connection.vendor == "postgresql" else Q(pk__gt=position)
    rows: Iterable[tuple[int, str, datetime | None]] = Invalidation.objects.filter(later).values_list(
        "pk", "tag", "due"
    )
    return [(key, Due(tag, moment)) for key, tag, moment in rows]
