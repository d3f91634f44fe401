"""Commands in processes of their own, on the test's database."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlencode

from django.db import connection

# A busy machine is not a bug.
PATIENCE = 60.0


def database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    host = urlencode({"host": database["OPTIONS"].get("host") or database["HOST"]})
    return f"postgresql://{database['USER']}@/{database['NAME']}?{host}"


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
