"""POST to an address that somebody typed: within a time, without redirects, to public addresses only.

On the standard library: urllib3's time-out is for each read, so a receiver that sends a byte a second would hold a
worker for hours; and the address that was checked has to be the one that is connected to.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

from .public_addresses import PrivateAddressError, allowed_addresses

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
# As much of an answer's body as is read.
MOST_BYTES = 4096
AGENT = "jinzhong-eco"


class Answer(NamedTuple):
    status: int
    body: bytes


class NoAnswerError(Exception):
    """The receiver could not be reached, or said that it is busy; a Chinese sentence says which."""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a POST and return the answer, whatever its status. Raises NoAnswerError."""
    deadline = Deadline(TOTAL_SECONDS)
    try:
        return _posted(url, body, {"User-Agent": AGENT, "Connection": "close", **headers}, deadline)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswerError(_reason(error, deadline)) from error


def _posted(url: str, body: bytes, headers: dict[str, str], deadline: Deadline) -> Answer:
    parts = urlsplit(iri_to_uri(url))
    host = (parts.hostname or "").encode("idna").decode()
    connection = CONNECTIONS[parts.scheme](host, parts.port)
    try:
        with deadline.closing(lambda: connection.sock):
            connection.connect()
            if deadline.passed:  # there was nothing to shut down yet
                raise TimeoutError
            connection.request("POST", f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}", body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.read(MOST_BYTES))
    finally:
        connection.close()
    if deadline.passed:  # a connection that is shut down looks like the end of the body
        raise TimeoutError
    return answer


class Deadline:
    """Shuts a connection down when the time is over, whatever its other end does meanwhile."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.passed = False

    @contextmanager
    def closing(self, connected: Callable[[], socket.socket | None]) -> Iterator[None]:
        timer = threading.Timer(self._seconds, self._close, [connected])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _close(self, connected: Callable[[], socket.socket | None]) -> None:
        self.passed = True
        if found := connected():
            with suppress(OSError):  # it has just been closed
                # Not SSLSocket's: it would take the state away that the other thread reads with.
                socket.socket.shutdown(found, socket.SHUT_RDWR)


class _Plain(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = connected(self.host, self.port)


class _Secure(http.client.HTTPSConnection):
    def __init__(self, host: str, port: int | None) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(host, port, context=self._tls)

    def connect(self) -> None:
        self.sock = connected(self.host, self.port)
        # In two steps, so that the deadline can end the handshake, too.
        secure = self._tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = secure
        secure.do_handshake()


CONNECTIONS: dict[str, type[_Plain] | type[_Secure]] = {"http": _Plain, "https": _Secure}


def connected(host: str, port: int) -> socket.socket:
    """Connect to the first address of a host that answers. Addresses are checked here, not when a name was typed."""
    failure: OSError | None = None
    for family, address in allowed_addresses(host, port, CONNECT_SECONDS):
        found = socket.socket(family, socket.SOCK_STREAM)
        try:
            found.settimeout(CONNECT_SECONDS)
            found.connect(address)
            found.settimeout(TOTAL_SECONDS)
            return found
        except OSError as error:
            found.close()
            failure = error
    raise failure or ConnectionError


def _reason(error: Exception, deadline: Deadline) -> str:
    if isinstance(error, PrivateAddressError):
        return "这个地址在内网里，不往那里送（要送，设 DELIVERY_PRIVATE_ADDRESSES=1）。"
    if deadline.passed or isinstance(error, TimeoutError):
        return f"对方没有在 {TOTAL_SECONDS:.0f} 秒里答完。" if deadline.passed else "对方太久没有回应。"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"对方的证书不对（{error.verify_message}）。"
    if isinstance(error, socket.gaierror):
        return "查不到这个域名。"
    if isinstance(error, ConnectionRefusedError):
        return "对方拒绝连接。"
    return f"没有连上，或者答复不合规矩（{type(error).__name__}）。"
