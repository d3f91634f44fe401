"""Page stores asked as servers ask them, and fresh pages to compare with."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple
from urllib.parse import quote

from django.test import RequestFactory

from interviews.public.serving import StoredPages
from jinzhong_eco.wsgi import handler

# They differ from request to request.
VARYING = {"date", "content-length", "content-encoding"}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def ask(application, address: str, method="GET", **environ) -> Answer:
    path, _, query = address.partition("?")
    asked = RequestFactory().generic(method, path, QUERY_STRING=quote(query, "=&%"), **environ).environ
    asked = {**asked, "wsgi.input": BytesIO(), "PATH_INFO": path.encode().decode("latin-1")}
    head = []
    pieces = application(asked, lambda status, headers: head.extend((int(status[:3]), headers)))
    body = b"".join(pieces)
    getattr(pieces, "close", lambda: None)()
    return Answer(head[0], {name.lower(): value for name, value in head[1]}, body)


def shown(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    return answer.status, {k: v for k, v in answer.headers.items() if k not in VARYING}, answer.body


class Process:
    """A page store with its own handler, as another server process has it; counts what it renders."""

    def __init__(self, most_bytes=64 * 1024 * 1024):
        self.rendered = []
        self.stored = StoredPages(self._render, most_bytes)
        self.stored._start_polling = lambda: None

    def _render(self, environ, start_response):
        self.rendered.append(environ["PATH_INFO"])
        return handler(environ, start_response)

    def ask(self, address, method="GET", **environ) -> Answer:
        return ask(self.stored, address, method, **environ)

    def keeps(self, address) -> bool:
        """Whether the page is given without rendering it."""
        before = len(self.rendered)
        self.ask(address)
        return len(self.rendered) == before
