"""Describe many photos on one screen: just uploaded, or chosen in the library."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from interviews import photodesk
from interviews.errors import RefusedError

from . import lookups
from .cards import Cards, html_of

FIELDS = ("caption", "alt_text", "photographer", "credit_line", "taken_on", "place")


def may_describe(user):
    return photodesk.may_upload(user) or user.has_perm("interviews.change_photo")


def describe_view(model_admin, request):
    """The screen. Without scripts, one button fills the common values in and another saves."""
    if not may_describe(request.user):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else request.GET
    photos = lookups.photos(sent.getlist("photo"))
    data = request.POST if {"save", "apply"} & set(request.POST) else None
    if "apply" in request.POST:
        data = applied(data, photos)
    cards = Cards(request.user, photos, data)
    if "save" in request.POST:
        written = cards.save()
        messages.success(request, told(written))
        if not cards.faulty:
            return HttpResponseRedirect(address_of(photos))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"填写 {len(photos)} 张照片的资料" if photos else "没有选照片",
        "opts": model_admin.opts,
        "every": {name: request.POST.get(f"all-{name}", "") for name in FIELDS},
        **cards.context(),
    }
    return TemplateResponse(request, "admin/interviews/photo/describe.html", context)


def told(written):
    return f"已保存 {written} 张照片的改动。" if written else "没有改动，不用保存。"


def address_of(photos):
    query = urlencode([("photo", photo.pk) for photo in photos])
    return f"{reverse('admin:interviews_photo_describe')}?{query}"


def applied(data, photos):
    """Fill common values into every photo, or only into empty fields."""
    data = data.copy()
    everywhere = data.get("all-over") == "yes"
    for photo in photos:
        for name in FIELDS:
            field, value = f"p{photo.pk}-{name}", data.get(f"all-{name}", "")
            if value and (everywhere or not data.get(field)):
                data[field] = value
        field = f"p{photo.pk}-subjects"
        data.setlist(field, list(dict.fromkeys([*data.getlist(field), *data.getlist("all-subjects")])))
    return data


@require_http_methods(["POST"])
def save_view(request):
    """Save all changes; return each photo's card, with its own error if it has one."""
    if not may_describe(request.user):
        raise RefusedError("你不能修改照片的资料。")
    cards = Cards(request.user, lookups.photos(request.POST.getlist("photo")), request.POST)
    written = cards.save()
    faulty = {row["photo"].pk for row in cards.faulty}
    fresh = Cards(request.user, lookups.photos(str(row["photo"].pk) for row in cards.rows))
    shown = {row["photo"].pk: row for row in fresh.rows} | {row["photo"].pk: row for row in cards.faulty}
    sentence = told(written) + (f"有 {len(faulty)} 张没有保存，请看各张下面的说明。" if faulty else "")
    return JsonResponse(
        {
            "told": sentence,
            "faulty": sorted(faulty),
            "cards": {key: html_of(row) for key, row in shown.items()},
        }
    )
