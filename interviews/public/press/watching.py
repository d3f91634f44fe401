"""Press for ever: whatever is invalidated, twice a second; schedules at their second; terms of photos at midnight."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.utils import timezone

from interviews.public.freshness import POLL_SECONDS

from .pressing import VOLATILE_SECONDS, Press, Summary


def watch(press: Press, report: Callable[[Summary], None]) -> None:
    """Press until stopped; report what has changed."""
    volatile_at = time.monotonic() + VOLATILE_SECONDS
    while not press.stopped.wait(_pause(press)):
        volatile = time.monotonic() >= volatile_at
        try:
            if not press.read(volatile):
                continue
            summary = press.work(watching=True)
        except DatabaseError:
            # The database will come back; what waits is in the manifest.
            connection.close()
            continue
        if volatile:
            volatile_at = time.monotonic() + VOLATILE_SECONDS
        if summary.changed or summary.failed:
            report(summary)


def _pause(press: Press) -> float:
    """Seconds until the next look: a poll, or sooner if something is due."""
    return max(0.0, min(POLL_SECONDS, press.manifest.next_due() - timezone.now().timestamp()))
