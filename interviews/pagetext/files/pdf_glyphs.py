"""Read the glyphs, pictures and lines of a PDF with pdfminer.six, without its layout analysis."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTCurve, LTFigure, LTImage, LTLine, LTPage, LTRect
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from interviews.pagetext.decoding import UnreadablePageError

from . import images
from .geometry import Box, Glyph, Sheet
from .radicals import replace_radicals

MAX_PAGES = 16
MAX_GLYPHS = 100_000  # a broadsheet page has about ten thousand
MAX_ITEMS = 200_000  # lines, boxes, pictures
MAX_RULE_WIDTH = 3.0
UNKNOWN = "\ufffd"


class _Collector(PDFLayoutAnalyzer):
    """Collect the page as drawn. Raises UnreadablePageError if it has far more than a page can hold."""

    def __init__(self, resources: PDFResourceManager):
        super().__init__(resources, laparams=None)
        self.page: LTPage | None = None
        self.glyphs = self.items = 0

    def render_char(self, *args: Any, **named: Any) -> float:
        self.glyphs += 1
        if self.glyphs > MAX_GLYPHS:
            raise UnreadablePageError(
                f"这份 PDF 里超过 {MAX_GLYPHS // 10_000} 万字，不像报纸版面：请只导出访谈那一版。"
            )
        return super().render_char(*args, **named)

    def paint_path(self, *args: Any, **named: Any) -> None:
        self._count()
        super().paint_path(*args, **named)

    def begin_figure(self, *args: Any, **named: Any) -> None:
        self._count()
        super().begin_figure(*args, **named)

    def _count(self) -> None:
        self.items += 1
        if self.items > MAX_ITEMS:
            raise UnreadablePageError("这份 PDF 里的图形太多，读不了：请简化后再导出，或者改为粘贴文字。")

    def handle_undefined_char(self, font: Any, cid: int) -> str:
        return UNKNOWN

    def receive_layout(self, ltpage: LTPage) -> None:
        self.page = ltpage


def read_sheets(data: bytes) -> Iterator[Sheet]:
    """Yield every page. Raises UnreadablePageError if locked or too long, pdfminer's errors if damaged."""
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)), fallback=True)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise UnreadablePageError("这份 PDF 加了密码：请先去掉密码再导入。") from error
    pages: list[PDFPage] = []
    for page in PDFPage.create_pages(document):
        pages.append(page)
        if len(pages) > MAX_PAGES:
            raise UnreadablePageError(f"这份 PDF 超过 {MAX_PAGES} 页：请只导出访谈所在的那一版。")
    if not pages:
        raise UnreadablePageError("这份 PDF 里没有一页能读出来，可能已经损坏。")
    resources = PDFResourceManager()
    collector = _Collector(resources)
    interpreter = PDFPageInterpreter(resources, collector)
    for page in pages:
        interpreter.process_page(page)
        assert collector.page is not None  # noqa: S101 for mypy: set by receive_layout
        yield _sheet(collector.page)


def _sheet(page: LTPage) -> Sheet:
    sheet = Sheet(page.width, page.height)
    rotated: list[LTChar] = []
    pending: list[Any] = list(reversed(list(page)))
    while pending:
        item = pending.pop()
        if isinstance(item, LTFigure):
            pending += reversed(list(item))
        elif isinstance(item, LTChar):
            if item.upright and item.matrix[0] > 0:
                sheet.glyphs += _glyphs(item, page.height)
            else:
                rotated.append(item)
        elif isinstance(item, LTImage):
            picture = images.picture(item.stream)
            sheet.pictures.append((_box(item, page.height), picture))
            sheet.unread_pictures += picture is None and not images.is_ornament(item.stream)
        elif isinstance(item, LTLine | LTRect | LTCurve):
            _read_drawing(item, sheet)
    sheet.frames += _frames_of(sheet.rules)
    sheet.rotated = _rotated_text(rotated)
    return sheet


def _glyphs(item: LTChar, height: float) -> list[Glyph]:
    text = replace_radicals(item.get_text().replace("\0", ""))
    size = item.size
    if not text or not 1 <= size <= 2000 or abs(item.x0) > 1e5 or abs(item.y0) > 1e5:
        return [Glyph(text, item.x0 % 1e5, item.x1 % 1e5, 0.0, 1.0)] if text.strip() else []
    return [Glyph(text, item.x0, item.x1, height - item.matrix[5], size)]


def _box(item: Any, height: float) -> Box:
    return Box(item.x0, height - item.y1, item.x1, height - item.y0)


def _read_drawing(item: LTCurve, sheet: Sheet) -> None:
    box = _box(item, sheet.height)
    if min(box.width, box.height) <= MAX_RULE_WIDTH:
        if max(box.width, box.height) > 20:
            sheet.rules.append(box)
    elif _is_visible(item):
        sheet.frames.append(box)


def _is_visible(item: LTCurve) -> bool:
    """Tell whether a shape is visible: stroked, or filled other than white."""
    if item.stroke:
        return True
    colour = item.non_stroking_color
    channels = colour if isinstance(colour, tuple | list) else (colour,)
    if not item.fill or not all(isinstance(channel, int | float) for channel in channels):
        return bool(item.fill)
    return not (all(c == 1 for c in channels) if len(channels) != 4 else all(c == 0 for c in channels))


def _frames_of(rules: list[Box]) -> list[Box]:
    """Find frames drawn as four lines."""
    flat = sorted((r for r in rules if r.width > r.height), key=lambda box: box.top)[:400]
    upright = [r for r in rules if r.height >= r.width][:400]
    frames: list[Box] = []
    for index, over in enumerate(flat):
        for under in flat[index + 1 :]:
            if (
                abs(over.x0 - under.x0) > MAX_RULE_WIDTH
                or abs(over.x1 - under.x1) > MAX_RULE_WIDTH
                or under.top - over.bottom < 16
            ):
                continue
            box = Box(over.x0, over.top, over.x1, under.bottom)
            sides = [any(_is_side(rule, x, box) for rule in upright) for x in (box.x0, box.x1)]
            if all(sides):
                frames.append(box)
                break
    return frames


def _is_side(rule: Box, x: float, box: Box) -> bool:
    return (
        abs((rule.x0 + rule.x1) / 2 - x) <= MAX_RULE_WIDTH
        and rule.top <= box.top + MAX_RULE_WIDTH
        and rule.bottom >= box.bottom - MAX_RULE_WIDTH
    )


def _rotated_text(items: list[LTChar]) -> list[str]:
    """Return rotated text, in the order of drawing."""
    pieces: list[str] = []
    last: LTChar | None = None
    for item in items:
        if last is None or abs(item.x0 - last.x0) + abs(item.y0 - last.y0) > 3 * max(item.size, 1):
            pieces.append("")
        pieces[-1] += replace_radicals(item.get_text().replace("\0", ""))
        last = item
    return [piece.strip() for piece in pieces if piece.strip()]
