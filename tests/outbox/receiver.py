"""A real HTTP server on 127.0.0.1 that answers as a test says, and keeps what it was sent."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.processes import PATIENCE

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Sent:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode())


@dataclass
class Receiver:
    """`answer` may be a status, or a function that writes the answer."""

    port: int
    answer: int | Answer = 204
    sent: list[Sent] = field(default_factory=list)
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    # Answers that a test holds back wait for this.
    released: threading.Event = field(default_factory=threading.Event)
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook?from=jinzhong"

    def wait_for_one(self) -> None:
        assert self.arrived.acquire(timeout=PATIENCE)

    def hold(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer only when the test says so."""
        self.released.wait(PATIENCE)
        status(handler, 204)

    @property
    def events(self) -> list[tuple[str, int]]:
        return [(sent.json["type"].partition(".")[2], sent.json["data"]["feature"]) for sent in self.sent]


def status(handler: BaseHTTPRequestHandler, code: int, body: bytes = b"", **headers: str) -> None:
    handler.send_response(code)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte of the status line at a time, without end."""
    over = threading.Event()
    try:
        while not over.wait(0.02):
            handler.wfile.write(b"H")
            handler.wfile.flush()
    except OSError:
        pass


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.sent.append(Sent(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            receiver.arrived.release()
            try:
                answer = receiver.answer
                status(self, answer) if isinstance(answer, int) else answer(self)
            except OSError:
                pass  # the caller has gone

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver = Receiver(server.server_port, scheme="https" if tls else "http")
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
