"""Ask Django's own handler for pages, as a server would, uncompressed and unconditionally."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from interviews.public.kept import ENVIRON, Kept


class Answer(NamedTuple):
    status: int
    # By lower-case name.
    headers: dict[str, str]
    body: bytes
    kept: Kept | None

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "")


class Site:
    """The public site at its own address, SITE_URL."""

    def __init__(self) -> None:
        self._handler = WSGIHandler()

    def ask(self, address: str) -> Answer:
        environ = environ_of(address)
        head: list[Any] = []
        pieces: Any = self._handler(environ, lambda status, headers, *_: head.extend((status, headers)))  # type: ignore[arg-type]
        try:
            body = b"".join(pieces)
        finally:
            pieces.close()
        headers = {name.lower(): value for name, value in head[1]}
        return Answer(int(head[0][:3]), headers, body, environ.get(ENVIRON))


def environ_of(address: str) -> dict[str, Any]:
    """The WSGI environment of a GET request."""
    path, _, query = address.partition("?")
    site = urlsplit(settings.SITE_URL)
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": site.hostname or "",
        "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": site.scheme,
        "wsgi.version": (1, 0),
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        # Nobody's request: it is not logged.
        "interviews.press": True,
    }
