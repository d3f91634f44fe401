"""Create, save, restore and delete features."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from interviews.document import FeatureDocument
from interviews.drafting import rewrite
from interviews.errors import RefusedError
from interviews.models import Feature, PreviewLink, Revision, SignOff, Subject
from interviews.workflow.permissions import may_edit
from interviews.workflow.state import lock

from .revisions import freeze_revision


class OutdatedError(RefusedError):
    """Somebody else saved since the window was opened; nothing was written. `.latest` is their revision."""

    def __init__(self, latest: Revision) -> None:
        self.latest = latest
        super().__init__("你打开以后，这个专题又有人存过新的一稿。")


def create(*, actor: User) -> Feature:
    """Create an empty feature."""
    if not actor.has_perm("interviews.add_feature"):
        raise RefusedError("你不能新建专题。")
    return Feature.objects.create(owner=actor)


def may_delete(user: User, feature: Feature) -> bool:
    """The owner and users who may change any feature, unless others have signed, commented on or edited it."""
    may_change_any = user.has_perm("interviews.change_any_feature") or user.has_perm("interviews.correct_feature")
    if not may_edit(user, feature) or not (may_change_any or feature.owner_id == user.pk):
        return False
    others = (
        feature.editions.all(),
        feature.comments.all(),
        SignOff.objects.filter(revision__feature=feature),
        PreviewLink.objects.filter(revision__feature=feature),
        feature.working_copies.unsaved().exclude(user=user),
    )
    return not any(rows.exists() for rows in others)


def delete(*, feature: Feature, actor: User) -> None:
    """Delete a draft with its revisions, if `may_delete`."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_delete(actor, feature):
            raise RefusedError("这个专题不能删除：签发、发布、批注、分享过的都留在记录里，同事没保存的改动也不能丢。")
        feature.delete()


def save(*, feature: Feature, actor: User, document: FeatureDocument, base: int, window: str = "") -> Revision | None:
    """Overwrite the feature with a document and record a revision. Returns None if nothing changed.

    `base` is the number of the revision the document was made from. Raises OutdatedError if somebody else saved since;
    parallel requests of one window don't conflict.
    """
    with transaction.atomic():
        feature = lock(feature)
        if not may_edit(actor, feature):
            raise RefusedError("你不能修改这个专题。")
        since = list(feature.revisions.filter(number__gt=base).order_by("number"))
        if any(not window or (each.author_id, each.window) != (actor.pk, window) for each in since):
            raise OutdatedError(since[-1])
        _refuse_new_subjects(document, actor)
        rewrite(feature=feature, document=document)
        revision = freeze_revision(feature, actor, window=window)
        feature.working_copies.filter(user=actor, window=window).update(content="", changed_at=None)
        return revision


def _refuse_new_subjects(document: FeatureDocument, actor: User) -> None:
    """Saving creates missing subjects, by which readers filter, so check the permission to add them."""
    names = {subject.name for subject in document.subjects}
    new = names - set(Subject.objects.filter(name__in=names).values_list("name", flat=True))
    if new and not actor.has_perm("interviews.add_subject"):
        raise RefusedError(f"没有“{'、'.join(sorted(new))}”这个领域，请编辑添加。")


def restore(*, feature: Feature, actor: User, revision: Revision) -> Revision:
    """Restore an earlier revision as a new one. Leaves unsaved working copies alone."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_edit(actor, feature):
            raise RefusedError("你不能修改这个专题。")
        if revision.feature_id != feature.pk:
            raise RefusedError("这一稿不属于这个专题。")
        rewrite(feature=feature, document=revision.read())
        new = freeze_revision(feature, actor, restored=revision)
        if new is None:
            raise RefusedError(f"第 {revision.number} 稿与现在的内容相同，不用恢复。")
        return new
