"""Settings of signing in: what they say, and that nonsense is refused by name."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from jinzhong_eco import environment

GROUPS = {"编辑", "总编辑"}


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("", "roles"),
        ("none", "none"),
        ("roles", "roles"),
        ("all", "all"),
        ("总编辑", ["总编辑"]),
        (" 总编辑，编辑 ", ["总编辑", "编辑"]),
    ],
)
def test_require_otp(monkeypatch, value, meaning):
    monkeypatch.setenv("REQUIRE_OTP", value)
    assert environment.second_factor("REQUIRE_OTP", GROUPS) == meaning


@pytest.mark.parametrize("value", ["1", "yes", "ALL", "总编", "编辑,", "roles,编辑"])
def test_nonsense_in_require_otp(monkeypatch, value):
    monkeypatch.setenv("REQUIRE_OTP", value)
    with pytest.raises(ImproperlyConfigured, match=r"REQUIRE_OTP.*neither"):
        environment.second_factor("REQUIRE_OTP", GROUPS)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("smtps://desk:p%40ss@mail.example.cn", ("mail.example.cn", 465, "desk", "p@ss", True, False)),
        ("smtp://mail.example.cn:587?tls=1", ("mail.example.cn", 587, "", "", False, True)),
        ("smtp://127.0.0.1", ("127.0.0.1", 25, "", "", False, False)),
    ],
)
def test_mail_server(monkeypatch, value, expected):
    monkeypatch.setenv("MAIL_URL", value)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_SSL", "USE_TLS")
    server = environment.mail_server("MAIL_URL")
    assert tuple(server[f"EMAIL_{name}"] for name in names) == expected


@pytest.mark.parametrize(
    "value", ["mail.example.cn", "http://x", "smtp://", "smtp://x:port", "smtp://x/path", "smtp://x?tls=2"]
)
def test_nonsense_in_mail_url(monkeypatch, value):
    monkeypatch.setenv("MAIL_URL", value)
    with pytest.raises(ImproperlyConfigured, match="MAIL_URL"):
        environment.mail_server("MAIL_URL")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"OIDC_URL": "https://id.example.cn"}, "OIDC_CLIENT_ID"),
        ({"OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}, "OIDC_URL"),
        ({"OIDC_URL": "id", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}, "OIDC_URL"),
        ({"DINGTALK_CLIENT_ID": "a"}, "DINGTALK_CLIENT_SECRET"),
        ({"FEISHU_CLIENT_SECRET": "a"}, "FEISHU_CLIENT_ID"),
    ],
)
def test_half_set_single_sign_on(monkeypatch, given, named):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=named):
        environment.single_sign_on()


def test_single_sign_on(monkeypatch):
    for name in ("OIDC", "DINGTALK", "FEISHU"):
        monkeypatch.setenv(f"{name}_CLIENT_ID", "a")
        monkeypatch.setenv(f"{name}_CLIENT_SECRET", "b")
    monkeypatch.setenv("OIDC_URL", "https://id.example.cn/realms/news")
    assert set(environment.single_sign_on()) == {"openid_connect", "dingtalk", "feishu"}


@pytest.mark.parametrize("days", ["179", "0", "", "180"])
def test_retention_is_half_a_year_at_least(monkeypatch, days):
    monkeypatch.setenv("EVENT_RETENTION_DAYS", days)
    if days in {"179", "0"}:
        with pytest.raises(ImproperlyConfigured, match="EVENT_RETENTION_DAYS"):
            environment.whole_number("EVENT_RETENTION_DAYS", 365, least=180, most=36_500)
    else:
        assert environment.whole_number("EVENT_RETENTION_DAYS", 365, least=180, most=36_500) == int(days or 365)
