from __future__ import annotations

import re

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from interviews.document.walk import passages
from interviews.errors import RefusedError
from interviews.models import Comment, Feature, Revision, Stage
from interviews.text.chinese import drop_unseen
from interviews.text.cleaning import paragraphs
from interviews.workflow.permissions import may_resolve, may_view
from interviews.workflow.state import latest_revision, lock, next_step

LONGEST_QUOTE = 500


def comment(
    *, feature: Feature, actor: User, text: str, path: str = "", quote: str = "", start: int | None = None
) -> Comment:
    """Comment on the latest revision.

    `path` is a passage of it, or empty for the whole page. `quote` is text of that passage; if it occurs several times,
    the occurrence nearest to `start` is meant.
    """
    with transaction.atomic():
        feature = lock(feature)
        if not may_view(actor, feature):
            raise RefusedError("你不能批注这个专题。")
        revision = latest_revision(feature)
        if revision is None:
            raise RefusedError("还没有存过修订，没有可以批注的内容。")
        text = paragraphs(text, "批注")
        if not text:
            raise RefusedError("请写批注内容。")
        quote, start = _pinned(revision, path, quote, start)
        return Comment.objects.create(
            feature=feature,
            revision=revision,
            author=actor,
            created_at=timezone.now(),
            step=next_step(revision) if feature.stage == Stage.REVIEW else None,
            text=text,
            path=path,
            quote=quote,
            start=start,
        )


def resolve_comment(*, comment: Comment, actor: User) -> Comment:
    with transaction.atomic():
        comment = _locked(comment, actor)
        if comment.resolved_at:
            raise RefusedError("这条批注已经处理过了。")
        comment.resolved_at, comment.resolved_by = timezone.now(), actor
        comment.save(update_fields=["resolved_at", "resolved_by"])
        return comment


def reopen_comment(*, comment: Comment, actor: User) -> Comment:
    with transaction.atomic():
        comment = _locked(comment, actor)
        if not comment.resolved_at:
            raise RefusedError("这条批注没有处理过，不用重开。")
        comment.resolved_at = comment.resolved_by = None
        comment.save(update_fields=["resolved_at", "resolved_by"])
        return comment


def locate_quote(text: str, quote: str, start: int | None) -> int | None:
    """Locate a quote in a passage: the occurrence nearest to `start`, None if it is gone."""
    places = [match.start() for match in re.finditer(f"(?={re.escape(quote)})", text)] if quote else []
    return min(places, key=lambda place: abs(place - (start or 0)), default=None)


def _locked(comment: Comment, actor: User) -> Comment:
    feature = lock(comment.feature)
    if not may_resolve(actor, feature) and not (comment.author_id == actor.pk and may_view(actor, feature)):
        raise RefusedError("你不能处理这条批注。")
    return Comment.objects.select_for_update().get(pk=comment.pk)


def _pinned(revision: Revision, path: str, quote: str, start: int | None) -> tuple[str, int | None]:
    if not path:
        return "", None
    passage = next((each for each in passages(revision.read()) if each.path == path), None)
    if passage is None:
        raise RefusedError("批注的位置不在当前这一稿里，请重新选择。")
    # Browsers put two line ends between selected paragraphs.
    quote = re.sub(r"\s*\n\s*", "\n", drop_unseen(quote).strip())
    if not quote:
        return "", None
    if len(quote) > LONGEST_QUOTE:
        raise RefusedError(f"选中的文字太长（上限 {LONGEST_QUOTE} 字），请只选要说的那几句。")
    found = locate_quote(passage.text, quote, start)
    if found is None:
        raise RefusedError(f"选中的文字不在“{passage.label}”里，请重新选择。")
    return quote, found
