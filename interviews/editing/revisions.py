"""Record revisions, and check that the user acts on the current one."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from interviews.document import FeatureDocument
from interviews.drafting import freeze, matches
from interviews.drafting.aliases import resolved, settle
from interviews.errors import RefusedError, StaleError
from interviews.models import Feature, Publication, Revision
from interviews.workflow.permissions import may_edit
from interviews.workflow.state import latest_revision, lock


def record(*, feature: Feature, actor: User) -> Revision | None:
    """Freeze the working rows into a new revision. Returns None if nothing changed."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_edit(actor, feature):
            raise RefusedError("你不能修改这个专题。")
        return freeze_revision(feature, actor)


def freeze_revision(
    feature: Feature, actor: User | None, *, window: str = "", restored: Revision | None = None
) -> Revision | None:
    """Like `record`, for a locked feature and without a permission check."""
    settle(feature)
    document = freeze(feature)
    latest = latest_revision(feature)
    if latest and _has_document(latest, document):
        return None
    if feature.publication == Publication.CURRENT:
        feature.publication = Publication.CHANGED
        Feature.objects.filter(pk=feature.pk).update(publication=feature.publication)
    return Revision.objects.create(
        feature=feature,
        number=latest.number + 1 if latest else 1,
        document=document.to_json(),
        digest=document.digest,
        author=actor,
        window=window,
        restored=restored,
    )


def recorded(feature: Feature, actor: User) -> Revision:
    """Return the revision of the current rows: the latest, or a new one if they have unrecorded changes."""
    latest = latest_revision(feature)
    if latest and matches(feature, latest.read()):
        return latest
    return freeze_revision(feature, actor) or feature.revisions.latest("number")


def refuse_unrecorded(feature: Feature, revision: Revision) -> None:
    """Raise RefusedError if the rows differ from the revision about to be signed or published.

    A script may have changed them without recording a revision.
    """
    if not matches(feature, revision.read()) and not _has_document(revision, freeze(feature)):
        raise RefusedError("专题有改动还没有存为修订，请先打开保存，再审稿。")


def refuse_unread(revision: Revision | None, seen: int | None) -> None:
    """Raise StaleError if the revision changed since the user read number `seen`. Call under the lock."""
    if seen is not None and revision is not None and revision.number != seen:
        raise StaleError(seen)


def _has_document(revision: Revision, document: FeatureDocument) -> bool:
    """Compare documents, treating people merged since as the same."""
    return revision.digest == document.digest or resolved(revision.read()).digest == document.digest
