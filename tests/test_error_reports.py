import logging
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from jinzhong_eco import environment, error_reports

TYPED = "读者写的话"


def failed() -> logging.LogRecord:
    try:
        raise ValueError(f"Key (username)=({TYPED})")
    except ValueError:
        return logging.LogRecord("x", logging.ERROR, __file__, 1, TYPED, (), sys.exc_info())


def test_report_has_no_values():
    assert TYPED not in error_reports.place_of(failed())
    assert "ValueError" in error_reports.place_of(failed())


def test_sentry_gets_neither_values_nor_tokens():
    frame = {"filename": "a.py", "vars": {"text": TYPED}}
    event = {
        "request": {"url": f"https://x.cn/preview/{'t' * 30}/?q={TYPED}", "cookies": TYPED, "data": TYPED},
        "user": {"email": TYPED},
        "breadcrumbs": {"values": [TYPED]},
        "exception": {"values": [{"type": "ValueError", "value": TYPED, "stacktrace": {"frames": [frame]}}]},
    }
    found = error_reports.without_personal_data(event, {})
    assert TYPED not in str(found)
    assert found["request"]["url"] == "/preview/…/"


def test_mails_are_few(settings, mailoutbox, monkeypatch):
    settings.ADMINS = [("", "ops@example.cn")]
    handler, sent = error_reports.ErrorMail(), []
    monkeypatch.setattr(error_reports, "_send", lambda *mail: sent.append(mail))
    for _ in range(50):
        handler.emit(failed())
    assert len(sent) <= error_reports.MAILS_AN_HOUR
    assert TYPED not in str(sent)


@pytest.mark.parametrize(
    ("value", "mail"),
    [("ops", True), ("ops@example.cn", False), ("https://sentry.cn/1", True), ("https://k@s/x", True)],
)
def test_nonsense_is_refused(monkeypatch, value, mail):
    monkeypatch.setenv("ERRORS_TO", value)
    with pytest.raises(ImproperlyConfigured, match="ERRORS_TO"):
        environment.error_reports("ERRORS_TO", mail)


def test_both_ways_are_accepted(monkeypatch):
    monkeypatch.setenv("ERRORS_TO", "ops@example.cn, it@example.cn")
    assert environment.error_reports("ERRORS_TO", mail=True) == (["ops@example.cn", "it@example.cn"], "")
    monkeypatch.setenv("ERRORS_TO", "https://key@sentry.example.cn/1")
    assert environment.error_reports("ERRORS_TO", mail=False) == ([], "https://key@sentry.example.cn/1")
