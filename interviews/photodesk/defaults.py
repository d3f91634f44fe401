"""Defaults that a page gives the photos uploaded for it."""

from __future__ import annotations

from django.contrib.auth.models import User

from interviews.document import TITLE_LENGTH
from interviews.models import Contributor, Credit, Feature, Photo

from .describing import describe


def photographer_of(feature: Feature) -> Contributor | None:
    """The page's photographer; None if it names several, because then a person must choose."""
    credits = Credit.objects.filter(feature=feature, interview=None).select_related("role", "contributor__user")
    found = {credit.contributor for credit in credits if credit.role.actual_kind.photographs}
    return found.pop() if len(found) == 1 else None


def credited(photographer: Contributor) -> str:
    return f"{photographer.name} 摄"[:TITLE_LENGTH]


def credit_by_page(*, photo: Photo, feature: Feature, actor: User) -> Photo:
    """Credit a photo without photographer and credit line to the page's photographer."""
    if photo.photographer_id or photo.credit_line:
        return photo
    photographer = photographer_of(feature)
    if photographer is None:
        return photo
    changes = {"photographer": photographer, "credit_line": credited(photographer)}
    return describe(photo=photo, actor=actor, changes=changes)
