"""Label paragraphs by their typography: kicker, headline, subtitle, lead, captions."""

from __future__ import annotations

from interviews.pagetext.grammar import DEFAULT
from interviews.pagetext.labels import Label
from interviews.pagetext.shapes import is_complete
from interviews.text.chinese import fold_width

from .geometry import Paragraph, Part
from .paragraphs import HEADING_RATIO

HEADLINE = 1.5  # minimum size, times the body size
MAX_LINES = 3
MAX_LENGTH = 60
MAX_KICKER = 30
MIN_LEAD = 20


def label_headings(paragraphs: list[Paragraph], body: float) -> list[Paragraph]:
    """Label the paragraphs whose typography is unambiguous, and return all in reading order."""
    for paragraph in paragraphs:
        _label_apart(paragraph)
    flow = [p for p in paragraphs if p.part is Part.FLOW]
    head = _head(flow, body)
    lead = [p for p in paragraphs if p.part is Part.INSET]
    others = [p for p in paragraphs if p.part in (Part.CAPTION, Part.ROTATED)]
    rest = [p for p in flow if not any(p is each for each in head)]
    return [*head, *lead, *rest, *others]


def _label_apart(paragraph: Paragraph) -> None:
    folded = fold_width(paragraph.text)
    if paragraph.part is Part.CAPTION:
        paragraph.label, paragraph.reason = Label.CAPTION, "紧挨着照片，按照片说明处理"
    elif paragraph.part is Part.ROTATED:
        paragraph.label, paragraph.reason = Label.FURNITURE, "竖排或转了方向的字，没有归位"
    elif paragraph.part is Part.INSET and len(folded) >= MIN_LEAD and is_complete(folded):
        paragraph.label, paragraph.reason = Label.LEAD, "单独放在框里，按导语处理"


def _head(flow: list[Paragraph], body: float) -> list[Paragraph]:
    if any(p.label is Label.HEADLINE for p in flow):
        return []  # labelled by its style; the order is the author's
    large = [p for p in flow if p.size >= HEADLINE * body and len(p.text) <= MAX_LENGTH and not is_furniture(p.text)]
    if not large:
        return []
    size = max(p.size for p in large)
    first = next(index for index, p in enumerate(flow) if p.size >= 0.96 * size and p in large)
    lines = [p for p in flow[first : first + MAX_LINES + 1] if p.size >= 0.96 * size]
    if sum(p.size >= 0.96 * size for p in large) > MAX_LINES:
        return []  # several stories, or titles as large as the headline
    for paragraph in lines:
        paragraph.label, paragraph.reason = Label.HEADLINE, "版面上最大的字"
    after = first + len(lines)
    head = [*_kicker(flow, first, body), *lines]
    head += _subtitle(flow, after, lines[-1], body)
    return head


def _kicker(flow: list[Paragraph], first: int, body: float) -> list[Paragraph]:
    headline = flow[first]
    if first == 0:
        return []
    above = flow[first - 1]
    near = 0 <= headline.box.top - above.box.bottom < 1.5 * headline.size and above.page == headline.page
    if not near or len(above.text) > MAX_KICKER or is_furniture(above.text) or is_complete(above.text):
        return []
    if above.size < body * 0.95 or not above.box.overlaps_horizontally(headline.box):
        return []
    above.label, above.reason = Label.KICKER, "主题上方的一行，按肩题处理"
    return [above]


def _subtitle(flow: list[Paragraph], after: int, headline: Paragraph, body: float) -> list[Paragraph]:
    found: list[Paragraph] = []
    for paragraph in flow[after : after + 2]:
        last = found[-1] if found else headline
        near = -last.size < paragraph.box.top - last.box.bottom < 1.5 * headline.size
        if not near or paragraph.size < HEADING_RATIO * body or len(paragraph.text) > MAX_LENGTH:
            break
        if DEFAULT.topic_mark.fullmatch(fold_width(paragraph.text)) or is_complete(fold_width(paragraph.text)):
            break
        if found and abs(found[0].size - paragraph.size) > 0.05 * paragraph.size:
            break
        dash = paragraph.text.startswith(("—", "–", "―", "─"))
        if not found and not dash and not paragraph.box.overlaps_horizontally(headline.box):
            break
        paragraph.label, paragraph.reason = Label.SUBTITLE, "主题下方、比正文大的一行，按副题处理"
        found.append(paragraph)
    return found


def is_furniture(text: str) -> bool:
    """Tell whether a text is page furniture: the paper's name, a date, a page number."""
    parts = fold_width(text).split()
    return bool(parts) and all(DEFAULT.furniture_part.fullmatch(part) for part in parts)
