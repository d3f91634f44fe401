"""Projection of editions to the published rows, from which public lists and search read. Rebuildable at any time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from interviews import directory
from interviews.document import FeatureDocument
from interviews.drafting.aliases import Aliases, aliases, resolved
from interviews.models import (
    Edition,
    LedgerHead,
    Photo,
    PublishedCredit,
    PublishedFeature,
    PublishedInterview,
    PublishedPhoto,
    PublishedTopic,
    SearchTally,
    search_tokens,
)
from interviews.models.bulk import insert
from interviews.models.months import month_of

from .rows import credits_of, interviews_of, page_of, photos_of, topics_of

# Editions rebuilt in one transaction.
EDITIONS = 100


def rebuild_published(
    progress: Callable[[int], None] = lambda edition: None, after: int = 0, *, into_empty: bool = False
) -> int:
    """Write the rows that differ from what the editions after this one say. Returns the number of editions read.

    Each batch is a transaction of its own, and rows that are right are not touched: readers and verbs are not held up.
    After an interruption, go on after the last edition that `progress` was told of. Nine queries a batch. `into_empty`
    tables, nothing is compared.
    """
    count = 0
    while keys := list(Edition.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:EDITIONS]):
        with transaction.atomic():
            # Verbs and merges hold this lock while they write published rows.
            LedgerHead.objects.select_for_update().filter(pk=1).first()
            _rebuild(keys, into_empty)
        after, count = keys[-1], count + len(keys)
        progress(after)
    directory.rebuild()
    return count


def _rebuild(keys: list[int], into_empty: bool) -> None:
    rows = _projected(keys)
    if into_empty:
        rows.save()
        return
    search_tokens.renew(rows.searched())
    rows.replace(keys)


def _projected(keys: list[int]) -> PublishedRows:
    """Return the rows that these editions should have, with merged people resolved. Four queries."""
    editions = list(Edition.objects.for_reading().filter(pk__in=keys).order_by("pk"))
    known, rows = aliases(), PublishedRows()
    documents = [resolved(edition.revision.read(), known) for edition in editions]
    wanted = {picture.id for document in documents for picture in document.pictures if picture.id}
    photos = set(Photo.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    for edition, document in zip(editions, documents, strict=True):
        rows.add(edition, document, photos)
    return rows


def write_published(edition: Edition, known: Aliases | None = None) -> None:
    """Write the rows of an edition, with merged people resolved. Call in the transaction that creates it."""
    document = resolved(edition.revision.read(), known)
    rows = PublishedRows()
    rows.add(edition, document, _existing(document))
    rows.save()
    if edition.number == 1:
        speakers, photos = {row.speaker_id for row in rows.interviews}, {row.photo_id for row in rows.photos}
        directory.relist(speakers, photos, {row.date for row in rows.pages})
    else:
        directory.refresh(edition.feature_id)


@dataclass
class PublishedRows:
    """The rows of some editions, to be saved together: seven queries a few hundred rows, whatever the editions."""

    pages: list[PublishedFeature] = field(default_factory=list)
    subjects: list[Any] = field(default_factory=list)
    topics: list[PublishedTopic] = field(default_factory=list)
    interviews: list[PublishedInterview] = field(default_factory=list)
    credits: list[PublishedCredit] = field(default_factory=list)
    photos: list[PublishedPhoto] = field(default_factory=list)

    def add(self, edition: Edition, document: FeatureDocument, photos: Container[int]) -> None:
        """Add an edition's rows. `photos` are the ids of photos that are in the library."""
        subjects = PublishedFeature.subjects.through
        self.pages.append(page_of(edition, document))
        self.subjects += [subjects(publishedfeature_id=edition.pk, subject_id=each.id) for each in document.subjects]
        self.topics += topics_of(edition, document)
        self.interviews += interviews_of(edition, document)
        self.credits += credits_of(edition, document)
        self.photos += photos_of(edition, document, photos)

    @property
    def tables(self) -> list[tuple[type[models.Model], list[Any]]]:
        """The rows by table, pages first."""
        return [
            (PublishedFeature, self.pages),
            (PublishedFeature.subjects.through, self.subjects),
            (PublishedTopic, self.topics),
            (PublishedInterview, self.interviews),
            (PublishedCredit, self.credits),
            (PublishedPhoto, self.photos),
        ]

    def replace(self, editions: list[int]) -> None:
        """Replace the stored rows of these editions that differ from these."""
        changed = False
        for table, rows in self.tables:
            edition, columns = _columns(table)
            stored = table._default_manager.filter(**{f"{edition}__in": editions})
            is_right = set(stored.values_list(*columns))
            wanted = {tuple(getattr(row, name) for name in columns): row for row in rows}
            wrong = {values[0] for values in is_right.symmetric_difference(wanted)}
            if wrong:
                stored.filter(**{f"{edition}__in": wrong}).delete()
                insert([row for values, row in wanted.items() if values[0] in wrong])
                changed = True
        if changed:  # hits were counted that are others now
            SearchTally.objects.all().delete()

    def save(self) -> None:
        for _, rows in self.tables:
            insert(rows)
        search_tokens.write(self.searched())

    def searched(self) -> Iterator[tuple[int, str]]:
        """Yield the texts for search by key: the pages' heads with those of their interviews, and the interviews."""
        heads = defaultdict[int, list[str]](list)
        for row in self.interviews:
            heads[row.edition_id].append(row.searched[: row.search_head])
            yield row.search_key, row.searched
        for page in self.pages:
            yield page.search_key, "\n".join((page.searched, *heads[page.pk]))


