"""Preview links: one revision for anybody with the link, without an account, for some days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.utils import timezone

from interviews.errors import RefusedError
from interviews.models import Feature, PreviewLink
from interviews.workflow.permissions import may_edit, may_view
from interviews.workflow.state import latest_revision, lock

DAYS = (1, 3, 7, 30)
SALT = "interviews.preview"


class LinkExpiredError(Exception):
    """The link was valid once."""


def share_preview(*, feature: Feature, actor: User, days: int) -> PreviewLink:
    """Create a link to the latest revision; later saves do not change what it shows."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_view(actor, feature):
            raise RefusedError("你不能分享这个专题的预览。")
        if days not in DAYS:
            raise RefusedError("预览链接的有效期是 1、3、7 或 30 天。")
        revision = latest_revision(feature)
        if revision is None:
            raise RefusedError("还没有存过修订，没有可以预览的内容。")
        now = timezone.now()
        expires = (now + timedelta(days=days)).replace(microsecond=0)
        return PreviewLink.objects.create(revision=revision, maker=actor, created_at=now, expires_at=expires)


def revoke_preview(*, link: PreviewLink, actor: User) -> PreviewLink:
    with transaction.atomic():
        feature = lock(link.revision.feature)
        if not may_edit(actor, feature) and not (link.maker_id == actor.pk and may_view(actor, feature)):
            raise RefusedError("你不能撤销这个预览链接。")
        link = PreviewLink.objects.select_for_update().get(pk=link.pk)
        if link.revoked_at:
            raise RefusedError("这个预览链接已经撤销了。")
        link.revoked_at, link.revoked_by = timezone.now(), actor
        link.save(update_fields=["revoked_at", "revoked_by"])
        return link


def open_links(feature: Feature) -> list[PreviewLink]:
    links = PreviewLink.objects.filter(revision__feature=feature, revoked_at=None, expires_at__gt=timezone.now())
    return list(links.select_related("revision", "maker"))


def token_of(link: PreviewLink) -> str:
    """Sign the link's id and expiry, so that a changed row cannot extend it."""
    facts = {"link": link.pk, "revision": link.revision_id, "until": int(link.expires_at.timestamp())}
    return signing.dumps(facts, salt=SALT)


def link_of(token: str) -> PreviewLink | None:
    """Look up a token's link; None for a token we never issued. Raises LinkExpiredError."""
    try:
        facts = signing.loads(token, salt=SALT)
        key, revision, until = facts["link"], facts["revision"], datetime.fromtimestamp(facts["until"], tz=UTC)
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None
    link = PreviewLink.objects.select_related("revision").filter(pk=key, revision=revision).first()
    if link is None or link.revoked_at or until <= timezone.now():
        raise LinkExpiredError
    return link
