from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from interviews.models.edition import WithdrawalQuerySet
from interviews.public.problems import problem, wants_problem
from interviews.public.time_travel import TimeTravelError


def absent(request: HttpRequest, withdrawals: WithdrawalQuerySet, at: datetime | None = None) -> HttpResponse:
    """Respond 410 with the reason for a withdrawn page, else 404."""
    if at is not None:
        raise TimeTravelError(404, "当时没有公开", "这个时刻，读者在这里看不到任何内容。")
    withdrawal = withdrawals.seen_by_readers().order_by("-pk").first()
    if withdrawal is None:
        raise Http404
    return render(request, "public/gone.html", {"withdrawal": withdrawal}, status=410)


def message(request: HttpRequest, status: int, title: str, sentence: str, seal: str = "止") -> HttpResponse:
    """Render a sentence in the site's design."""
    context = {"title": title, "sentence": sentence, "seal": seal}
    return render(request, "public/message.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Render without looking at the request, which may be what failed. No query."""
    if wants_problem(request):
        return problem(400, "请求没有看懂", "请求不完整或不合规矩。")
    return message(request, 400, "请求没有看懂", "浏览器发来的请求不完整或不合规矩，请回到首页重试。", "误")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return message(request, 403, "不能查看", "这一页只对有权限的人开放，请以相应的账号登录编辑部。")


def page_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Handle a failed CSRF check: show what was typed, except secrets, so that it can be copied.

    Clients without our cookie get a short answer: their body is not even read, however slow or large it is.
    """
    return render(request, "public/page_too_old.html", {"typed": typed_text(request)}, status=403)


def typed_text(request: HttpRequest) -> list[str]:
    """The texts of a form, to be copied, without secrets; none of clients without our cookies."""
    known = {settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_NAME} & request.COOKIES.keys()
    posted = request.POST.lists() if known else ()
    return [
        value.strip()
        for name, values in posted
        if "token" not in name and "password" not in name
        for value in values
        # Only text, not names of buttons and ids of rows.
        if not value.isascii() or " " in value.strip()
    ]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if wants_problem(request):
        return problem(404, "没有找到", "接口没有这个地址，请看 /api/v1/openapi.json。")
    return render(request, "public/not_found.html", status=404)
