"""What a reading of a page answers: the document, what found no place in it, and why each guess was made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from interviews.document import FeatureDocument


class Bucket(StrEnum):
    """Where a stretch of the page went: a part of the document, a mark that was understood, or nowhere."""

    KICKER = "kicker"
    HEADLINE = "headline"
    SUBTITLE = "subtitle"
    LEAD = "lead"
    TITLE = "title"
    ORGANISATION = "organisation"
    JOB_TITLE = "job_title"
    SPEAKER = "speaker"
    BODY = "body"
    ROLE = "role"
    CONTRIBUTOR = "contributor"
    CAPTION = "caption"
    CREDIT_LINE = "credit_line"
    MARK = "mark"
    UNPLACED = "unplaced"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line of the page. `line` counts printed lines from 1 (the first one, if several were joined),
    `start` characters in it from 0; `path` is its place in the document, if it has one."""

    line: int
    text: str
    bucket: Bucket
    start: int = 0
    path: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A guess, in an editor's words. `kind` is for programs, `excerpt` is what it is about."""

    kind: str
    excerpt: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"第 {self.line} 行" if self.line else ""
        return f"{where}“{self.excerpt}”：{self.reason}。"


@dataclass(frozen=True, slots=True)
class Balance:
    """Counts of `str.isalnum()` characters after NFC; `source == placed + unplaced`."""

    source: int
    placed: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page, read. `spans` are the page in its order, every letter of it once.

    The texts of the document are exactly the spans of its buckets, and `supplied`: what the document says although the
    page does not print it (the role 记者 of a byline that gives only a name). `lines` are the lines as they were read,
    with their numbers in print: soft wraps undone, unseen characters dropped.
    """

    document: FeatureDocument
    unplaced: tuple[str, ...]
    notes: tuple[Note, ...]
    balance: Balance
    spans: tuple[Span, ...]
    supplied: tuple[str, ...] = ()
    lines: tuple[tuple[int, str], ...] = ()

    @property
    def has_structure(self) -> bool:
        """Whether a topic was found. Without one nothing of the page was placed."""
        return bool(self.document.topics)


def letters(text: str) -> int:
    """How many letters and digits."""
    return sum(map(str.isalnum, text))
