"""Log records as one JSON line each, or as plain text in a terminal. Nothing in them may be long or secret."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import time
from collections import Counter
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from interviews import faults

LONGEST_EVENT = 300
LONGEST_TRACEBACK = 4_000
LONGEST_PATH = 200
# Of each process and kind of record, so that strangers cannot fill the disk.
LINES_A_MINUTE = 60
FIELDS = ("request_id", "user_id", "method", "path", "status", "ms", "queries")
# Preview tokens, reset keys and names of files.
_SECRET = re.compile(r"(?<=/preview/)[^/]+|[^/]{21,}")

request_id: ContextVar[str] = ContextVar("request id", default="")


def safe_path(path: str) -> str:
    """A path without tokens, of bounded length."""
    return _SECRET.sub("…", path[: 4 * LONGEST_PATH])[:LONGEST_PATH]


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """The record's fields, in order; unset ones are left out."""
    request = getattr(record, "request", None)
    fields = {name: getattr(record, name, None) for name in FIELDS}
    fields["request_id"] = fields["request_id"] or request_id.get() or None
    event = record.getMessage()
    if isinstance(request, HttpRequest):
        # Django writes the path into its message as it came.
        event = event.partition(":")[0]
        fields |= {"method": request.method, "path": safe_path(request.path), "user_id": user_id(request)}
        fields["status"] = getattr(record, "status_code", None)
    head = {
        "time": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "event": event[:LONGEST_EVENT],
    }
    return head | {name: value for name, value in fields.items() if value is not None}


def user_id(request: HttpRequest) -> int | None:
    """The user's id if a view has asked for the user: asking here could cost queries."""
    return getattr(getattr(request, "_cached_user", None), "pk", None)


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = fields_of(record)
        if traceback := _traceback(self, record):
            fields["traceback"] = traceback
        return json.dumps(fields, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = fields_of(record)
        rest = " ".join(f"{name}={fields[name]}" for name in FIELDS if name in fields)
        line = f"{fields['level']} {fields['logger']} {fields['event']} {rest}".rstrip()
        return "\n".join(filter(None, (line, _traceback(self, record))))


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """The end of the traceback; none for a full disk or a database that is gone, which happen everywhere at once."""
    if not record.exc_info or faults.in_words(record.exc_info[1]):
        return ""
    return formatter.formatException(record.exc_info)[-LONGEST_TRACEBACK:]


class Bounded(logging.Filter):
    """Pass a bounded number of records a minute of each logger and level, and say how many were left out.

    Django's warnings about requests are dropped: the request's own line says the same.
    """

    def __init__(self) -> None:
        super().__init__()
        self._minute = 0
        self._passed: Counter[tuple[str, int]] = Counter()
        self._counting = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(("django.request", "django.security")) and record.levelno < logging.ERROR:
            return False
        kind = (record.name, record.levelno)
        with self._counting:
            minute = int(time.monotonic() // 60)
            if minute != self._minute:
                self._minute = minute
                self._passed.clear()
            self._passed[kind] += 1
            passed = self._passed[kind]
        if passed == LINES_A_MINUTE:
            record.msg, record.args = (
                f"{record.getMessage()[:LONGEST_EVENT]} (more are left out)",
                (),
            )
        return passed <= LINES_A_MINUTE


def configuration(level: str, form: str, extra_filters: dict[str, Any]) -> dict[str, Any]:
    """The value of LOGGING. `form` is json, text, or empty: text in a terminal."""
    text = form == "text" or (not form and sys.stderr.isatty())
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": TextFormatter if text else JsonFormatter}},
        "filters": {"bounded": {"()": Bounded}, **extra_filters},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["bounded"]},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would write it twice, and mail what error_reports leaves out.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        },
    }
