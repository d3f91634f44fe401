"""Read a Word file (docx): its text in order, labelled by styles and sizes. External links are not followed."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import docx
import docx.enum.style
from docx.image.exceptions import UnrecognizedImageError
from docx.oxml.ns import qn
from docx.parts.image import ImagePart

from interviews.pagetext.decoding import UnreadablePageError
from interviews.pagetext.labels import Label

from . import archive
from .assembling import build_source, within_limits
from .geometry import Box, PageSource, Paragraph, Part, Picture

DEFAULT_SIZE = 10.5  # points: 五号, the default of Chinese Word
MAX_DEPTH = 40  # nested tables and text boxes
MAX_CAPTION = 80
MAX_TEXT = 2_000_000
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_VML_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
_CONTAINERS = {
    qn(name) for name in ("w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:hyperlink", "w:sdt", "w:sdtContent")
}
_CONTAINERS |= {qn("w:fldSimple"), qn("w:r"), qn("w:dir"), qn("w:bdo"), qn("w:ruby"), qn("w:rubyBase")}
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}
_STYLES = {"title": Label.HEADLINE, "subtitle": Label.SUBTITLE, "caption": Label.CAPTION}


def read_docx(data: bytes) -> PageSource:
    archive.check(data)
    try:
        document = docx.Document(io.BytesIO(data))
    except (KeyError, ValueError) as error:
        raise UnreadablePageError("这份 Word 文件已经损坏，打不开。") from error
    reader = _Reader(document)
    reader.walk(document.element.body)
    if not any(paragraph.text.strip() for paragraph in reader.paragraphs):
        raise UnreadablePageError("这份 Word 文件里没有文字，可能只有图片：请先做文字识别，或者改为粘贴文字。")
    notes = [f"有 {reader.deleted} 处修订已删去的文字，没有读。"] if reader.deleted else []
    pictures = within_limits(reader.pictures, reader.unread_pictures, notes)
    return build_source(reader.paragraphs, reader.body_size(), pictures, notes)


class _Reader:
    """Walk the body: paragraphs, tables cell by cell, text boxes after the paragraph that anchors them."""

    def __init__(self, document: Any):
        self.document = document
        self.paragraphs: list[Paragraph] = []
        self.pictures: list[Picture] = []
        self.unread_pictures = 0
        self.deleted = 0
        self.letters = 0
        self.place = 0.0
        self.awaits_caption = False  # the last picture has no caption yet

    def body_size(self) -> float:
        sizes: Counter[float] = Counter()
        for paragraph in self.paragraphs:
            sizes[paragraph.size] += len(paragraph.text)
        return max(sizes, key=lambda size: sizes[size])

    def walk(self, element: Any, depth: int = 0) -> None:
        if depth > MAX_DEPTH:
            raise UnreadablePageError("这份 Word 文件里表格或文本框套得太深，读不了：请改为粘贴文字。")
        for child in element:
            if child.tag == qn("w:p"):
                self._paragraph(child, depth)
            elif child.tag in (qn("w:tbl"), qn("w:tr"), qn("w:tc")) or child.tag in _CONTAINERS:
                self.walk(child, depth + 1)
            elif child.tag in (qn("w:del"), qn("w:moveFrom")):
                self.deleted += 1

    def _paragraph(self, element: Any, depth: int) -> None:
        pieces: list[tuple[str, float]] = []
        boxes: list[Any] = []
        pictures = len(self.pictures)
        style = self._style(element)
        for run in self._runs(element, 0):
            pieces += self._pieces(run, style, boxes)
        text = "".join(text for text, _ in pieces).strip(" \t\n")
        self.letters += len(text)
        if self.letters > MAX_TEXT:
            raise UnreadablePageError("这份 Word 文件里的文字太多，不像一个版面：请只保留访谈那一版。")
        if text:
            self._add(text, pieces, style)
        for box in boxes:
            self.walk(box, depth + 1)
        if len(self.pictures) > pictures and not text:
            self.awaits_caption = True

    def _add(self, text: str, pieces: list[tuple[str, float]], style: Any) -> None:
        sizes: Counter[float] = Counter()
        for piece, size in pieces:
            sizes[size] += len(piece.strip())
        size = max(sizes, key=lambda each: sizes[each])
        self.place += 1.5 * size
        paragraph = Paragraph(text, size, Box(0, self.place - size, 100, self.place))
        paragraph.label = _STYLES.get(style.name.lower() if style is not None and style.name else "")
        paragraph.reason = f"样式是“{style.name}”" if paragraph.label else ""
        if self.awaits_caption and (paragraph.label is Label.CAPTION or self._is_caption(paragraph)):
            paragraph.label = Label.CAPTION
            paragraph.reason = paragraph.reason or "紧接在照片下面、字比正文小，按照片说明处理"
            last = self.pictures[-1]
            self.pictures[-1] = Picture(last.data, last.media_type, last.width, last.height, 1, text)
        if paragraph.label is Label.CAPTION:
            paragraph.part = Part.CAPTION
        self.awaits_caption = False
        self.paragraphs.append(paragraph)

    def _is_caption(self, paragraph: Paragraph) -> bool:
        usual = self.body_size() if self.paragraphs else paragraph.size
        return paragraph.size < 0.95 * usual and len(paragraph.text) <= MAX_CAPTION

    def _style(self, element: Any) -> Any:
        properties = element.find(qn("w:pPr"))
        named = properties.find(qn("w:pStyle")) if properties is not None else None
        identity = named.get(qn("w:val")) if named is not None else None
        return self.document.part.get_style(identity, docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)

    def _runs(self, element: Any, depth: int) -> Iterator[Any]:
        if depth > MAX_DEPTH:
            return
        for child in element:
            if child.tag == qn("w:r"):
                yield child
            elif child.tag in _CONTAINERS:
                yield from self._runs(child, depth + 1)
            elif child.tag in (qn("w:del"), qn("w:moveFrom")):
                self.deleted += 1

    def _pieces(self, run: Any, style: Any, boxes: list[Any]) -> Iterator[tuple[str, float]]:
        properties = run.find(qn("w:rPr"))
        if properties is not None and properties.find(qn("w:vanish")) is not None:
            return
        size = self._size(properties, style)
        for child in run:
            if child.tag == qn("w:t"):
                yield child.text or "", size
            elif child.tag in _BREAKS:
                yield _BREAKS[child.tag], size
            elif child.tag == qn("w:ruby"):
                for base in child.iter(qn("w:rubyBase")):
                    yield "".join(text.text or "" for text in base.iter(qn("w:t"))), size
            else:
                self._read_drawing(child, boxes)

    def _read_drawing(self, element: Any, boxes: list[Any]) -> None:
        """Collect pictures and text boxes. Of alternative contents only the first counts."""
        if element.tag == _ALTERNATIVE:
            element = next(iter(element), element)
        if element.tag == _ALTERNATIVE or not len(element):
            return
        found = [box for box in element.iter(qn("w:txbxContent")) if not _has_ancestor(box, element)]
        boxes += found
        for blip in [*element.iter(_BLIP), *element.iter(_VML_IMAGE)]:
            if not any(_inside(blip, box) for box in found):
                self._picture(blip.get(qn("r:embed")) or blip.get(qn("r:id")))

    def _picture(self, identity: str | None) -> None:
        part = self.document.part.related_parts.get(identity) if identity else None
        if not isinstance(part, ImagePart):
            return
        try:
            image = part.image
            self.pictures.append(Picture(part.blob, image.content_type, image.px_width, image.px_height))
        except (UnrecognizedImageError, ValueError, KeyError, IndexError, OSError, ZeroDivisionError):
            self.unread_pictures += 1  # a drawing, or a broken picture

    def _size(self, properties: Any, style: Any) -> float:
        for source in (properties, *self._inherited(style)):
            found = source.find(qn("w:sz")) if source is not None else None
            if found is not None:
                value = found.get(qn("w:val")) or ""
                if value.isascii() and value.isdigit() and 2 <= int(value) <= 3000:
                    return int(value) / 2
        return DEFAULT_SIZE

    def _inherited(self, style: Any) -> Iterator[Any]:
        seen = 0
        while style is not None and seen < 20:
            yield style.element.find(qn("w:rPr"))
            style, seen = style.base_style, seen + 1
        yield next(self.document.styles.element.iter(qn("w:rPrDefault")), [None])[0] if self._has_defaults() else None

    def _has_defaults(self) -> bool:
        found = next(self.document.styles.element.iter(qn("w:rPrDefault")), None)
        return found is not None and len(found) > 0


def _has_ancestor(box: Any, top: Any) -> bool:
    """Tell whether a text box is nested in another (and read with it) or in a fallback."""
    parent = box.getparent()
    while parent is not None and parent is not top:
        if parent.tag == box.tag or (parent.tag.endswith("}Fallback") and parent is not top):
            return True
        parent = parent.getparent()
    return False


def _inside(element: Any, box: Any) -> bool:
    return any(parent is box for parent in element.iterancestors())
