"""Labels of lines, set by an editor or derived from the typography of a file."""

from __future__ import annotations

from enum import StrEnum


class Label(StrEnum):
    """The role of a line. A labelled line starts a new part, and its label overrides every guess."""

    KICKER = "kicker"
    HEADLINE = "headline"
    SUBTITLE = "subtitle"
    LEAD = "lead"
    TOPIC = "topic"
    SPEAKER = "speaker"
    STATEMENT = "statement"  # a new paragraph of the statement
    CONTINUATION = "continuation"  # continues the paragraph before
    BYLINE = "byline"
    CAPTION = "caption"
    CREDIT = "credit"
    FURNITURE = "furniture"


HEADINGS = frozenset({Label.KICKER, Label.HEADLINE, Label.SUBTITLE, Label.LEAD})
