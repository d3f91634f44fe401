"""Connections to the streaming replica. Without Django, because the settings import it."""

from __future__ import annotations

import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

# The longest wait for any answer: a page is rendered from the primary after that.
ANSWER_SECONDS = 3.0
_Value = TypeVar("_Value")


class ReplicaConnection(psycopg.Connection[Any]):
    """Raises OperationalError if the server does not answer in time, even if its machine is frozen."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.made_at = time.monotonic()

    def wait(self, gen: PQGen[_Value], interval: float = 0.1, timeout: float | None = None) -> _Value:
        return super().wait(gen, interval, ANSWER_SECONDS if timeout is None else timeout)
