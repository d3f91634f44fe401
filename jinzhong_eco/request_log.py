"""Middleware that logs and counts requests."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from interviews.monitoring import metrics

from .logs import request_id, safe_path, user_id

logger = logging.getLogger("jinzhong_eco.request")
refusals = logging.getLogger("jinzhong_eco.refusals")
SUMMARY_SECONDS = 60.0


class QueryCount:
    """An execute wrapper that counts."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.number += 1
        return execute(*arguments)


class RequestLog:
    """Log a line a request, at WARNING if it was slow or failed. Strangers' 4xx are summed up once a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._refused: Counter[int] = Counter()
        self._summed_up = time.monotonic()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token, began, queries = request_id.set(uuid4().hex[:16]), time.perf_counter(), QueryCount()
        try:
            with ExitStack() as counting:
                for connection in connections.all():
                    counting.enter_context(connection.execute_wrapper(queries))
                response = self._get_response(request)
            self._log(request, response.status_code, time.perf_counter() - began, queries.number)
            if request.path_info.startswith("/admin/"):
                response.headers["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(token)

    def _log(self, request: HttpRequest, status: int, seconds: float, queries: int) -> None:
        if "interviews.press" in request.META:
            return None
        match = request.resolver_match
        metrics.request_finished(match.view_name if match else "", status, seconds, queries)
        user, ms = user_id(request), round(seconds * 1000)
        slow = ms >= settings.SLOW_REQUEST_MS
        if slow:
            metrics.slow.append(metrics.SlowRequest(time.time(), safe_path(request.path), ms, queries))
        if 400 <= status < 500 and user is None and not slow:
            return self._count(status)
        level = logging.WARNING if slow or status >= 500 else logging.INFO
        facts = {"method": request.method, "path": safe_path(request.path), "status": status, "ms": ms}
        logger.log(level, "slow request" if slow else "request", extra={**facts, "queries": queries, "user_id": user})
        return None

    def _count(self, status: int) -> None:
        self._refused[status] += 1
        now = time.monotonic()
        if now - self._summed_up >= SUMMARY_SECONDS:
            refused, self._refused, self._summed_up = self._refused, Counter(), now
            counts = ", ".join(f"{number} × {each}" for each, number in sorted(refused.items()))
            refusals.info("requests refused to strangers: %s", counts)
