"""Take posts of a WordPress site as drafts."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from interviews import document as d
from interviews.document import DocumentError
from interviews.drafting import draft
from interviews.errors import RefusedError
from interviews.models import Feature, Subject
from interviews.pagetext.wxr import Post, document_of
from interviews.text.richtext import MarkupRefusedError

from .revisions import freeze_revision


def import_post(*, post: Post, actor: User) -> Feature | None:
    """Draft a post as a feature; None if its guid was imported before. Raises RefusedError.

    The guid's digest takes the place of the digest of a printed page's text.
    """
    if not actor.has_perm("interviews.import_feature"):
        raise RefusedError("你不能导入版面。")
    if not post.guid:
        raise RefusedError("没有编号（guid），无法知道是否导入过。")
    key = d.digest_of(post.guid)
    with transaction.atomic():
        # Two runs of one user at once take turns.
        User.objects.select_for_update().get(pk=actor.pk)
        if Feature.objects.filter(source_digest=key).exists():
            return None
        feature: Feature = draft(document=_document(post), actor=actor)
        feature.source_digest = key
        feature.save(update_fields=["source_digest"])
        freeze_revision(feature, actor)
    return feature


def _document(post: Post) -> d.FeatureDocument:
    try:
        document = document_of(post, set(Subject.objects.values_list("name", flat=True)))
    except MarkupRefusedError as error:
        raise RefusedError(str(error)) from error
    except DocumentError as error:
        raise RefusedError(f"标题（上限 {d.HEADLINE_LENGTH} 字）或作者（上限 {d.NAME_LENGTH} 字）太长。") from error
    if not document.headline:
        raise RefusedError("没有标题。")
    if not document.topics[0].interviews[0].body:
        raise RefusedError("没有正文。")
    return document
