"""What a request says, as far as it makes sense."""

from __future__ import annotations

from collections.abc import Iterable

from ...models import Feature, Photo
from ...publishing.permissions import may_view

# As many as can be described on one screen.
MOST = 200


def key(text: object) -> int | None:
    """A row's key, or None."""
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    return None


def photos(texts: Iterable[object]) -> list[Photo]:
    """Those photos, in this order, each once."""
    keys = list(dict.fromkeys(found for text in texts if (found := key(text))))[:MOST]
    rows = Photo.objects.select_related("photographer__user").prefetch_related("subjects").in_bulk(keys)
    return [rows[each] for each in keys if each in rows]


def feature(user, text: object) -> Feature | None:
    """The feature that photos are uploaded for, if this person may know of it."""
    found = Feature.objects.filter(pk=key(text)).first()
    return found if found and may_view(user, found) else None
