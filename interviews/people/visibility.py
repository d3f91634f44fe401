"""Which speakers a writer sees and changes: no names from others' unpublished pages, no people whom others printed."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from interviews.models import Interview, PublishedInterview, Speaker


def visible_speakers(user: User, speakers: QuerySet[Speaker]) -> QuerySet[Speaker]:
    """Leave out speakers known only from unpublished pages that the user may not view."""
    if user.has_perm("interviews.view_feature"):
        return speakers
    draft = Interview.objects.filter(speaker=OuterRef("pk"))
    public = PublishedInterview.objects.filter(speaker=OuterRef("pk"), edition__published_from__lte=timezone.now())
    return speakers.filter(Exists(draft.filter(_by(user, "topic__feature"))) | Exists(public) | ~Exists(draft))


def may_change(user: User, speaker: Speaker) -> bool:
    """Whether only the user's own pages, if any, have the speaker, or the user may view all pages."""
    if user.has_perm("interviews.view_feature"):
        return True
    drafts = Interview.objects.filter(speaker=speaker).exclude(_by(user, "topic__feature"))
    return not drafts.exists() and not speaker.published_interviews.exclude(_by(user, "edition__feature")).exists()


def _by(user: User, feature: str) -> Q:
    return Q(**{f"{feature}__owner": user}) | Q(**{f"{feature}__shared_with": user})
