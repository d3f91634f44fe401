from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from interviews.models import Edition
from interviews.public.time_travel import TimeTravelError, requested_moment

from .error_pages import message

NOT_KEPT = "private, no-store"


def dated(response: HttpResponse, edition: Edition) -> HttpResponse:
    """Set Last-Modified to the moment the edition became public."""
    response["Last-Modified"] = http_date(edition.published_from.timestamp())
    return response


def accepts_at(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass `?at=` to the view as a datetime; never cache the response."""

    @wraps(view)
    def answered(request: HttpRequest, **arguments: int) -> HttpResponse:
        try:
            response = view(request, at=requested_moment(request), **arguments)
        except TimeTravelError as reason:
            response = message(request, reason.status, reason.title, reason.sentence)
        if "at" in request.GET:
            response["Cache-Control"] = NOT_KEPT
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answered
