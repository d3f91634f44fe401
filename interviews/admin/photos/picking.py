"""The photo picker of the editing window."""

from __future__ import annotations

from django.db.models import Q
from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from interviews import photodesk
from interviews.errors import RefusedError
from interviews.models import Photo

from . import lookups

SHOWN = 24
LONGEST = 50


@require_safe
def pick_view(request):
    """Usable photos, newest first, `SHOWN` at a time.

    `?id=` returns those photos in any state: a window that was open for a while still shows them.
    """
    if not photodesk.may_see(request.user):
        raise RefusedError("你不能查看图片库。")
    if keys := request.GET.getlist("id"):
        return JsonResponse({"photos": [described(photo) for photo in lookups.photos(keys[:SHOWN])], "more": False})
    query = request.GET.get("q", "").strip()[:LONGEST]
    start = min(lookups.key(request.GET.get("start")) or 0, 100_000)
    rows = Photo.objects.current().usable().filter(matching(query)).distinct()
    if feature := lookups.feature(request.user, request.GET.get("feature")):
        rows = rows.filter(feature=feature)
    found = list(rows.order_by("-uploaded_at", "-pk")[start : start + SHOWN + 1])
    return JsonResponse({"photos": [described(each) for each in found[:SHOWN]], "more": len(found) > SHOWN})


def matching(query: str) -> Q:
    """Match every word somewhere in people, words, photographer or place."""
    found = Q()
    for word in query.split():
        places = ("caption", "headline", "alt_text", "keywords", "place", "credit_line", "file_name")
        texts = Q(people__name__icontains=word) | Q(photographer__name__icontains=word)
        for place in places:
            texts |= Q(**{f"{place}__icontains": word})
        found &= texts
    return found


def described(photo: Photo) -> dict:
    return {
        "id": photo.pk,
        "label": str(photo),
        "caption": photo.caption,
        "credit_line": photo.credit_line,
        "alt_text": photo.alt_text,
        "width": photo.width,
        "height": photo.height,
        "usable": photo.is_usable,
        "picture": reverse("admin:interviews_photo_picture", args=[photo.pk, 320]),
        "url": reverse("admin:interviews_photo_change", args=[photo.pk]),
    }
