"""What somebody who sees the page says about one of its lines: an editor, or the type that it is set in."""

from __future__ import annotations

from enum import StrEnum


class Label(StrEnum):
    """A line labelled so begins a part of its own; what it says about the line goes before every guess."""

    KICKER = "kicker"
    HEADLINE = "headline"
    SUBTITLE = "subtitle"
    LEAD = "lead"
    TOPIC = "topic"
    SPEAKER = "speaker"
    STATEMENT = "statement"  # a new paragraph of the statement
    CONTINUATION = "continuation"  # goes on with the sentence of the paragraph before
    BYLINE = "byline"
    CAPTION = "caption"
    CREDIT = "credit"
    FURNITURE = "furniture"


HEADINGS = frozenset({Label.KICKER, Label.HEADLINE, Label.SUBTITLE, Label.LEAD})
