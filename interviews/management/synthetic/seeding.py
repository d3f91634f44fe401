"""Write the synthetic newsroom, in batches that two processes write side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.apps import apps
from django.contrib.auth.models import User
from django.core.management.color import no_style
from django.db import connection, models, transaction

from interviews import directory
from interviews.document import FeatureDocument
from interviews.management.processes import pool
from interviews.models import (
    Contributor,
    Edition,
    Feature,
    LedgerEntry,
    LedgerHead,
    Photo,
    Revision,
    Speaker,
    append_only,
    search_tokens,
)
from interviews.models.bulk import insert
from interviews.projection import PublishedRows
from interviews.publishing import audit_chain

from . import people, plan
from .pages import House, document_of
from .photos import write_photos
from .plan import Plan
from .record import Record, Staff
from .working_rows import WorkingRows

PAGES_IN_A_BATCH = 500
# Smaller newsrooms are written before a second process has started.
WORTH_PROCESSES = 2_000
# Lists that migrations install; everything else is emptied before writing.
KEPT = {"creditrole", "subject", "reviewstep", "term", "official", "grammarword", "scoreweight"}

Progress = Callable[[int], None]
Batch = tuple[str, int, int, int]  # what, total, first, last (excluded)


class RealDataError(Exception):
    """The database holds rows that were not made here. `str()` is a Chinese sentence."""


def seed(total: int, progress: Progress = lambda done: None) -> None:
    """Replace an earlier synthetic newsroom by one of `total` pages. Raises RealDataError.

    Each batch is a transaction of its own, so memory does not grow with the number; after an interruption, run again.
    """
    _refuse_real_data()
    _empty()
    people.accounts()
    _known.cache_clear()
    with given_dates(), search_tokens.bulk_loading():
        people.write_people(total)
        _write_batches(total, progress)
    _set_sequences()
    _count_anew()
    directory.rebuild()
    _count_anew()


def _refuse_real_data() -> None:
    ours = User.objects.filter(username__startswith=people.PREFIX)
    foreign = (
        Feature.objects.exclude(owner__in=ours),
        Edition.objects.exclude(publisher__in=ours),
        Photo.objects.exclude(uploaded_by__in=ours),
        *(() if ours.exists() else (Speaker.objects.all(), Contributor.objects.all())),
    )
    if any(rows.exists() for rows in foreign):
        raise RealDataError("这个数据库里有真实的稿件、人员或照片，不能写入压力测试数据；请换一个空数据库。")


def _empty() -> None:
    tables = [model._meta.db_table for model in _models() if model._meta.model_name not in KEPT]
    with append_only.lifted(connection):
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables, reset_sequences=True))
        search_tokens.empty()


def _models() -> list[type[models.Model]]:
    config = apps.get_app_config("interviews")
    return [model for model in config.get_models(include_auto_created=True) if not model._meta.proxy]


@contextmanager
def given_dates() -> Iterator[None]:
    """Keep the dates that rows come with, where models set today's."""
    fields = [Feature._meta.get_field(name) for name in ("created_at", "updated_at")]
    fields += [Photo._meta.get_field(name) for name in ("uploaded_at", "updated_at")]
    fields += [Revision._meta.get_field("created_at")]
    before = [(field, field.auto_now, field.auto_now_add) for field in fields]  # type: ignore[union-attr]
    try:
        for field in fields:
            field.auto_now = field.auto_now_add = False  # type: ignore[union-attr]
        yield
    finally:
        for field, now, added in before:
            field.auto_now, field.auto_now_add = now, added  # type: ignore[union-attr]


def _write_batches(total: int, progress: Progress) -> None:
    """Write photos, then pages; link the entries here, in order: the chain is one."""
    photos, pages = _batches("photos", total, 1, plan.photos(total) + 1), _batches("pages", total, 0, total)
    head = LedgerHead(pk=1)
    with _side_by_side(total) as written:
        list(written(photos))  # pages refer to them
        for batch, entries in zip(pages, written(pages), strict=True):
            insert(list(_linked(entries, head)))
            progress(batch[3])
    head.save()


def _linked(entries: Iterable[LedgerEntry], head: LedgerHead) -> Iterator[LedgerEntry]:
    for entry in entries:
        audit_chain.linked(entry, head.sequence, head.hash)
        head.sequence, head.hash = entry.sequence, entry.hash
        yield entry


def _batches(what: str, total: int, first: int, end: int) -> list[Batch]:
    starts = range(first, end, PAGES_IN_A_BATCH)
    return [(what, total, start, min(start + PAGES_IN_A_BATCH, end)) for start in starts]


@contextmanager
def _side_by_side(total: int) -> Iterator[Callable[[list[Batch]], Iterator[list[LedgerEntry]]]]:
    """Give a function that writes batches and yields their entries in order: in processes, if that pays."""
    processes = min(os.cpu_count() or 1, 4)
    if connection.vendor == "sqlite" or total < WORTH_PROCESSES or processes < 2:
        yield lambda batches: map(_write_batch, batches)
        return
    with pool(processes) as workers:
        yield lambda batches: workers.map(_write_batch, batches)


def _write_batch(batch: Batch) -> list[LedgerEntry]:
    what, total, start, stop = batch
    house, staff = _known(total)
    with given_dates(), transaction.atomic():
        if what == "photos":
            write_photos(total, start, stop, staff)
            return []
        return _write_pages([Plan(number, total) for number in range(start, stop)], house, staff)


@lru_cache(maxsize=1)
def _known(total: int) -> tuple[House, Staff]:
    return people.house(total), people.staff()


def _write_pages(pages: Iterable[Plan], house: House, staff: Staff) -> list[LedgerEntry]:
    working, record, published = WorkingRows(), Record(staff), PublishedRows()
    photos = range(1, plan.photos(house.total) + 1)
    documents: dict[int, FeatureDocument] = {}
    for page in pages:
        author = staff.reporters[page.number % len(staff.reporters)]
        document = document_of(page, house)
        working.add(page, record.add(page, document, author), house, author.pk)
        documents[page.feature] = document
    for edition in record.editions:
        first = documents[edition.feature_id] if edition.number == 1 else edition.revision.read()
        published.add(edition, first, photos)
    for place, row in enumerate(published.subjects):
        row.pk = row.publishedfeature_id * plan.SUBJECTS + place % plan.SUBJECTS
    for rows in (working, record, published):
        rows.save()
    return record.entries


def _set_sequences() -> None:
    """Set the sequences behind the written ids."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _count_anew() -> None:
    """Update the planner's statistics and, for scans of indexes only, what it knows of all-visible pages."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.in_atomic_block or connection.vendor == "sqlite" else "VACUUM (ANALYZE)")
