from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def interval(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the half-open interval of the months of two dates, both included, in local time."""
    zone = timezone.get_current_timezone()
    start = datetime(first.year, first.month, 1, tzinfo=zone)
    return start, datetime(last.year + last.month // 12, last.month % 12 + 1, 1, tzinfo=zone)
