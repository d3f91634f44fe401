"""Writing: what a window keeps by itself, what its owner saves, and what is brought back from an earlier revision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from interviews.document import FeatureDocument
from interviews.drafting import rewrite
from interviews.errors import RefusedError
from interviews.models import Feature, PreviewLink, Revision, SignOff, Subject, WorkingCopy
from interviews.models.display_name import DISPLAY_NAME
from interviews.workflow.permissions import may_edit, may_submit
from interviews.workflow.state import latest_revision, lock

from .revisions import freeze_revision

LARGEST_COPY = 5 * 1024 * 1024
FORGOTTEN = timedelta(days=1)


class OutdatedError(RefusedError):
    """Somebody else saved since the window began. `.latest` is what they saved; nothing was written."""

    def __init__(self, latest: Revision):
        self.latest = latest
        super().__init__("你打开以后，这个专题又有人存过新的一稿。")


def create(*, actor: User) -> Feature:
    """An empty feature, to be written."""
    if not actor.has_perm("interviews.add_feature"):
        raise RefusedError("你不能新建专题。")
    return Feature.objects.create(owner=actor)


def may_share(user: User, feature: Feature) -> bool:
    """Its writer, while still a writer, and editors."""
    owns = feature.owner_id == user.pk
    return may_submit(user, feature) and (owns or user.has_perm("interviews.change_any_feature"))


def may_delete(user: User, feature: Feature) -> bool:
    """Its writer and whoever may change any; not those it is shared with. What others said of it or typed stays."""
    anybody_s = user.has_perm("interviews.change_any_feature") or user.has_perm("interviews.correct_feature")
    if not may_edit(user, feature) or not (anybody_s or feature.owner_id == user.pk):
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
    """Give up a draft of which nobody else has said anything, with all its revisions."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_delete(actor, feature):
            raise RefusedError("这个专题不能删除：签发、发布、批注、分享过的都留在记录里，同事没保存的改动也不能丢。")
        feature.delete()


def share(*, feature: Feature, actor: User, users: Iterable[User]) -> None:
    """Let these colleagues, and no others, write on the feature until it is submitted."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_share(actor, feature):
            raise RefusedError("只有撰稿人和编辑可以选共同撰稿的人。")
        feature.shared_with.set(users)


def writers() -> QuerySet[User]:
    """Who may write a feature at all."""
    may_write = Q(groups__permissions__codename="change_feature") | Q(user_permissions__codename="change_feature")
    return User.objects.filter(may_write, is_active=True, is_staff=True).distinct().order_by(DISPLAY_NAME, "username")


def keep(*, feature: Feature, actor: User, window: str, base: int, content: str | None) -> WorkingCopy:
    """Keep what a window says (None: as before; empty: nothing unsaved), and that it is open. This is no revision.

    Whoever began to write keeps what they typed even when they may no longer save it: the feature may have been
    submitted meanwhile.
    """
    if not may_edit(actor, feature) and not may_submit(actor, feature):
        raise RefusedError("你不能修改这个专题。")
    if content is not None and len(content) > LARGEST_COPY:
        raise RefusedError("内容超过 5 MB，无法自动保存。")
    now = timezone.now()
    values = {"seen_at": now}
    if content is not None:
        values |= {"content": content.replace("\x00", ""), "base": base, "changed_at": now if content else None}
    copy, opened = WorkingCopy.objects.update_or_create(
        feature=feature, user=actor, window=window, defaults=values, create_defaults={"base": base, **values}
    )
    if opened:  # windows that were closed with nothing left in them
        feature.working_copies.filter(user=actor, content="", seen_at__lt=now - FORGOTTEN).delete()
    return copy


def discard(*, copy: WorkingCopy, actor: User) -> None:
    """Give up what was typed. Only one's own."""
    if copy.user_id != actor.pk:
        raise RefusedError("这不是你的改动。")
    copy.delete()


def save(*, feature: Feature, actor: User, document: FeatureDocument, base: int, window: str = "") -> Revision | None:
    """Write a document over the feature and record it. `base` is the number of the revision it was made from.

    Raises OutdatedError if somebody else saved since; one window's own parallel requests are no conflict. Returns None
    if nothing changed.
    """
    with transaction.atomic():
        feature = lock(feature)
        if not may_edit(actor, feature):
            raise RefusedError("你不能修改这个专题。")
        since = feature.revisions.filter(number__gt=base).order_by("number")
        if any(not window or (each.author_id, each.window) != (actor.pk, window) for each in since):
            raise OutdatedError(latest_revision(feature))
        _refuse_new_subjects(document, actor)
        rewrite(feature=feature, document=document)
        revision = freeze_revision(feature, actor, window=window)
        feature.working_copies.filter(user=actor, window=window).update(content="", changed_at=None)
        return revision


def _refuse_new_subjects(document: FeatureDocument, actor: User) -> None:
    """Readers filter by subjects: who may not add one does not add one by writing it."""
    names = {subject.name for subject in document.subjects}
    new = names - set(Subject.objects.filter(name__in=names).values_list("name", flat=True))
    if new and not actor.has_perm("interviews.add_subject"):
        raise RefusedError(f"没有“{'、'.join(sorted(new))}”这个领域，请编辑添加。")


def restore(*, feature: Feature, actor: User, revision: Revision) -> Revision:
    """Bring an earlier revision back, as a new one. What anybody has typed and not saved stays as it is."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_edit(actor, feature):
            raise RefusedError("你不能修改这个专题。")
        if revision.feature_id != feature.pk:
            raise RefusedError("这一稿不属于这个专题。")
        rewrite(feature=feature, document=revision.read())
        made = freeze_revision(feature, actor, restored=revision)
        if made is None:
            raise RefusedError(f"第 {revision.number} 稿与现在的内容相同，不用恢复。")
        return made


def unsaved_copies(feature: Feature, user: User) -> list[WorkingCopy]:
    """What this user typed and did not save, newest first: in windows that are gone, or may still be open elsewhere."""
    return list(feature.working_copies.filter(user=user).unsaved())


def others_present(feature: Feature, user: User) -> list[WorkingCopy]:
    """Who else has the feature open, a row a person."""
    copies = feature.working_copies.present().exclude(user=user).select_related("user").order_by("opened_at")
    return list({copy.user_id: copy for copy in copies}.values())
