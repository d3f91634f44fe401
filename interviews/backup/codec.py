"""Values of columns as JSON and back, exact on both engines: microseconds, decimals and bytes survive.

Not Django's serializers: they cut microseconds, which the audit chain seals. Nor fields' own preparation: it cleans
text, and a restored row must be the one that was saved.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey

Convert = Callable[[Any], Any]
if TYPE_CHECKING:
    AnyField = Field[Any, Any]
else:  # not generic at run time
    AnyField = Field

_AS_IT_IS = {
    *("AutoField", "BigAutoField", "SmallAutoField"),
    *("BigIntegerField", "IntegerField", "SmallIntegerField"),
    *("PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField"),
    *("BooleanField", "FloatField"),
    *("CharField", "FileField", "FilePathField", "SlugField", "TextField", "GenericIPAddressField", "JSONField"),
}
_ENCODE: dict[str, Convert] = {
    "DateTimeField": lambda value: value.astimezone(UTC).isoformat(),
    "DateField": date.isoformat,
    "TimeField": time.isoformat,
    "DecimalField": str,
    "UUIDField": str,
    "BinaryField": lambda value: b64encode(value).decode(),
}
_DECODE: dict[str, Convert] = {
    "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
    "TimeField": time.fromisoformat,
    "DecimalField": Decimal,
    "UUIDField": UUID,
    "BinaryField": b64decode,
}


def kind_of(field: AnyField) -> str:
    """Return the name of the Django field that stores the column's values; a foreign key's is that of its target."""
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field.get_internal_type()


def is_known(field: AnyField) -> bool:
    return kind_of(field) in _AS_IT_IS | _ENCODE.keys()


def encoder(fields: list[AnyField]) -> Callable[[tuple[Any, ...]], bytes]:
    """Return a function from a row, as the ORM reads it, to a line of canonical JSON."""
    convert = [_ENCODE.get(kind_of(field)) for field in fields]

    def encode(row: tuple[Any, ...]) -> bytes:
        values = [value if to is None or value is None else to(value) for value, to in zip(row, convert, strict=True)]
        # Sorted: PostgreSQL keeps the keys of JSON columns in another order.
        text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode() + b"\n"

    return encode


def decoder(fields: list[AnyField], connection: BaseDatabaseWrapper) -> Callable[[bytes], list[Any]]:
    """Return a function from a line to the parameters of an INSERT."""
    convert = [_parameter(field, connection) for field in fields]

    def decode(line: bytes) -> list[Any]:
        values = json.loads(line)
        return [None if value is None else to(value) for value, to in zip(values, convert, strict=True)]

    return decode


def _parameter(field: AnyField, connection: Any) -> Convert:
    kind, ops = kind_of(field), connection.ops
    decode = _DECODE.get(kind, lambda value: value)
    adapt: dict[str, Convert] = {
        "DateTimeField": ops.adapt_datetimefield_value,
        "DateField": ops.adapt_datefield_value,
        "TimeField": ops.adapt_timefield_value,
        "JSONField": lambda value: ops.adapt_json_value(value, None),
        "BinaryField": connection.Database.Binary,
        "UUIDField": lambda value: value if connection.features.has_native_uuid_field else value.hex,
    }
    if kind == "DecimalField":
        target: Any = field
        return lambda value: ops.adapt_decimalfield_value(Decimal(value), target.max_digits, target.decimal_places)
    then = adapt.get(kind)
    return decode if then is None else lambda value: then(decode(value))
