"""Upload photos: one file per request, so that a bad or slow file does not block the rest."""

from __future__ import annotations

import hashlib
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from interviews import photodesk
from interviews.errors import RefusedError
from interviews.models import Photo
from interviews.photodesk import UploadResult, intake, uses

from . import lookups
from .cards import Cards, html_of

AT_ONCE = 3
TYPES = ".jpg,.jpeg,.png,.webp,.heic,.heif,image/jpeg,image/png,image/webp,image/heic"
DAMAGED = "文件在传送途中损坏了，请重传。"


def upload_view(model_admin, request):
    """The upload screen. Without scripts, a form that takes many files at once."""
    if not photodesk.may_upload(request.user):
        raise PermissionDenied
    feature = lookups.feature(request.user, request.POST.get("feature") or request.GET.get("feature"))
    files = request.FILES.getlist("file") if request.method == "POST" else []
    results = [(file.name, taken(request.user, file, feature)) for file in files]
    photos = list(dict.fromkeys(result.photo for _, result in results if result.photo))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "上传照片",
        "opts": model_admin.opts,
        "feature": feature,
        "nothing": request.method == "POST" and not files,
        "results": [(name, result, _used(result.duplicates)) for name, result in results],
        "batches": [_batch(photos, start) for start in range(0, len(photos), lookups.MOST)],
        "desk": desk(feature),
        "types": TYPES,
        "every": {"photographer": _own_name(request.user)},
        **Cards(request.user, []).context(),
    }
    return TemplateResponse(request, "admin/interviews/photo/upload.html", context)


def _own_name(user):
    """Photographers' own name, ready to be filled into all photos."""
    person = getattr(user, "contributor", None)
    return person.name if person and not user.has_perm("interviews.change_feature") else ""


def _batch(photos, start):
    """At most as many photos as one screen describes."""
    some = photos[start : start + lookups.MOST]
    query = urlencode([("photo", photo.pk) for photo in some])
    return {"first": start + 1, "last": start + len(some), "query": query}


def desk(feature=None):
    """Configuration of the upload script."""
    return {
        "take": reverse("admin:interviews_photo_take"),
        "known": reverse("admin:interviews_photo_known"),
        "prefer": reverse("admin:interviews_photo_prefer"),
        "feature": feature.pk if feature else None,
        "since": timezone.now().isoformat(),
        "most": settings.PHOTO_MOST_BYTES,
        "atOnce": AT_ONCE,
    }


def taken(user, file, feature):
    """Take a file into the library, with the credit its page suggests."""
    result = intake(file=file, actor=user, feature=feature)
    if result.created and feature:
        photodesk.credit_by_page(photo=result.photo, feature=feature, actor=user)
    return result


@require_POST
def take_view(request):
    """Upload one file.

    `key` is the SHA-256 computed by the browser: a retry after a lost response finds the same photo, and corrupted
    bytes are refused.
    """
    _may_upload(request)
    file = request.FILES.get("file")
    if file is None:
        raise RefusedError("没有收到文件，请重新选一次。")
    key = request.POST.get("key", "")
    if key and _sha256(file) != key:
        return JsonResponse({"photo": None, "refusal": DAMAGED, "again": True})
    feature = lookups.feature(request.user, request.POST.get("feature"))
    result = taken(request.user, file, feature)
    return JsonResponse(_answer(request.user, result, _moment(request.POST.get("since"))))


@require_safe
def known_view(request):
    """Answer for a SHA-256 that was uploaded before, so that known files are not sent again."""
    _may_upload(request)
    photo = Photo.objects.filter(sha256=request.GET.get("key", "")[:64]).first()
    if photo is None:
        return JsonResponse({"photo": None, "refusal": ""})
    return JsonResponse(_answer(request.user, photodesk.known(photo), _moment(request.GET.get("since"))))


@require_POST
def prefer_view(request):
    """Prefer an earlier photo to a near-duplicate just uploaded, which is deleted."""
    _may_upload(request)
    found = lookups.photos([request.POST.get("new"), request.POST.get("earlier")])
    if len(found) != 2:
        raise RefusedError("这张照片已经删除。")
    new, earlier = found
    if new.uploaded_by_id != request.user.pk:
        raise RefusedError("这张照片不是你上传的，请在图片库里处理。")
    photodesk.delete(photo=new, actor=request.user)
    result = UploadResult(photo=earlier, notes=(f"用的是图片库里已有的照片（{earlier}）。",))
    return JsonResponse(_answer(request.user, result, None))


def _answer(user, result, since):
    """The JSON result. A photo this window sent before counts as new: its response was lost."""
    photo = result.photo
    if photo is None:
        return {"photo": None, "refusal": result.refusal, "again": result.failed}
    own = photo.uploaded_by_id == user.pk and since is not None and photo.uploaded_at >= since
    created = result.created or own
    duplicates = result.duplicates if result.created or not own else photodesk.near_duplicates(photo)
    (row,) = Cards(user, lookups.photos([str(photo.pk)])).rows
    return {
        "photo": photo.pk,
        "created": created,
        "refusal": "",
        "notes": [] if own and not result.created else list(result.notes),
        "label": str(photo),
        "duplicates": [_described(each, photo, used) for each, used in _used(duplicates)],
        "card": html_of(row),
    }


def _used(photos):
    """Photos with their uses as sentences."""
    return [(photo, [str(use) for use in uses(photo)]) for photo in photos]


def _described(photo, new, used):
    return {
        "id": photo.pk,
        "same": photo.pk == new.pk,
        "label": str(photo),
        "by": str(photo.credit_line or photo.file_name),
        "at": f"{timezone.localtime(photo.uploaded_at):%Y年%-m月%-d日}",
        "used": used,
        "url": reverse("admin:interviews_photo_change", args=[photo.pk]),
        "picture": reverse("admin:interviews_photo_picture", args=[photo.pk, 320]),
    }


def _sha256(file):
    seal = hashlib.sha256()
    for chunk in file.chunks():
        seal.update(chunk)
    file.seek(0)
    return seal.hexdigest()


def _moment(text) -> datetime | None:
    try:
        found = parse_datetime(text or "")
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None


def _may_upload(request):
    if not photodesk.may_upload(request.user):
        raise RefusedError("你不能上传照片。")
