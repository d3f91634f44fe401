"""Errors for machines: problem details (RFC 9457), with a Chinese sentence."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse

API = "/api/"


def wants_problem(request: HttpRequest) -> bool:
    """Whether errors of this address are read by programs."""
    return request.path_info.startswith(API)


def problem(status: int, title: str, detail: str) -> HttpResponse:
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type="application/problem+json")


def wrong_method(allowed: list[str]) -> HttpResponse:
    response = problem(405, "不能这样请求", f"接口只供读取，请用 {' 或 '.join(allowed)}。")
    response["Allow"] = ", ".join(allowed)
    return response
