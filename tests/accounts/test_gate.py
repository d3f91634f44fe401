"""The gate before Django: limits of a process that cost nothing."""

import threading
from io import BytesIO

import pytest
from django.core import signals
from django.db import close_old_connections

from interviews.accounts.addresses import UNKNOWN, client_address, counted_address
from interviews.accounts.gate import MOST_A_MINUTE, MOST_AT_ONCE, SignInGate


@pytest.fixture
def clock():
    return [0.0]


def ask(gate, method="POST", path="/admin/login/", address="203.0.113.1"):
    answered = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "REMOTE_ADDR": address}
    body = b"".join(gate(environ, lambda status, headers: answered.extend((int(status[:3]), dict(headers)))))
    return *answered, body.decode()


def fine(environ, start_response):
    start_response("200 OK", [])
    return [b"ok"]


def test_flood_is_refused_in_words(clock):
    gate = SignInGate(fine, lambda: clock[0])
    statuses = [ask(gate)[0] for _ in range(MOST_A_MINUTE + 2)]
    assert statuses == [200] * MOST_A_MINUTE + [429] * 2
    _, headers, text = ask(gate)
    assert (headers["Retry-After"], headers["Cache-Control"]) == ("60", "no-store")
    assert "一分钟后再试" in text


def test_next_minute_starts_anew(clock):
    gate = SignInGate(fine, lambda: clock[0])
    for _ in range(MOST_A_MINUTE + 1):
        ask(gate)
    clock[0] = 60
    assert ask(gate)[0] == 200


def test_other_addresses_and_pages_are_untouched(clock):
    gate = SignInGate(fine, lambda: clock[0])
    for _ in range(MOST_A_MINUTE + 1):
        ask(gate)
    assert ask(gate)[0] == 429
    assert ask(gate, address="203.0.113.2")[0] == 200
    assert ask(gate, method="GET")[0] == 200
    assert ask(gate, path="/admin/interviews/feature/create/")[0] == 200


def test_few_at_once_and_places_are_given_back():
    inside, leave = threading.Semaphore(0), threading.Event()

    def slow(environ, start_response):
        inside.release()
        leave.wait(30)
        return fine(environ, start_response)

    gate = SignInGate(slow)
    threads = [threading.Thread(target=ask, args=[gate]) for _ in range(MOST_AT_ONCE)]
    for thread in threads:
        thread.start()
        assert inside.acquire(timeout=30)
    assert ask(gate)[0] == 503
    leave.set()
    for thread in threads:
        thread.join()
    assert ask(gate)[0] == 200


def test_place_is_given_back_after_an_error():
    def broken(environ, start_response):
        raise RuntimeError

    gate = SignInGate(broken)
    for _ in range(MOST_AT_ONCE + 1):
        with pytest.raises(RuntimeError):
            ask(gate)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "203.0.113.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1, 198.51.100.1", "198.51.100.1"),
        (2, "198.51.100.1, 198.51.100.2", "198.51.100.1"),
        (2, "198.51.100.2", "203.0.113.1"),
        (1, "nonsense", "203.0.113.1"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
    ],
)
def test_address_behind_proxies(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    environ = {"REMOTE_ADDR": "203.0.113.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(environ) == expected


def test_ipv6_network_counts_as_one_address():
    counted = {counted_address({"REMOTE_ADDR": f"2001:db8:1:2::{each}"}) for each in range(1, 4)}
    assert counted == {"2001:db8:1:2::"}
    assert client_address({"REMOTE_ADDR": ""}) == UNKNOWN


@pytest.fixture
def kept_connections():
    """Leave the connection to the rows that tests share open when a request starts, as Django's test client does."""
    signals.request_started.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)


def test_gate_stands_before_the_site(kept_connections):
    """A flood is refused although each form lacks its token, so that it reaches no view."""
    from jinzhong_eco.wsgi import application

    def status():
        answered = []
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/admin/login/", "REMOTE_ADDR": "203.0.113.77"}
        environ |= {"SERVER_NAME": "testserver", "SERVER_PORT": "80", "QUERY_STRING": "", "wsgi.input": BytesIO()}
        environ |= {"wsgi.url_scheme": "http", "CONTENT_TYPE": "application/x-www-form-urlencoded"}
        b"".join(application(environ, lambda status, headers, *_: answered.append(int(status[:3]))))
        return answered[0]

    assert {status() for _ in range(MOST_A_MINUTE)} == {403}
    assert status() == 429
