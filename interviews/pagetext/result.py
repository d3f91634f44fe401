"""The result of parsing: the document, unplaced text, and the reason for each guess."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from interviews.document import FeatureDocument


class Bucket(StrEnum):
    """Destination of a stretch of the page: a part of the document, an understood mark, or none."""

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
    """A stretch of one line of the page.

    `line` is the number of the printed line, from 1 (the first, if several were joined), `start` the offset in it, from
    0; `path` is its address in the document, if it has one.
    """

    line: int
    text: str
    bucket: Bucket
    start: int = 0
    path: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A guess and its reason, for the editor. `kind` is for programs; `excerpt` is the text concerned."""

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
    """A parsed page. `spans` are the page's text in order, with every letter once.

    The texts of the document are exactly the placed spans and `supplied`: words that are not printed (the role 记者 of
    a byline that only gives a name). `lines` are the lines as parsed, with their printed numbers: soft wraps undone,
    invisible characters dropped.
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
        """Whether a topic was found. Without one, nothing is placed."""
        return bool(self.document.topics)


def count_letters(text: str) -> int:
    """Count letters and digits (`str.isalnum`)."""
    return sum(map(str.isalnum, text))
