"""Join the paragraphs of all pages to the text with its labels."""

from __future__ import annotations

from interviews.pagetext.labels import Label

from .geometry import PageSource, Paragraph, Picture
from .heading import label_headings

MAX_PICTURES = 60
MAX_PICTURE_BYTES = 40_000_000


def build_source(paragraphs: list[Paragraph], body: float, pictures: list[Picture], notes: list[str]) -> PageSource:
    """Write each paragraph as a line, separated by blank lines except in lists of credits."""
    lines: list[str] = []
    labels: dict[int, Label] = {}
    reasons: dict[int, str] = {}
    for paragraph in label_headings(paragraphs, body):
        if lines and not paragraph.follows_closely:
            lines.append("")
        parts = [part for part in paragraph.text.splitlines() if part.strip()] or [paragraph.text]
        for nth, text in enumerate(parts):
            lines.append(text)
            if paragraph.label and not nth:
                labels[len(lines)] = paragraph.label
                reasons[len(lines)] = paragraph.reason
    return PageSource("\n".join(lines) + "\n", labels, reasons, tuple(pictures), tuple(notes))


def within_limits(pictures: list[Picture], unread: int, notes: list[str]) -> list[Picture]:
    """Return as many pictures as one upload allows. Notes report the ones dropped or unreadable."""
    if unread:
        notes.append(f"有 {unread} 张图的编码读不了，没有取出来，请另行上传。")
    kept: list[Picture] = []
    size = 0
    for picture in pictures:
        size += len(picture.data)
        if size > MAX_PICTURE_BYTES or len(kept) == MAX_PICTURES:
            notes.append(f"照片太多或太大，只取了前 {len(kept)} 张，其余请另行上传。")
            break
        kept.append(picture)
    return kept
