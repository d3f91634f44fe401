"""Account pages under accidental and malicious input: no server error, nothing opened."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver

from .signing import is_signed_in

pytestmark = pytest.mark.django_db
SENT = [
    {},
    {"username": "\x00", "password": "\x00", "code": "\x00", "credential": "{", "next": "//evil.example"},
    {"username": "王" * 5000, "password": "x" * 5000, "code": "²" * 6, "credential": "[]", "next": "\\\\evil"},
    {
        "code": "9" * 5000,
        "credential": '{"id": 1, "rawId": "é", "response": {}}',
        "email": "a@b\n.cn",
    },
    {"name": "\ud7ff", "credential": '{"type": "public-key", "response": null}', "account": "9" * 30, "email": "x"},
]

FILLED = {
    "<int:pk>": "999",
    "(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)": "1-x",
    "(?P<provider_id>[^/]+)": "house",
    "^": "",
    "$": "",
}


def addresses(resolver=None, prefix=""):
    """Every address of the account pages."""
    found = []
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        if getattr(each, "namespace", None) == "admin" or not route.startswith("admin/"):
            continue
        if hasattr(each, "url_patterns"):
            found += addresses(each, route)
        else:
            for pattern, value in FILLED.items():
                route = route.replace(pattern, value)
            found.append(f"/{route}")
    return found


def test_addresses_are_found():
    found = addresses()
    assert len(found) > 25
    assert "/admin/login/" in found
    assert [each for each in found if "<" in each or "(" in each] == []


@pytest.mark.parametrize("who", ["anonymous", "reporter"])
def test_any_form_is_answered(cast, who):
    wrong = []
    for address in addresses():
        for data in SENT:
            client = Client(raise_request_exception=False)
            if who != "anonymous":
                client.force_login(getattr(cast, who))
            for answer in (client.get(address, {"next": data.get("next", "")[:50]}), client.post(address, data)):
                if answer.status_code >= 500 or urlsplit(answer.get("Location", "")).netloc:
                    wrong.append((address, data, answer.status_code))
            if who != "reporter" and is_signed_in(client):
                wrong.append((address, data, "signed in"))
    assert wrong == []
