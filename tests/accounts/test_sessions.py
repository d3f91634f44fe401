"""Sessions: seen and ended by their owner, ended by idling."""

import time

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from interviews.models import SecurityEvent, SecurityEventKind
from tests.builders import a_draft

from .signing import HOME, is_signed_in, sign_in

pytestmark = pytest.mark.django_db
SESSIONS = reverse("usersessions_list")


@pytest.fixture
def wait(monkeypatch):
    """Return a function that moves the clock of sessions forward by minutes."""
    moved, now = [0], time.time
    monkeypatch.setattr(time, "time", lambda: now() + moved[0])
    return lambda minutes: moved.__setitem__(0, moved[0] + minutes * 60)


@pytest.mark.parametrize(
    ("who", "minutes"), [("reporter", 12 * 60), ("editor", 12 * 60), ("chief", 30), ("superuser", 30)]
)
def test_idle_limit(client, cast, wait, who, minutes):
    sign_in(client, who)
    wait(minutes - 1)
    assert is_signed_in(client)
    wait(minutes + 1)
    assert client.get(HOME)["Location"].startswith("/admin/login/")
    event = SecurityEvent.objects.order_by("-sequence").first()
    assert (event.kind, event.actor_name) == (SecurityEventKind.IDLED_OUT, who)


def test_limits_are_settings(client, cast, settings, wait):
    settings.SESSION_IDLE_MINUTES, settings.SESSION_IDLE_MINUTES_PUBLISHING = 5, 60
    others = Client()
    sign_in(client, "chief")
    sign_in(others, "reporter")
    wait(6)
    assert (is_signed_in(client), is_signed_in(others)) == (True, False)


def test_open_window_alone_is_no_activity(client, cast, wait):
    """It saves by itself every ten seconds; typing is proofread, too."""
    feature = a_draft(cast)
    keep, proof = (reverse(f"admin:interviews_feature_{name}", args=[feature.pk]) for name in ("keep", "proof"))
    sign_in(client, "chief")
    for _ in range(2):
        wait(20)
        status = client.post(keep, "{}", content_type="application/json").status_code
    assert status == 401
    sign_in(client, "chief")
    for _ in range(2):
        wait(20)
        status = client.post(proof, "{}", content_type="application/json").status_code
    assert status != 401


def test_sessions_are_listed_and_ended(client, cast):
    other = Client()
    sign_in(other, "reporter", headers={"user-agent": "Mozilla/5.0 (iPhone) Safari"}, REMOTE_ADDR="203.0.113.7")
    sign_in(client, "reporter")
    page = client.get(SESSIONS).content.decode()
    for text in ("203.0.113.7", "Safari（iPhone）", "本次登录", "退出其他各处的登录"):
        assert text in page
    client.post(SESSIONS)
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.SESSIONS_ENDED, actor_name="reporter").exists()


def test_sessions_of_others_are_not_listed(client, cast):
    sign_in(Client(), "colleague", REMOTE_ADDR="203.0.113.7")
    sign_in(client, "reporter")
    assert "203.0.113.7" not in client.get(SESSIONS).content.decode()


def test_new_password_ends_other_sessions(client, cast):
    other = Client()
    for each in (other, client):
        sign_in(each, "reporter")
    data = {"oldpassword": "夜班-编辑部-2025", "password1": "晋中日报新密码-2026", "password2": "晋中日报新密码-2026"}
    client.post("/admin/password_change/", data)
    assert User.objects.get(username="reporter").check_password("晋中日报新密码-2026")
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert UserSession.objects.exists()
