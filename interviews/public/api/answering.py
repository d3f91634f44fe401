"""What all of the API's views share: who may read, keyset pages, JSON and problems."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from interviews.models.edition import WithdrawalQuerySet
from interviews.public.addresses import address
from interviews.public.kept import ENVIRON, depending, kept, keys
from interviews.public.params import whole_number
from interviews.public.problems import problem
from interviews.public.structured_data import INERT

from .schemas import Items, Shape

LIMIT, MOST = 50, 100
# The parameters of lists.
PAGING = ("before", "limit")
View = Callable[..., HttpResponse]


class ParameterError(Exception):
    """A parameter makes no sense. `str()` is a Chinese sentence."""


def api(*tags: str, parameters: Iterable[str] = ()) -> Callable[[View], View]:
    """Make a view of the API: kept by the page store as `kept` says, unless tokens are asked for."""

    def decorated(view: View) -> View:
        @wraps(view)
        def in_words(request: HttpRequest, **arguments: int) -> HttpResponse:
            try:
                return view(request, **arguments)
            except ParameterError as error:
                return problem(400, "参数没有看懂", str(error))

        public = kept(*tags, parameters=parameters)(in_words)

        @require_safe
        @wraps(view)
        def answered(request: HttpRequest, **arguments: int) -> HttpResponse:
            response = public(request, **arguments) if not settings.API_TOKENS else _private(public, request, arguments)
            response["X-Robots-Tag"] = "noindex"
            response["Link"] = f'<{address("api-description")}>; rel="service-desc"'
            return response

        return answered

    return decorated


def _private(view: View, request: HttpRequest, arguments: dict[str, int]) -> HttpResponse:
    """Answer whoever has a token; nothing shared may keep the response."""
    if not _has_token(request):
        response = problem(401, "需要令牌", "请在 Authorization 请求头里写 Bearer 和令牌；令牌请向本站管理员索取。")
        response["WWW-Authenticate"] = "Bearer"
        response["Cache-Control"] = "private, no-store"
        return response
    response = view(request, **arguments)
    request.META.pop(ENVIRON, None)
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization"])
    return response


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given = hashlib.sha256(token.strip().encode()).hexdigest()
    # All are compared, so that the time says nothing of which one is nearly right.
    same = [hmac.compare_digest(given, known) for known in settings.API_TOKENS]
    return scheme.lower() == "bearer" and any(same)


def answer(shape: Shape) -> HttpResponse:
    return as_json(shape.model_dump(mode="json", by_alias=True))


def as_json(data: Any) -> HttpResponse:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(INERT)
    return HttpResponse(text, content_type="application/json")


def page(
    request: HttpRequest, rows: QuerySet[Any], key: str, present: Callable[[Sequence[Any]], list[Any]], tag: str = ""
) -> HttpResponse:
    """A page of rows, the largest keys first, from below `?before=`: the last page costs as much as the first.

    `tag` is that of single rows, if the page depends on each.
    """
    limit = number_in(request, "limit") or LIMIT
    if limit > MOST:
        raise ParameterError(f"limit 最多 {MOST}。")
    before = number_in(request, "before")
    below = rows.filter(**{f"{key}__lt": before}) if before else rows
    found = list(below.order_by(f"-{key}")[: limit + 1])
    shown = found[:limit]
    more = _following(request, getattr(shown[-1], key)) if len(found) > limit else None
    response = answer(Items(items=present(shown), next=more))
    return depending(response, *keys(tag, (getattr(row, key) for row in shown))) if tag else response


def _following(request: HttpRequest, last: int) -> str:
    given = {name: value for name in ("limit", "speaker") if (value := request.GET.get(name))}
    return f"{settings.SITE_URL}{request.path}?{urlencode({**given, 'before': last})}"


def number_in(request: HttpRequest, name: str) -> int | None:
    """A positive number in the query; None if it is not there. Raises ParameterError."""
    text = request.GET.get(name)
    number = whole_number(text)
    if text is not None and number is None:
        raise ParameterError(f"{name} 应是正整数。")
    return number


def absent(withdrawals: WithdrawalQuerySet | None = None) -> HttpResponse:
    """410 with the public reason of a withdrawal, else 404."""
    withdrawal = withdrawals.seen_by_readers().order_by("-pk").first() if withdrawals is not None else None
    if withdrawal is None:
        return problem(404, "没有找到", "没有这一项，或者没有公开。")
    return problem(410, "已撤下", f"这一版已撤下。原因：{withdrawal.reason}")
