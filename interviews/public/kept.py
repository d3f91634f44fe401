"""What a view tells the page store about its page: the tags it depends on, and the parameters it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse

from interviews.models.invalidation import EVERYTHING

from .replica import from_replica

# The key of a WSGI environment under which the page store finds a `Kept`.
ENVIRON = "interviews.kept"
_TAGS = "_tags"


class Kept(NamedTuple):
    """A page that may be kept until one of its tags is invalidated, and the parameters that select its variants."""

    tags: frozenset[str]
    parameters: tuple[str, ...]


def kept(*tags: str, parameters: Iterable[str] = ()) -> Callable[..., Callable[..., HttpResponse]]:
    """Let the page store keep a view's pages, and let the view read from the replica.

    Without any tags, every change of public data outdates the pages.

    The view must not read other parameters, nor headers, cookies or the session.
    """

    def decorated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        read = from_replica(view)

        @wraps(view)
        def answered(request: HttpRequest, **arguments: int | str) -> HttpResponse:
            response = read(request, **arguments)
            if response.status_code in {200, 410}:
                every = frozenset({*tags, *getattr(response, _TAGS, ())}) or frozenset({EVERYTHING})
                request.META[ENVIRON] = Kept(every, tuple(sorted(parameters)))
            return response

        return answered

    return decorated


def depending(response: HttpResponse, *tags: str) -> HttpResponse:
    """Add tags that a page depends on."""
    setattr(response, _TAGS, {*getattr(response, _TAGS, ()), *tags})
    return response


def keys(tag: str, ids: Iterable[int | None]) -> list[str]:
    """The tags of rows: `feature:1`, `feature:2` …"""
    return [f"{tag}:{key}" for key in ids if key]
