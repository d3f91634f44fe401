"""/.well-known/security.txt: whom to tell of a vulnerability."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured

from interviews.checks import security_contact_is_current
from jinzhong_eco import environment

PATH = "/.well-known/security.txt"


def configure(monkeypatch, settings, contact: str, expires: str) -> None:
    monkeypatch.setenv("SECURITY_CONTACT", contact)
    monkeypatch.setenv("SECURITY_EXPIRES", expires)
    found = environment.security_contacts("SECURITY_CONTACT", "SECURITY_EXPIRES")
    settings.SECURITY_CONTACTS, settings.SECURITY_EXPIRES = found


def test_names_contacts_and_expiry(client, monkeypatch, settings):
    settings.SITE_URL = "https://news.example.cn"
    configure(monkeypatch, settings, "security@example.cn, https://example.cn/report", "2999-06-30")
    answer = client.get(PATH)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.content.decode().split("\r\n") == [
        "Contact: mailto:security@example.cn",
        "Contact: https://example.cn/report",
        "Expires: 2999-06-30T23:59:59Z",
        "Preferred-Languages: zh, en",
        f"Canonical: https://news.example.cn{PATH}",
        "",
    ]


@pytest.mark.django_db
def test_nothing_unless_set_or_once_expired(client, settings):
    settings.SECURITY_CONTACTS, settings.SECURITY_EXPIRES = [], None
    assert client.get(PATH).status_code == 404
    assert security_contact_is_current(None) == []
    settings.SECURITY_CONTACTS = ["mailto:security@example.cn"]
    settings.SECURITY_EXPIRES = datetime(2026, 1, 1, tzinfo=UTC)
    assert client.get(PATH).status_code == 404
    assert "SECURITY_EXPIRES" in security_contact_is_current(None)[0].msg


@pytest.mark.parametrize(
    ("contact", "expires"),
    [
        ("security@example.cn", ""),
        ("", "2999-06-30"),
        ("http://example.cn/", "2999-06-30"),
        ("a@b.cn\nExpires: 1", "2999-06-30"),
        ("security@example.cn", "tomorrow"),
    ],
)
def test_nonsense_is_refused(monkeypatch, settings, contact, expires):
    with pytest.raises(ImproperlyConfigured, match="SECURITY_"):
        configure(monkeypatch, settings, contact, expires)
