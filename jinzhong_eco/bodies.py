"""WSGI middleware that bounds how many request bodies are read at once: slow senders leave threads to readers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.db import DatabaseError, connections

# Of each process, which has four threads (GRANIAN_BLOCKING_THREADS). Readers keep one at least.
STRANGERS_AT_ONCE = 1
SIGNED_IN_AT_ONCE = 2
SIGNED_IN_WAIT_SECONDS = 0.2
LARGEST_OF_STRANGERS = 64 * 1024
BUSY = "服务器正在接收别人提交的内容，请过几秒再试。\n"
TOO_LARGE = "提交的内容太大。\n"


class BodyGate:
    """Refuse a body if its places are taken, before a byte of it is read: granian holds a thread until it has come.

    Reading cannot be given up half-way: granian's workers stand still while an answer leaves a read behind.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._strangers = threading.BoundedSemaphore(STRANGERS_AT_ONCE)
        self._signed_in = threading.BoundedSemaphore(SIGNED_IN_AT_ONCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH", "") or "0"
        if length == "0" and "HTTP_TRANSFER_ENCODING" not in environ:
            return self._application(environ, start_response)
        known = _is_signed_in(environ)
        if not known and not (length.isdigit() and int(length) <= LARGEST_OF_STRANGERS):
            return _refuse(start_response, "413 Content Too Large", TOO_LARGE)
        places = self._signed_in if known else self._strangers
        if not places.acquire(timeout=SIGNED_IN_WAIT_SECONDS if known else 0):
            return _refuse(start_response, "503 Service Unavailable", BUSY)
        body = _Body(environ["wsgi.input"], int(length) if length.isdigit() else None, places.release)
        try:
            return self._application({**environ, "wsgi.input": body}, start_response)
        finally:
            body.leave()


class _Body:
    """A body that gives its place back as soon as it has been read."""

    def __init__(self, stream: Any, length: int | None, release: Callable[[], None]) -> None:
        self._stream, self._left, self._release = stream, length, release
        self._left_place = False

    def read(self, *size: int) -> bytes:
        return self._counted(self._stream.read(*size))

    def readline(self, *size: int) -> bytes:
        return self._counted(self._stream.readline(*size))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def leave(self) -> None:
        if not self._left_place:
            self._left_place = True
            self._release()

    def _counted(self, piece: bytes) -> bytes:
        if self._left is not None:
            self._left -= len(piece)
        if not piece or (self._left is not None and self._left <= 0):
            self.leave()
        return piece


def _is_signed_in(environ: WSGIEnvironment) -> bool:
    """Whether the session exists: one query. False if the database cannot tell."""
    try:
        morsel = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
        store = import_module(settings.SESSION_ENGINE).SessionStore
        return morsel is not None and bool(store().exists(morsel.value))
    except (CookieError, DatabaseError):
        return False
    finally:
        connections.close_all()


def _refuse(start_response: StartResponse, status: str, sentence: str) -> list[bytes]:
    body = sentence.encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response(status, [*headers, ("Cache-Control", "no-store"), ("Retry-After", "3"), ("Connection", "close")])
    return [body]
