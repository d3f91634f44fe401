"""Photos: the gallery, photo pages, and the files."""

from __future__ import annotations

import mimetypes
import re
from collections import Counter
from datetime import datetime, time, timedelta
from io import BytesIO

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Substr
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from interviews import document
from interviews.models import (
    CountedList,
    ListCount,
    ListedPhoto,
    Photo,
    PhotoPlace,
    PublishedInterview,
    PublishedPhoto,
    Rendition,
)
from interviews.models.photo import unusable, usable
from interviews.photodesk import pictures, storage
from interviews.photodesk.orphans import outdated
from interviews.public import structured_data
from interviews.public.kept import depending, kept, keys
from interviews.public.listing import listing
from interviews.publishing.preview_links import LinkExpiredError, link_of

from .decorators import NOT_KEPT
from .error_pages import message

PHOTOS_ON_A_PAGE = 24
YEAR = 31_536_000
# File names that photodesk makes; anything else is a 404 without a query.
NAME = re.compile(r"[0-9a-f]{32}\.(jpg|webp|avif)")
# Shared caches revalidate after this, so that withdrawals reach them.
SHARED = 600


@require_safe
@kept("lists", "photos", parameters=["page"])
def photo_list(request: HttpRequest) -> HttpResponse:
    """Every photo on public pages once, as its newest page shows it.

    Three queries: the months' counts less the photos that may not be shown, the page, renditions.
    """
    listed = ListedPhoto.objects.now()
    shown = listing(request, listed.filter(usable(prefix="photo__")), PHOTOS_ON_A_PAGE, _months(listed))
    found = pictures(row.photo_id for row in shown.page)
    response = render(request, "public/photos.html", {"listing": shown, "pictures": found})
    return depending(response, *keys("photo", (row.photo_id for row in shown.page)))


def _months(listed: QuerySet[ListedPhoto]) -> list[tuple[str, int]]:
    """Count the photos that may be shown by month. One query, which reads a row a month and those that may not."""
    hidden = listed.filter(unusable(prefix="photo__")).order_by()
    month = Substr(Cast("date", CharField()), 1, 7)
    less = hidden.values_list(month).annotate(rows=Value(0) - Count("pk"))
    found: Counter[str] = Counter()
    for name, rows in ListCount.objects.months(CountedList.PHOTOS).order_by().union(less, all=True):
        found[name] += rows
    return sorted(found.items(), reverse=True)


@require_safe
@kept()
def photo(request: HttpRequest, photo_id: int) -> HttpResponse:
    """A photo as its newest public page shows it, its public pages, people and photographer. Three queries."""
    public = PublishedPhoto.objects.public().filter(photo=photo_id)
    public = public.select_related("edition__page", "photo__photographer")
    rows = list(public.order_by("-date", "-edition_id", "position"))
    if not rows:
        raise Http404
    if not rows[0].photo.is_usable:
        gone = message(request, 410, "照片已撤下", "这张照片已撤下或使用期限已过，不再公开。")
        return depending(gone, f"photo:{photo_id}")
    told = max(rows, key=lambda row: (bool(row.caption), bool(row.credit_line)))
    pages = list({row.edition_id: row.edition.page for row in rows}.values())
    found = pictures([photo_id])
    context = {"photo": rows[0].photo, "row": told, "pages": pages, "pictures": found}
    context |= {"statements": _statements(rows), "photographer": rows[0].photo.photographer}
    printed = document.Photo(id=photo_id, caption=told.caption, credit_line=told.credit_line, alt_text=told.alt_text)
    if image := structured_data.image(printed, found.get(photo_id)):
        title = told.caption or told.alt_text
        crumbs = [("图片", structured_data.absolute("photos")), (title, image["url"])]
        context["og"] = structured_data.card(
            title, told.credit_line or title, image["url"], photo=printed, pictures=found
        )
        context["structured"] = structured_data.script(image, structured_data.breadcrumbs(*crumbs))
    photographer = keys("contributor", [rows[0].photo.photographer_id])
    return depending(render(request, "public/photo.html", context), f"photo:{photo_id}", *photographer)


def _statements(rows: list[PublishedPhoto]) -> list[PublishedInterview]:
    """The statements it illustrates as a portrait, one for each topic."""
    portraits = Q()
    for row in rows:
        if row.place == PhotoPlace.PORTRAIT:
            portraits |= Q(edition=row.edition_id, interview_id=row.interview_id)
    if not portraits:
        return []
    spoken = PublishedInterview.objects.filter(portraits).defer("text", "searched")
    return list({row.topic_id: row for row in spoken}.values())


@require_safe
def media(request: HttpRequest, photo_id: int, file: str) -> HttpResponseBase:
    """Serve a rendition if its photo may be seen. One query if it is public."""
    if not NAME.fullmatch(file):
        raise Http404
    # Even if the file still exists: a crop may have been replaced because of what it showed.
    rows = Rendition.objects.exclude(outdated()).filter(name=f"{photo_id}/{file}").select_related("photo")
    public = Exists(PublishedPhoto.objects.public().filter(photo=OuterRef("photo")))
    row = rows.annotate(is_public=public).first()
    if row is None:
        raise Http404
    found: Rendition = row
    if not found.photo.is_usable and not _is_staff(request):
        return _gone()
    if row.is_public and found.photo.is_usable:  # type: ignore[attr-defined]  # annotated above
        kept = f"public, max-age={_lifetime(found.photo)}, s-maxage={min(SHARED, _lifetime(found.photo))}, immutable"
    elif _in_preview(request, photo_id) or _is_staff(request):
        kept = NOT_KEPT
    else:
        raise Http404
    return _file(request, found, kept)


def _gone() -> HttpResponse:
    """410 that no cache stores: a photo can be reinstated."""
    response = HttpResponse("照片已撤下。\n", status=410, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = NOT_KEPT
    return response


def _file(request: HttpRequest, found: Rendition, kept: str) -> HttpResponseBase:
    etag = f'"{found.name}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag)
    if response is None:
        try:
            data = storage.public_files().read(found.name)
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(BytesIO(data), content_type=mimetypes.guess_type(found.name)[0])
    response["Cache-Control"] = kept
    response["ETag"] = etag
    return response


def _lifetime(photo: Photo) -> int:
    """Seconds until its term ends, at most a year."""
    if photo.expires_on is None:
        return YEAR
    end = timezone.make_aware(datetime.combine(photo.expires_on + timedelta(days=1), time.min))
    return min(YEAR, max(0, int((end - timezone.now()).total_seconds())))


def _is_staff(request: HttpRequest) -> bool:
    return request.user.is_staff and request.user.has_perm("interviews.view_photo")


def _in_preview(request: HttpRequest, photo_id: int) -> bool:
    token = request.GET.get("preview", "")
    try:
        link = link_of(token) if token else None
    except LinkExpiredError:
        return False
    return link is not None and photo_id in {picture.id for picture in link.revision.read().pictures}
