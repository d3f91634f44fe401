"""Calls to addresses that somebody typed: times, redirects, private addresses, TLS."""

import ipaddress
import socket
import ssl
import threading
import time

import pytest

from interviews.outbox import calling
from interviews.outbox.calling import NoAnswerError, post
from interviews.outbox.public_addresses import PrivateAddressError, allowed_addresses, is_public
from tests.outbox.certificates import certificate

from .receiver import drip, receiving, status

URL = "http://127.0.0.1:{}/"


def refusal(url: str) -> str:
    with pytest.raises(NoAnswerError) as error:
        post(url, b"{}", {})
    return str(error.value)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("::ffff:93.184.216.34", True),
        *(
            (address, False)
            for address in (
                "127.0.0.1",
                "0.0.0.0",  # noqa: S104
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "100.64.0.1",
                "169.254.169.254",
                "224.0.1.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fd00::1",
                "ff0e::1",
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
            )
        ),
    ],
)
def test_public_addresses(address, public):
    assert is_public(ipaddress.ip_address(address)) == public


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "::1"])
def test_private_addresses_are_not_called_however_written(settings, receiver, host):
    settings.DELIVERY_PRIVATE_ADDRESSES = False
    with pytest.raises(PrivateAddressError):
        allowed_addresses(host, receiver.port, 5)
    written = f"[{host}]" if ":" in host else host
    assert "在内网里" in refusal(f"http://{written}:{receiver.port}/")
    assert receiver.sent == []


def test_address_is_checked_when_connecting(settings, receiver, monkeypatch):
    """A name that pointed to a public address when it was typed may point elsewhere by now."""
    settings.DELIVERY_PRIVATE_ADDRESSES = False
    found = [(2, 1, 6, "", ("127.0.0.1", receiver.port))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    assert "在内网里" in refusal(f"http://hooks.example.cn:{receiver.port}/")
    assert receiver.sent == []


@pytest.mark.parametrize("answer", ["silent", "dripping"])
def test_receiver_that_never_ends_is_left(receiver, monkeypatch, answer):
    monkeypatch.setattr(calling, "TOTAL_SECONDS", 0.3)
    receiver.answer = receiver.hold if answer == "silent" else drip
    begun = time.monotonic()
    assert "没有" in refusal(receiver.url)
    assert time.monotonic() - begun < 20, "not as long as it goes on"


def test_slow_resolver_is_left(monkeypatch):
    released = threading.Event()
    monkeypatch.setattr(calling, "CONNECT_SECONDS", 0.1)
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: released.wait(60) or [])
    try:
        assert refusal("http://hooks.example.cn/") == "对方太久没有回应。"
    finally:
        released.set()


def test_redirect_is_an_answer(receiver):
    receiver.answer = lambda handler: status(handler, 307, Location="http://127.0.0.1:1/")
    assert post(receiver.url, b"{}", {}).status == 307


def test_long_answers_are_not_read_to_the_end(receiver):
    receiver.answer = lambda handler: status(handler, 200, b"x" * 1_000_000)
    assert len(post(receiver.url, b"{}", {}).body) == calling.MOST_BYTES


@pytest.mark.parametrize(
    "junk", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 999]
)
def test_junk_is_no_answer(receiver, junk):
    receiver.answer = lambda handler: handler.wfile.write(junk)
    assert "没有连上，或者答复不合规矩" in refusal(receiver.url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://\u3002/", "http://x:99999/"])
def test_unreachable_is_said_in_words(url):
    assert refusal(url).endswith("。")


def test_unknown_name_is_said_in_words(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    assert refusal("http://hooks.example.cn/") == "查不到这个域名。"


def test_tls_is_verified(tmp_path, monkeypatch):
    ca, server = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(server)
    with receiving(tls) as receiver:
        assert "证书不对" in refusal(receiver.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(ca))
        assert post(receiver.url, b"{}", {}).status == 204
        assert "证书不对" in refusal(receiver.url.replace("127.0.0.1", "localhost"))
    assert len(receiver.sent) == 1


def test_silent_handshake_is_left(receiver, monkeypatch):
    """The receiver speaks no TLS and waits for a line that never comes."""
    monkeypatch.setattr(calling, "TOTAL_SECONDS", 0.3)
    assert refusal(receiver.url.replace("http", "https")).endswith("。")
