"""Lock-out by account and by address, before a password is hashed."""

import time

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache

from .signing import is_signed_in, sentences, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@pytest.fixture
def hashed(monkeypatch):
    """Count the hashed passwords."""
    count = []
    encode = hashers.MD5PasswordHasher.encode

    def counted(self, password, salt):
        count.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    return count


@pytest.fixture
def later(monkeypatch):
    """Return a function that moves the clock of the limits forward by minutes."""
    moved = [0]
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + moved[0])
    return lambda minutes: moved.__setitem__(0, moved[0] + minutes * 60)


def test_account_is_locked_after_five_failures(client, cast):
    for place in range(5):
        assert "不对" in sentences(sign_in(client, "chief", "猜", REMOTE_ADDR=f"203.0.113.{place}"))[0]
    assert "暂停登录" in sentences(sign_in(client, "chief", REMOTE_ADDR="203.0.113.9"))[0]
    assert not is_signed_in(client)
    sign_in(client, "editor", REMOTE_ADDR="203.0.113.9")
    assert is_signed_in(client)


def test_locked_account_costs_no_hash(client, cast, hashed):
    for _ in range(5):
        sign_in(client, "chief", "猜")
    before = len(hashed)
    sign_in(client, "chief", "猜")
    assert before >= 5
    assert len(hashed) == before


def test_unknown_account_is_locked_alike(client, cast):
    answers = [sentences(sign_in(client, "nobody", "猜"))[0] for _ in range(6)]
    assert ["暂停登录，" in each for each in answers] == [False] * 5 + [True]


@pytest.mark.parametrize("variant", ["CHIEF", "ｃｈｉｅｆ", " chief "])
def test_spelling_evades_nothing(client, cast, variant):
    for _ in range(5):
        sign_in(client, variant, "猜")
    assert "暂停登录，" in sentences(sign_in(client, "chief"))[0]


def test_host_header_evades_nothing(client, cast):
    for port in range(5):
        sign_in(client, "chief", "猜", headers={"host": f"localhost:{port + 1000}"})
    assert "暂停登录，" in sentences(sign_in(client, "chief"))[0]


def test_cool_off(client, cast, later):
    for _ in range(5):
        sign_in(client, "chief", "猜")
    later(14)
    assert "暂停登录，" in sentences(sign_in(client, "chief"))[0]
    later(2)
    sign_in(client, "chief")
    assert is_signed_in(client)


def test_address_is_locked_after_thirty_failures(client, cast):
    for place in range(30):
        assert "不对" in sentences(sign_in(client, f"guess-{place}", "猜"))[0]
    assert "暂停登录，" in sentences(sign_in(client, "chief"))[0]
    sign_in(client, "chief", REMOTE_ADDR="203.0.113.9")
    assert is_signed_in(client)


def test_success_does_not_reset_the_count(client, cast):
    """Otherwise a guesser with an account of his own could go on for ever."""
    for _ in range(4):
        sign_in(client, "chief", "猜")
        sign_in(client, "reporter")
        client.post("/admin/logout/")
    sign_in(client, "chief", "猜")
    assert "暂停登录，" in sentences(sign_in(client, "chief"))[0]


def test_forged_address_counts_only_behind_proxies(client, cast, settings):
    for place in range(30):
        sign_in(client, f"guess-{place}", "猜", headers={"x-forwarded-for": f"198.51.100.{place}"})
    assert "暂停登录，" in sentences(sign_in(client, "reporter"))[0]
    settings.TRUSTED_PROXIES = 1
    sign_in(client, "reporter", headers={"x-forwarded-for": "127.0.0.1, 198.51.100.7"})
    assert is_signed_in(client)


def test_processes_count_together(client, cast):
    """The counts are in the database, not in a process."""
    sign_in(client, "chief", "猜")
    assert type(cache._connections[cache._alias]).__name__ == "DatabaseCache"
