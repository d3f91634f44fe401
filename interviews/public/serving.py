"""WSGI middleware that serves public pages from the page store, without entering Django's handler."""

from __future__ import annotations

import re
import threading
from collections.abc import Hashable, Iterable
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.utils import timezone

from interviews.monitoring import metrics

from . import memory, replica
from .freshness import Freshness, end_of_day
from .kept import ENVIRON, Kept
from .negotiation import answer, best_encoding, is_text
from .page_store import SHORTEST_COMPRESSED, Page, PageStore

# Never kept: they depend on who asks, or serve files.
PASSED_ON = ("/admin/", "/preview/", "/media/", "/static/", "/healthz")
LONGEST_QUERY = 2_000
MOST_KINDS = 10_000
# A second reader of a page that is being rendered waits at most so long.
WAIT_SECONDS = 10.0
CONDITIONS = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
_NUMBER = re.compile("[0-9]+")


class StoredPages:
    """Serve pages from a store of `most_bytes` in front of a WSGI application."""

    def __init__(self, application: WSGIApplication, most_bytes: int) -> None:
        self._application = application
        self._store = PageStore(most_bytes)
        self._memory = memory.Memory()
        self._replica = replica.configured()
        self._freshness = Freshness(self._outdate, self._replica)
        self._poller: threading.Thread | None = None
        # The parameters of each kind of page (its path without the numbers), learnt from its first answer.
        self._parameters: dict[str, tuple[str, ...]] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not _may_be_kept(environ) or not self._freshness.check():
            return self._application(environ, start_response)
        known = self._known(environ)
        metrics.stored_pages.labels("hit" if known else "miss").inc()
        return answer(known or self._rendered(environ), environ, start_response)

    def _known(self, environ: WSGIEnvironment) -> Page | None:
        parameters = self._parameters.get(_kind(environ))
        if parameters is None:
            return None
        return self._store.get(_key(environ, parameters), timezone.now().timestamp())

    def _rendered(self, environ: WSGIEnvironment) -> Page:
        """Render a page and keep it if its view allows. Concurrent readers of one page render it once."""
        self._start_polling()
        asked = _key(environ, self._parameters.get(_kind(environ)))
        render, mine = self._store.begin(asked)
        if not mine:
            render.done.wait(WAIT_SECONDS)
            known = self._known(environ) if self._freshness.check() else None
            return known or self._respond(environ)[0]
        # A photo's term may end while the page is rendered.
        key, kept, until = None, None, end_of_day()
        try:
            page, declared = self._respond(environ)
            if declared and self._freshness.check():
                page.until = until
                key, kept = self._prepared(environ, page, declared), page
            return page
        finally:
            self._store.end(asked, render, key, kept)

    def _prepared(self, environ: WSGIEnvironment, page: Page, declared: Kept) -> Hashable:
        """Make a page ready to be kept, note its kind's parameters, and return its key."""
        page.tags = declared.tags
        if page.compressible:
            page.body(best_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")) or "br")
        if len(self._parameters) > MOST_KINDS:
            self._parameters.clear()
        self._parameters[_kind(environ)] = declared.parameters
        return _key(environ, declared.parameters)

    def _respond(self, environ: WSGIEnvironment) -> tuple[Page, Kept | None]:
        """Ask Django for the whole page, uncompressed and unconditionally."""
        asked = {name: value for name, value in environ.items() if name not in CONDITIONS}
        asked |= {"REQUEST_METHOD": "GET", memory.ENVIRON: self._memory, replica.ENVIRON: self._replica}
        head: list[Any] = []
        pieces = self._application(asked, lambda status, headers, *_: head.extend((status, headers)))  # type: ignore[arg-type]
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
            compressible=len(body) >= SHORTEST_COMPRESSED and is_text(fields.get("content-type", "")),
        )
        return page, None if "set-cookie" in fields else asked.get(ENVIRON)

    def _outdate(self, tags: Iterable[str]) -> None:
        # The memory first: a render that the store does not know yet must not find what is outdated.
        self._memory.outdate(tags)
        self._store.outdate(tags)

    def _start_polling(self) -> None:
        """Start the threads at the first render: after the server has forked its workers."""
        if self._poller is None:
            self._poller = threading.Thread(target=self._freshness.poll, name="page freshness", daemon=True)
            self._poller.start()
            if self._replica:
                threading.Thread(target=self._replica.watch, name="replica", daemon=True).start()


def _may_be_kept(environ: WSGIEnvironment) -> bool:
    query = environ.get("QUERY_STRING", "")
    return (
        environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        and not environ["PATH_INFO"].startswith(PASSED_ON)
        # `?at=` is answered by who asks.
        and not (query and (len(query) > LONGEST_QUERY or "at" in _given(query)))
    )


def _given(query: str) -> dict[str, str]:
    """The parameters as Django reads them: the last of a name counts."""
    return dict(parse_qsl(query, keep_blank_values=True))


def _kind(environ: WSGIEnvironment) -> str:
    """A page's path without its numbers."""
    return _NUMBER.sub("#", environ["PATH_INFO"])


def _key(environ: WSGIEnvironment, parameters: tuple[str, ...] | None) -> Hashable:
    """What selects a page: its path, the parameters that its view reads (all, if unknown), and the site's address."""
    query: Hashable = environ.get("QUERY_STRING", "")
    if query and parameters is not None:
        given = _given(environ["QUERY_STRING"])
        query = tuple((name, given[name]) for name in parameters if name in given)
    return (
        environ["PATH_INFO"],
        query or (),
        environ.get("HTTP_HOST"),
        environ.get("HTTP_X_FORWARDED_PROTO"),
        environ["wsgi.url_scheme"],
    )
