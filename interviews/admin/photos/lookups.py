"""Look up the photos and the feature that a request names; skip invalid ones."""

from __future__ import annotations

from collections.abc import Iterable

from interviews.admin.params import key, keys
from interviews.models import Feature, Photo
from interviews.workflow.permissions import may_view

# Most photos described on one screen.
MOST = 200


def photos(texts: Iterable[object]) -> list[Photo]:
    """The requested photos, in order, each once."""
    wanted = keys(texts)[:MOST]
    rows = Photo.objects.select_related("photographer__user").prefetch_related("subjects").in_bulk(wanted)
    return [rows[each] for each in wanted if each in rows]


def feature(user, text: object) -> Feature | None:
    """The feature that photos are uploaded for, if the user may see it."""
    found = Feature.objects.filter(pk=key(text)).first()
    return found if found and may_view(user, found) else None
