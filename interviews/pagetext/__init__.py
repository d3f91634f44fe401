"""Parse the text of a printed page into a document, noting the reason for each guess. No Django, no files.

reading = parse(read_bytes(data))
reading.document.topics, reading.unplaced, reading.notes, reading.balance
"""

from .decoding import UnreadablePageError, read_bytes
from .grammar import DEFAULT, Grammar
from .imprint import imprint
from .labels import Label
from .parsing import parse
from .result import Balance, Bucket, Note, PageReading, Span

__all__ = [
    "DEFAULT",
    "Balance",
    "Bucket",
    "Grammar",
    "Label",
    "Note",
    "PageReading",
    "Span",
    "UnreadablePageError",
    "imprint",
    "parse",
    "read_bytes",
]
