"""The same text as Django's `date` filter in a template."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import engines

from interviews.public import date_formats

FORMATS = {"day": "Y年n月j日", "iso_day": "Y-m-d", "weekday": "l"}
MOMENT_FORMATS = {"minute": "Y年n月j日 H:i", "iso": "c"}
DAYS = [date(2025, 3, 10) + timedelta(days=place) for place in range(7)] + [date(1, 1, 1), date(9999, 12, 31)]
# Midnight in Beijing is 16:00 in UTC; in 1940 and 1988 it had summer time.
MOMENTS = [
    datetime(2025, 3, 11, 15, 59, 59, tzinfo=UTC),
    datetime(2025, 3, 11, 16, 0, tzinfo=UTC),
    datetime(2025, 12, 31, 16, 5, 7, 123456, tzinfo=UTC),
    datetime(1988, 7, 1, 15, 30, tzinfo=UTC),
    datetime(1900, 1, 1, tzinfo=UTC),
]


def by_django(value, form):
    return engines["django"].from_string(f"{{{{ value|date:'{form}' }}}}").render({"value": value})


@pytest.mark.parametrize("value", [*DAYS, *MOMENTS], ids=str)
@pytest.mark.parametrize("name", FORMATS)
def test_days(name, value):
    assert getattr(date_formats, name)(value) == by_django(value, FORMATS[name])


@pytest.mark.parametrize("value", MOMENTS, ids=str)
@pytest.mark.parametrize("name", MOMENT_FORMATS)
def test_moments(name, value):
    assert getattr(date_formats, name)(value) == by_django(value, MOMENT_FORMATS[name])
