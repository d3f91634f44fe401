"""WSGI middleware that answers `/livez`, `/readyz` and `/metrics` for any Host header."""

from __future__ import annotations

import hmac
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.db import DatabaseError, connections

CACHE_SECONDS = 1.0
MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
Answer = tuple[str, str, bytes]


def share_metrics_among_workers() -> None:
    """Name the folder in which this server's workers add up their metrics. Call before they are imported.

    It is in memory if possible: a full disk would kill a process that has mapped a file of it. Each server has one of
    its own, because counters start anew with it; those of servers that have ended go.
    """
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    place = memory / f"jinzhong-{os.getuid()}" if os.access(memory, os.W_OK) else settings.DATA_DIR / "metrics"
    for ended in place.glob("[0-9]*"):
        if not Path(f"/proc/{ended.name}").exists():
            shutil.rmtree(ended, ignore_errors=True)
    mine = place / str(os.getppid())
    mine.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ[MULTIPROCESS] = str(mine)


class Probes:
    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._readiness = Cached(_readiness)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer: Answer
        if (path := environ["PATH_INFO"]) == "/livez":
            answer = ("200 OK", "text/plain", b"ok\n")
        elif path == "/readyz":
            answer = self._readiness()
        elif path == "/metrics" and _may_read_metrics(environ):
            answer = _metrics()
        else:
            return self._application(environ, start_response)
        status, kind, body = answer
        headers = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body)))]
        start_response(status, [*headers, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


class Cached:
    """A value computed at most once a second, by one thread; the others get the last one meanwhile."""

    def __init__(self, compute: Callable[[], Answer], clock: Callable[[], float] = time.monotonic) -> None:
        self._compute, self._clock = compute, clock
        self._lock = threading.Lock()
        self._known: tuple[float, Answer] | None = None

    def __call__(self) -> Answer:
        if (answer := self._fresh()) is not None:
            return answer
        if not self._lock.acquire(blocking=self._known is None) and self._known:
            return self._known[1]
        try:
            if (answer := self._fresh()) is None:
                answer = self._compute()
                self._known = (self._clock(), answer)
            return answer
        finally:
            self._lock.release()

    def _fresh(self) -> Answer | None:
        return self._known[1] if self._known and self._clock() - self._known[0] < CACHE_SECONDS else None


def _readiness() -> Answer:
    """What is well, by name: the sentences are for the newsroom."""
    from interviews.monitoring.health import checks  # needs the models

    try:
        found = checks()
    finally:
        connections.close_all()
    ready = all(check.well for check in found if check.kind.vital)
    states = {check.name: "ok" if check.well else "failed" if check.kind.vital else "warning" for check in found}
    body = json.dumps({"ready": ready, "checks": states}).encode()
    return "200 OK" if ready else "503 Service Unavailable", "application/json", body


def _metrics() -> Answer:
    from interviews.monitoring.metrics import exposition  # needs the models

    try:
        return "200 OK", "text/plain; version=0.0.4", exposition()
    except DatabaseError:
        return "503 Service Unavailable", "text/plain", b"database\n"
    finally:
        connections.close_all()


def _may_read_metrics(environ: WSGIEnvironment) -> bool:
    """By METRICS: nobody, this machine itself (not through a proxy), or who has the token."""
    if not settings.METRICS:
        return False
    if settings.METRICS != "loopback":
        given = environ.get("HTTP_AUTHORIZATION", "").encode("utf-8", "replace")
        return hmac.compare_digest(given, f"Bearer {settings.METRICS}".encode())
    forwarded = any(name.startswith(("HTTP_X_FORWARDED", "HTTP_FORWARDED", "HTTP_VIA")) for name in environ)
    try:
        return not forwarded and ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
