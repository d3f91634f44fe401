"""WSGI middleware that serves public pages from the page store, without entering Django's handler."""

from __future__ import annotations

import re
import threading
from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.utils import timezone

from .freshness import Freshness
from .kept import ENVIRON, Kept
from .page_store import SHORTEST_COMPRESSED, Page, PageStore

# Never kept: they depend on who asks, or serve files.
PASSED_ON = ("/admin/", "/preview/", "/media/", "/static/", "/healthz")
LONGEST_QUERY = 2_000
MOST_KINDS = 10_000
# A second reader of a page that is being rendered waits at most so long.
WAIT_SECONDS = 10.0
CONDITIONS = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
IN_304 = {"cache-control", "content-location", "date", "etag", "expires", "last-modified", "vary"}
_NUMBER = re.compile("[0-9]+")
_TEXT = re.compile(r"text/|application/(?:.*\+)?(?:xml|json)|image/svg")


class StoredPages:
    """Serve pages from a store of `most_bytes` in front of a WSGI application."""

    def __init__(self, application: WSGIApplication, most_bytes: int) -> None:
        self._application = application
        self._store = PageStore(most_bytes)
        self._freshness = Freshness(self._store.outdate)
        self._poller: threading.Thread | None = None
        # The parameters of each kind of page (its path without the numbers), learnt from its first answer.
        self._parameters: dict[str, tuple[str, ...]] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if (
            environ["REQUEST_METHOD"] not in {"GET", "HEAD"}
            or path.startswith(PASSED_ON)
            or (query and (len(query) > LONGEST_QUERY or re.search(r"(?:^|&)at=", query)))
            or not self._freshness.check()
        ):
            return self._application(environ, start_response)
        parameters = self._parameters.get(_NUMBER.sub("#", path))
        key = _key(environ, path, query, parameters)
        page = self._store.get(key, timezone.now().timestamp()) if parameters is not None else None
        return _answer(page or self._rendered(environ, key), environ, start_response)

    def _rendered(self, environ: WSGIEnvironment, key: Hashable) -> Page:
        """Render a page and keep it if its view allows. Concurrent readers of one page render it once."""
        self._start_polling()
        render, mine = self._store.begin(key)
        if not mine:
            render.done.wait(WAIT_SECONDS)
            if self._freshness.check() and (page := self._store.get(key, timezone.now().timestamp())):
                return page
            return self._respond(environ)[0]
        kept: tuple[Hashable, Page] | tuple[()] = ()
        try:
            page, declared = self._respond(environ)
            if declared and self._freshness.check():
                kept = (self._learn(environ, declared), page)
                page.tags, page.until = declared.tags, _midnight()
                if page.compressible:
                    page.body(_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")) or "br")
            return page
        finally:
            self._store.end(key, render, *kept)

    def _learn(self, environ: WSGIEnvironment, declared: Kept) -> Hashable:
        """Note the parameters of this kind of page, and return the page's key."""
        path = environ["PATH_INFO"]
        if len(self._parameters) > MOST_KINDS:
            self._parameters.clear()
        self._parameters[_NUMBER.sub("#", path)] = declared.parameters
        return _key(environ, path, environ.get("QUERY_STRING", ""), declared.parameters)

    def _respond(self, environ: WSGIEnvironment) -> tuple[Page, Kept | None]:
        """Ask Django for the whole page, uncompressed and unconditionally."""
        asked = {name: value for name, value in environ.items() if name not in CONDITIONS} | {"REQUEST_METHOD": "GET"}
        head: list[Any] = []
        pieces = self._application(asked, lambda status, headers, *_: head.extend((status, headers)))  # type: ignore[arg-type,return-value]
        try:
            body = b"".join(pieces)
        finally:
            getattr(pieces, "close", lambda: None)()
        fields = {name.lower(): value for name, value in head[1]}
        page = Page(
            status=head[0],
            headers=[field for field in head[1] if field[0].lower() != "content-length"],
            bodies={"": body},
            etag=fields.get("etag", ""),
            compressible=len(body) >= SHORTEST_COMPRESSED and bool(_TEXT.match(fields.get("content-type", ""))),
        )
        return page, None if "set-cookie" in fields else asked.get(ENVIRON)

    def _start_polling(self) -> None:
        """Start the thread at the first render: after the server has forked its workers."""
        if self._poller is None:
            self._poller = threading.Thread(target=self._freshness.poll, name="page freshness", daemon=True)
            self._poller.start()


def _key(environ: WSGIEnvironment, path: str, query: str, parameters: tuple[str, ...] | None) -> Hashable:
    """What a page depends on: its path, the parameters that its view reads, and the site's address."""
    if query and parameters is not None:
        given = dict(parse_qsl(query, keep_blank_values=True)) if parameters else {}
        query = "&".join(f"{name}={given[name]}" for name in parameters if name in given)
    return (
        path,
        query,
        environ.get("HTTP_HOST"),
        environ.get("HTTP_X_FORWARDED_PROTO"),
        environ["wsgi.url_scheme"],
        parameters is not None,
    )


def _midnight() -> float:
    """The end of the local day: a photo's term ends with one."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, datetime.min.time())).timestamp()


@lru_cache(maxsize=1_000)
def _encoding(accepted: str) -> str:
    """The best encoding that a browser accepts: br, gzip, or none."""
    for encoding in ("br", "gzip"):
        if re.search(rf"(?:^|[\s,]){encoding}\s*(?:$|,|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))", accepted, re.IGNORECASE):
            return encoding
    return ""


def _answer(page: Page, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if page.etag and _matches(environ.get("HTTP_IF_NONE_MATCH", ""), page.etag):
        start_response("304 Not Modified", [field for field in page.headers if field[0].lower() in IN_304])
        return []
    encoding = _encoding(environ.get("HTTP_ACCEPT_ENCODING", "")) if page.compressible else ""
    body = page.body(encoding)
    headers = [*page.headers, ("Content-Length", str(len(body)))]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    start_response(page.status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _matches(tags: str, etag: str) -> bool:
    """RFC 9110, 13.1.2: weak comparison."""
    plain = etag.removeprefix("W/")
    return bool(tags) and (
        tags == etag or tags == "*" or plain in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    )
