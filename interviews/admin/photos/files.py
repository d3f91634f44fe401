"""Photo files for the newsroom, with a permission check on every request."""

from __future__ import annotations

import mimetypes
from io import BytesIO
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from interviews import photodesk
from interviews.accounts.events import record_event
from interviews.imaging import FULL, ImageRefusedError, render
from interviews.models import Photo, SecurityEventKind
from interviews.photodesk import storage

# Largest size the screens show.
EDGES = (320, 640, 1280)
YEAR = 31_536_000


@require_safe
def picture_view(request, pk, edge):
    """A small version of the whole picture. An id's pixels never change, so browsers may cache it."""
    _may_see(request)
    if edge not in EDGES:
        raise Http404
    photo = get_object_or_404(Photo, pk=pk)
    kept = {"Cache-Control": f"private, max-age={YEAR}, immutable"}
    rows = photo.renditions.fresh().filter(spec=FULL.name, format="webp").order_by("-width")
    fitting = [row for row in rows if max(row.width, row.height) <= edge] or list(rows)[-1:]
    try:
        if fitting:
            data = storage.public_files().read(fitting[0].name)
            return FileResponse(BytesIO(data), content_type="image/webp", headers=kept)
    except FileNotFoundError:
        pass  # rendered below
    try:
        # Right after the upload, renditions are not made yet.
        data = render(storage.originals().read(photo.original), FULL, edge=edge, format="jpeg")
    except (FileNotFoundError, ImageRefusedError) as error:
        raise Http404 from error
    return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "private, no-cache"})


@require_safe
def original_view(request, pk):
    """The original as an attachment, never displayed in the browser."""
    _may_see(request)
    photo = get_object_or_404(Photo, pk=pk)
    response = _attachment(storage.originals(), photo.original, photo.file_name or f"{photo.pk}")
    record_event(SecurityEventKind.ORIGINAL_DOWNLOADED, subject=f"照片 {photo.pk}", request=request)
    return response


@require_safe
def consent_view(request, pk):
    """The signed consent form, for those who may edit the photo."""
    photo = get_object_or_404(Photo, pk=pk)
    if not photodesk.may_edit(request.user, photo):
        raise PermissionDenied
    if not photo.consent_file:
        raise Http404
    response = _attachment(storage.consents(), photo.consent_file, f"授权书-{photo.pk}")
    record_event(SecurityEventKind.CONSENT_DOWNLOADED, subject=f"照片 {photo.pk}", request=request)
    return response


def _attachment(folder, stored, name):
    suffix = f".{stored.rpartition('.')[2]}"
    name = name if name.lower().endswith(suffix) else f"{name}{suffix}"
    try:
        data = folder.read(stored)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(BytesIO(data), content_type=mimetypes.guess_type(stored)[0] or "application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response["Cache-Control"] = "private, no-store"
    return response


def _may_see(request):
    if not photodesk.may_see(request.user):
        raise PermissionDenied
