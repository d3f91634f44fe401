from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from interviews.models import Subject
from interviews.photodesk import pictures_of
from interviews.public.corrections import preview_of
from interviews.publishing.page_meta import description, page_date, subject_labels
from interviews.publishing.preview_links import LinkExpiredError, link_of

from .decorators import NOT_KEPT
from .error_pages import message


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """A revision, for anybody with its preview link. Touches no session."""
    response = _answer(request, token)
    response["Cache-Control"] = NOT_KEPT
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    try:
        link = link_of(token)
    except LinkExpiredError:
        return message(request, 410, "预览链接已失效", "这个预览链接已经过期或被撤销，请向编辑部索取新的链接。")
    if link is None:
        return message(request, 404, "预览链接不对", "这个预览链接不完整或被改动过，请核对后重试。", "缺")
    document = link.revision.read()
    context = {
        "document": document,
        "edition": None,
        "corrections": None,
        "neighbours": None,
        "others": (),
        "date": page_date(document, None),
        "description": description(document),
        "subjects": subject_labels(document, Subject.objects.colours()),
        "pictures": pictures_of(document, token),
        "banner": preview_of(link.revision.number, link.expires_at),
    }
    return render(request, "public/feature.html", context)
