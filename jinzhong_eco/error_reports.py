"""Reports of errors, by mail or to Sentry: where in the code, which request; no values, no texts, no tokens."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from typing import Any

from .logs import fields_of, safe_path

MAILS_AN_HOUR = 10
SENT_FIELDS = ("time", "level", "logger", "request_id", "user_id", "method", "path", "status")


def place_of(record: logging.LogRecord) -> str:
    """The exception's class and the lines of code, without its message, which may quote what somebody typed."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    lines = "".join(traceback.format_tb(record.exc_info[2]))
    return f"{lines[-6000:]}{record.exc_info[0].__name__}"


class ErrorMail(logging.Handler):
    """Mail errors to ADMINS from a thread, a few an hour: a mail server that hangs must not hold readers."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._sent: list[float] = []
        self._counting = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        with self._counting:
            now = time.monotonic()
            self._sent = [each for each in self._sent if now - each < 3600]
            if len(self._sent) >= MAILS_AN_HOUR:
                return
            self._sent.append(now)
        fields = fields_of(record)
        text = "\n".join(f"{name}: {fields[name]}" for name in SENT_FIELDS if name in fields)
        subject = f"{record.levelname} {record.name} {fields.get('path', '')}"
        threading.Thread(target=_send, args=(subject, f"{text}\n\n{place_of(record)}"), daemon=True).start()


def _send(subject: str, text: str) -> None:
    from django.core.mail import mail_admins  # needs the settings, which name this module

    mail_admins(subject, text, fail_silently=True)


def without_personal_data(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """Sentry's before_send: leave of an event what says where it happened."""
    path = safe_path("/" + str(event.get("request", {}).get("url", "")).partition("://")[2].partition("/")[2])
    kept = {"event_id", "timestamp", "platform", "level", "logger", "exception", "release", "environment"}
    event = {name: value for name, value in event.items() if name in kept}
    for each in event.get("exception", {}).get("values", []):
        each["value"] = ""
        for frame in each.get("stacktrace", {}).get("frames", []):
            frame.pop("vars", None)
    return event | {"request": {"url": path.partition("?")[0]}}


def start_sentry(dsn: str) -> None:
    import sentry_sdk  # costs memory, so only if it is used
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.types import Event, Hint

    def before_send(event: Event, hint: Hint) -> Event | None:
        return without_personal_data(event, hint)  # type: ignore[arg-type, return-value]

    sentry_sdk.init(
        dsn,
        integrations=[DjangoIntegration()],
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="",
        before_send=before_send,
    )
