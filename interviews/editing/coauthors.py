"""Share drafts with coauthors."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from interviews.errors import RefusedError
from interviews.models import Feature
from interviews.models.display_name import DISPLAY_NAME
from interviews.workflow.permissions import may_submit
from interviews.workflow.state import lock


def may_share(user: User, feature: Feature) -> bool:
    """The owner, if still a writer, and editors may share a feature."""
    is_owner = feature.owner_id == user.pk
    return may_submit(user, feature) and (is_owner or user.has_perm("interviews.change_any_feature"))


def share(*, feature: Feature, actor: User, users: Iterable[User]) -> None:
    """Set the users who may edit the feature, beside its owner, until it is submitted."""
    with transaction.atomic():
        feature = lock(feature)
        if not may_share(actor, feature):
            raise RefusedError("只有撰稿人和编辑可以选共同撰稿的人。")
        feature.shared_with.set(users)


def writers() -> QuerySet[User]:
    """Return the active staff who may write features, sorted by name."""
    may_write = Q(groups__permissions__codename="change_feature") | Q(user_permissions__codename="change_feature")
    return User.objects.filter(may_write, is_active=True, is_staff=True).distinct().order_by(DISPLAY_NAME, "username")
