"""Text fields that clean their input, so that both databases accept it and every row can be frozen.

They deconstruct as Django's own fields: the columns are the same, and migrations must not import code that may move.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable

from interviews.text import richtext
from interviews.text.chinese import clean_line

if TYPE_CHECKING:
    CharField = models.CharField[str | int | Combinable, str]
    TextField = models.TextField[str | Combinable, str]
else:  # Django's fields are not generic at run time
    CharField, TextField = models.CharField, models.TextField

Deconstructed = tuple[str, str, Sequence[Any], dict[str, Any]]


class LineField(CharField):
    """One line of text, without control and bidi characters, line breaks and surrounding spaces."""

    def deconstruct(self) -> Deconstructed:
        return _deconstruct_as("CharField", super().deconstruct())

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean_line(value) if isinstance(value, str) else value


class ParagraphsField(TextField):
    """Plain paragraphs, one per line, without empty ones."""

    def deconstruct(self) -> Deconstructed:
        return _deconstruct_as("TextField", super().deconstruct())

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if not isinstance(value, str):
            return value
        return "\n".join(line for line in map(clean_line, value.splitlines()) if line)


class MarkupField(TextField):
    """Allow-listed HTML: cleaned in forms and on every write to the database."""

    def deconstruct(self) -> Deconstructed:
        return _deconstruct_as("TextField", super().deconstruct())

    def to_python(self, value: Any) -> Any:
        try:
            return richtext.clean(value) if isinstance(value, str) else value
        except richtext.MarkupRefusedError as refusal:
            raise ValidationError(str(refusal), code="markup") from refusal

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return richtext.clean(value) if isinstance(value, str) else value


def _deconstruct_as(field: str, deconstructed: Deconstructed) -> Deconstructed:
    name, _path, args, kwargs = deconstructed
    return name, f"django.db.models.{field}", args, kwargs
