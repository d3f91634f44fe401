"""WSGI middleware that bounds what guessing passwords may cost the site."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from .addresses import counted_address

GUARDED = ("/admin/login/", "/admin/account/", "/admin/password_change/")
# Of one address in each server process. A newsroom shares an address, but signs in once a day.
MOST_A_MINUTE = 60
# Each holds one of the server's threads while its password is hashed; the others are the readers'.
MOST_AT_ONCE = 2
MOST_ADDRESSES = 100_000
TOO_MANY = "这个网络地址一分钟内提交登录太多次，请一分钟后再试。\n"
BUSY = "正在登录的人太多，请过几秒再试。\n"


class SignInGate:
    """Refuse forms of the account pages that come too often or too many at once, before Django sees them.

    The limits that lock accounts and addresses out are kept in the database (ACCOUNT_RATE_LIMITS). This one costs
    microseconds, so that refusing a flood costs readers nothing.
    """

    def __init__(self, application: WSGIApplication, clock: Callable[[], float] = time.monotonic) -> None:
        self._application = application
        self._clock = clock
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._counting = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._minute = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or not environ["PATH_INFO"].startswith(GUARDED):
            return self._application(environ, start_response)
        if self._count(counted_address(environ)) > MOST_A_MINUTE:
            return _refuse(start_response, "429 Too Many Requests", TOO_MANY, retry_after=60)
        if not self._places.acquire(blocking=False):
            return _refuse(start_response, "503 Service Unavailable", BUSY, retry_after=3)
        try:
            return self._application(environ, start_response)
        finally:
            self._places.release()

    def _count(self, address: str) -> int:
        """Count a form; return the number from this address in this minute."""
        minute = int(self._clock() // 60)
        with self._counting:
            if minute != self._minute or len(self._counts) > MOST_ADDRESSES:
                self._counts.clear()
                self._minute = minute
            self._counts[address] += 1
            return self._counts[address]


def _refuse(start_response: StartResponse, status: str, sentence: str, retry_after: int) -> list[bytes]:
    body = sentence.encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Retry-After", str(retry_after)),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(status, headers)
    return [body]
