"""Paragraphs of all pages → the text with its labels."""

from __future__ import annotations

from interviews.pagetext.labels import Label

from .geometry import PageSource, Paragraph, Picture
from .heading import label

MOST_PICTURES = 60
PICTURE_BYTES = 40_000_000


def source_of(paragraphs: list[Paragraph], body: float, pictures: list[Picture], notes: list[str]) -> PageSource:
    """One line a paragraph. A blank line stands between them, but not in a list of credits."""
    lines: list[str] = []
    labels: dict[int, Label] = {}
    reasons: dict[int, str] = {}
    for paragraph in label(paragraphs, body):
        if lines and not paragraph.closed_up:
            lines.append("")
        parts = [part for part in paragraph.text.splitlines() if part.strip()] or [paragraph.text]
        for nth, text in enumerate(parts):
            lines.append(text)
            if paragraph.label and not nth:
                labels[len(lines)] = paragraph.label
                reasons[len(lines)] = paragraph.reason
    return PageSource("\n".join(lines) + "\n", labels, reasons, tuple(pictures), tuple(notes))


def affordable(pictures: list[Picture], unread: int, notes: list[str]) -> list[Picture]:
    """As many as a photo desk takes at once; a note says so where there are more, or some that could not be read."""
    if unread:
        notes.append(f"有 {unread} 张图的编码读不了，没有取出来，请另行上传。")
    kept: list[Picture] = []
    size = 0
    for picture in pictures:
        size += len(picture.data)
        if size > PICTURE_BYTES or len(kept) == MOST_PICTURES:
            notes.append(f"照片太多或太大，只取了前 {len(kept)} 张，其余请另行上传。")
            break
        kept.append(picture)
    return kept