def _columns(table: type[models.Model]) -> tuple[str, list[str]]:
    """Return the column that refers to the edition, and all columns that say something, that one first."""
    names = [field.attname for field in table._meta.concrete_fields if not isinstance(field, models.AutoField)]
    edition = next(name for name in names if name in ("edition_id", "publishedfeature_id"))
    return edition, [edition, *(name for name in names if name != edition)]


def _existing(document: FeatureDocument) -> set[int]:
    """Return the page's photos that are in the library: one query, none for a page without pictures."""
    keys = [picture.id for picture in document.pictures if picture.id]
    return set(Photo.objects.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


def fill(**_: object) -> None:
    """Derive after a migration or a restore what older versions did not have. Does nothing if it is there."""
    last = PublishedFeature.objects.order_by("-pk").first()
    if last and not _is_head_indexed(last):
        search_tokens.write(_heads())
    directory.fill()


def _heads() -> Iterator[tuple[int, str]]:
    """Yield the texts by which pages are found, as `PublishedRows.searched` does: two queries a few hundred pages."""
    keys = PublishedFeature.objects.order_by("pk").values_list("pk", flat=True)
    for start in range(0, len(keys), EDITIONS):
        rows = PublishedRows(
            pages=list(PublishedFeature.objects.filter(pk__in=keys[start : start + EDITIONS])),
            interviews=list(PublishedInterview.objects.filter(edition__in=keys[start : start + EDITIONS])),
        )
        yield from ((key, text) for key, text in rows.searched() if key & search_tokens.HEAD == search_tokens.HEAD)


def _is_head_indexed(page: PublishedFeature) -> bool:
    # Kickers are often empty, and so is the first line.
    start = page.searched.strip()[:2].split("\n")[0]
    found = search_tokens.keys_with([start], heads=True)
    return not start or PublishedFeature.objects.filter(pk=page.pk, search_key__in=found).exists()


def point_at_people(editions: Iterable[int]) -> None:
    """Update the people of these editions' rows after a merge or its undoing, as a rebuild would."""
    keys = sorted(editions)
    speakers: set[int] = set()
    for start in range(0, len(keys), EDITIONS):
        batch = keys[start : start + EDITIONS]
        rows = _projected(batch)
        speakers.update(PublishedInterview.objects.filter(edition__in=batch).values_list("speaker", flat=True))
        speakers.update(row.speaker_id for row in rows.interviews)
        rows.replace(batch)
    directory.relist_speakers(speakers)
    days = PublishedFeature.objects.filter(pk__in=keys).order_by().values_list("date", flat=True).distinct()
    directory.recount(sorted({month_of(day) for day in days}))
