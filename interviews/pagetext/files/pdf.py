"""Read the interviews of a PDF."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from interviews.pagetext.decoding import UnreadablePageError
from interviews.pagetext.parsing import parse

from .assembling import build_source, within_limits
from .geometry import Box, PageSource, Paragraph, Part, Picture, Sheet
from .heading import HEADLINE
from .layout import paragraphs_on
from .pdf_glyphs import UNKNOWN, read_sheets

NO_TEXT = "这份 PDF 里没有文字，像是扫描件：请先做文字识别，或者改为粘贴文字。"


def read_pdf(data: bytes) -> PageSource:
    sheets = list(read_sheets(data))
    letters = [glyph for sheet in sheets for glyph in sheet.glyphs if glyph.text.strip()]
    if len(letters) < 10 and not any(sheet.rotated for sheet in sheets):
        raise UnreadablePageError(NO_TEXT)
    notes: list[str] = []
    unknown = sum(glyph.text == UNKNOWN for glyph in letters)
    if unknown * 5 > len(letters):
        raise UnreadablePageError("这份 PDF 的字体没有带文字编码，取不出文字：请先做文字识别，或者改为粘贴文字。")
    if unknown:
        notes.append(f"有 {unknown} 个字的编码取不出来，写成了 {UNKNOWN}，请对照原版补上。")
    body = _body_size(sheets)
    pages = {n: paragraphs_on(sheet, n) for n, sheet in enumerate(sheets, start=1)}
    page_numbers = _with_interviews(pages, body)
    notes += _about_pages(len(sheets), page_numbers)
    paragraphs = [paragraph for n in page_numbers for paragraph in pages[n]]
    rotated = sum(len(p.text) for p in paragraphs if p.part is Part.ROTATED)
    if rotated:
        notes.append(f"有 {rotated} 个竖排或转了方向的字，放在最后，没有归位，请对照原版。")
    unread = sum(sheets[n - 1].unread_pictures for n in page_numbers)
    pictures = [picture for n in page_numbers for picture in _pictures(sheets[n - 1], pages[n], n)]
    return build_source(paragraphs, body, within_limits(pictures, unread, notes), notes)


def _body_size(sheets: list[Sheet]) -> float:
    sizes = Counter(round(glyph.size * 2) / 2 for sheet in sheets for glyph in sheet.glyphs if glyph.text.strip())
    return max(sizes, key=lambda size: sizes[size], default=10.0)


def _with_interviews(pages: dict[int, list[Paragraph]], body: float) -> list[int]:
    """Return the numbers of all pages except those with a headline but no interview."""
    page_numbers = [
        n
        for n, paragraphs in pages.items()
        if paragraphs and (not _has_headline(paragraphs, body) or _has_interviews(paragraphs))
    ]
    return page_numbers if any(_has_interviews(pages[n]) for n in page_numbers) else [n for n in pages if pages[n]]


def _has_headline(paragraphs: list[Paragraph], body: float) -> bool:
    return any(p.size >= HEADLINE * body for p in paragraphs)


def _has_interviews(paragraphs: list[Paragraph]) -> bool:
    return parse("\n\n".join(paragraph.text for paragraph in paragraphs)).has_structure


def _about_pages(count: int, page_numbers: list[int]) -> list[str]:
    if count == 1:
        return []
    if len(page_numbers) == count:
        return [f"文件有 {count} 页，按先后次序都读了。"]
    return [f"文件有 {count} 页，读了第 {'、'.join(map(str, page_numbers))} 页；其余各页没有访谈，没有读。"]


def _pictures(sheet: Sheet, paragraphs: list[Paragraph], page: int) -> list[Picture]:
    captions = [p for p in paragraphs if p.part is Part.CAPTION]
    found = []
    for box, picture in sheet.pictures:
        if picture is not None:
            found.append(replace(picture, page=page, caption=_caption_below(box, captions)))
    return found


def _caption_below(box: Box, captions: list[Paragraph]) -> str:
    below = [
        p for p in captions if p.box.overlaps_horizontally(box) and -p.size < p.box.top - box.bottom < 2.5 * p.size
    ]
    return min(below, key=lambda p: p.box.top).text if below else ""
