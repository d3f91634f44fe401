"""Public name of the HTML cleaner, for other programs."""

from interviews.text.richtext import clean

__all__ = ["clean"]
