"""Values of every kind of column survive."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import models

from interviews.backup.codec import encoder, is_known
from interviews.backup.tables import all_tables

MOMENT = datetime(2026, 12, 1, 14, 32, 5, 123456, tzinfo=timezone(timedelta(hours=8)))
VALUES = [
    (models.DateTimeField(), MOMENT, b'["2026-12-01T06:32:05.123456+00:00"]\n'),
    (models.DateTimeField(), MOMENT.replace(microsecond=0), b'["2026-12-01T06:32:05+00:00"]\n'),
    (models.DateField(), date(2026, 12, 1), b'["2026-12-01"]\n'),
    (models.DecimalField(max_digits=6, decimal_places=2), Decimal("0.50"), b'["0.50"]\n'),
    (models.UUIDField(), UUID(int=5), b'["00000000-0000-0000-0000-000000000005"]\n'),
    (models.BinaryField(), memoryview(b"\x00\xff"), b'["AP8="]\n'),
    (models.JSONField(), {"b": 1, "a": ["甲"]}, '[{"a":["甲"],"b":1}]\n'.encode()),
    (models.TextField(), "一行\n\u2028\r二行\u200b", '["一行\\n\u2028\\r二行\u200b"]\n'.encode()),
    (models.FloatField(), 0.1 + 0.2, b"[0.30000000000000004]\n"),
    (models.BooleanField(), True, b"[true]\n"),
    (models.CharField(), None, b"[null]\n"),
]


@pytest.mark.parametrize(("field", "value", "line"), VALUES, ids=lambda each: type(each).__name__)
def test_line(field, value, line):
    assert encoder([field])((value,)) == line


def test_every_column_is_known():
    fields = [field for model in all_tables().values() for field in model._meta.concrete_fields]
    assert [field for field in fields if not is_known(field)] == []
