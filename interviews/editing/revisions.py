from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from interviews.document import FeatureDocument
from interviews.drafting import freeze, matches
from interviews.drafting.aliases import resolved, settle
from interviews.errors import RefusedError, StaleError
from interviews.models import Feature, Revision
from interviews.workflow.permissions import may_edit
from interviews.workflow.state import latest_revision, lock


def record(*, feature: Feature, actor: User) -> Revision | None:
    """Freeze the working rows. Makes a revision when they say something new; returns None when they do not."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_edit(actor, feature):
            raise RefusedError("你不能修改这个专题。")
        return freeze_revision(feature, actor)


def freeze_revision(
    feature: Feature, actor: User | None, *, window: str = "", restored: Revision | None = None
) -> Revision | None:
    """The same for a feature that is locked already and a user who may."""
    settle(feature)
    document = freeze(feature)
    latest = latest_revision(feature)
    if latest and _says(latest, document):
        return None
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
    """The revision that says what the rows say: the latest, or one that is made of changes which nobody recorded."""
    latest = latest_revision(feature)
    if latest and matches(feature, latest.read()):
        return latest
    return freeze_revision(feature, actor) or latest_revision(feature)


def refuse_unrecorded(feature: Feature, revision: Revision) -> None:
    """What is signed and published is what the rows say. A change that nobody recorded (a script's, say) stops both."""
    if not matches(feature, revision.read()) and not _says(revision, freeze(feature)):
        raise RefusedError("专题有改动还没有存为修订，请先打开保存，再审稿。")


def refuse_unread(revision: Revision | None, seen: int | None) -> None:
    """What is signed, returned or published is what was read. Under the lock: a save may arrive with the click."""
    if seen is not None and revision is not None and revision.number != seen:
        raise StaleError(seen)


def _says(revision: Revision, document: FeatureDocument) -> bool:
    """Whether the revision holds this document. Records of people that were merged since are the same people."""
    return revision.digest == document.digest or resolved(revision.read()).digest == document.digest
