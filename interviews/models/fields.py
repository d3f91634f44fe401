"""Fields that clean what people type, so that every row can be frozen and both databases take it.

Migrations know them as Django's own fields: cleaning makes no difference to a column, and a migration must not import
code that may move or change.
"""

from django.core.exceptions import ValidationError
from django.db import models

from interviews.text import richtext
from interviews.text.chinese import clean_line


class LineField(models.CharField):
    """One line of text. What is typed loses controls, bidi marks, line breaks and the spaces at its ends."""

    def deconstruct(self):
        return _deconstruct_as("CharField", super().deconstruct())

    def to_python(self, value):
        value = super().to_python(value)
        return clean_line(value) if isinstance(value, str) else value


class ParagraphsField(models.TextField):
    """Plain paragraphs, one a line, none of them empty."""

    def deconstruct(self):
        return _deconstruct_as("TextField", super().deconstruct())

    def to_python(self, value):
        value = super().to_python(value)
        if not isinstance(value, str):
            return value
        return "\n".join(line for line in map(clean_line, value.splitlines()) if line)


class MarkupField(models.TextField):
    """HTML of the allow-list: cleaned on every write, whichever way it comes."""

    def deconstruct(self):
        return _deconstruct_as("TextField", super().deconstruct())

    def to_python(self, value):
        try:
            return richtext.clean(value) if isinstance(value, str) else value
        except richtext.MarkupRefusedError as refusal:
            raise ValidationError(str(refusal), code="markup") from refusal

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return richtext.clean(value) if isinstance(value, str) else value


def _deconstruct_as(field, deconstructed):
    name, _path, args, kwargs = deconstructed
    return name, f"django.db.models.{field}", args, kwargs
