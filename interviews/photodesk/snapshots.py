"""Copy a photo's words onto a page when it is chosen; later edits of either are independent."""

from __future__ import annotations

from interviews.document import Photo as PlacedPhoto
from interviews.document import Portrait, alt_text_for
from interviews.models import Photo


def as_placed(photo: Photo) -> PlacedPhoto:
    return PlacedPhoto(id=photo.pk, caption=photo.caption, credit_line=photo.credit_line, alt_text=photo.alt_text)


def as_portrait(photo: Photo, *, name: str = "", post: str = "") -> Portrait:
    """Make a portrait; without the library's alt text, describe it by name and post."""
    alt_text = photo.alt_text or (alt_text_for([(name, post)]) if name else "")
    return Portrait(id=photo.pk, credit_line=photo.credit_line, alt_text=alt_text)
