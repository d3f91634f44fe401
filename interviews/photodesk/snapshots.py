"""What a page is given of a photo when it is chosen for it. From then on the page's words are its own."""

from __future__ import annotations

from interviews.document import Photo as PlacedPhoto
from interviews.document import Portrait, alt_text_for
from interviews.models import Photo


def as_placed(photo: Photo) -> PlacedPhoto:
    return PlacedPhoto(id=photo.pk, caption=photo.caption, credit_line=photo.credit_line, alt_text=photo.alt_text)


def as_portrait(photo: Photo, *, name: str = "", post: str = "") -> Portrait:
    """Described as whom it shows, unless the library knows better."""
    alt_text = photo.alt_text or (alt_text_for([(name, post)]) if name else "")
    return Portrait(id=photo.pk, credit_line=photo.credit_line, alt_text=alt_text)
