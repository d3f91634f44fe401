"""Check stops at quotation marks and brackets, at both ends of paragraphs, and in titles (GB/T 15834-2011, B.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .findings import Fault
from .paired_marks import match
from .passages import Kind, Passage
from .rules import Severity

_STOPS = "，。、；：？！"
_ENDINGS = "。？！…—"
_CLOSERS = "”’）》】〉」』\"'"
# Marks before an independent quotation. After a comma it is ambiguous.
_INDEPENDENT = "：。！？；…—”（"
_SPEECH = re.compile(r"(?:说|说道|道|问|答|表示|介绍|告诉记者|坦言|感慨|回忆|强调|指出|认为|称)：$")
LONG_QUOTATION = 8
SUBHEADING = 25  # characters; longer lines without stops are no subheadings


def at_quotes(passage: Passage) -> Iterator[Fault]:
    text = passage.text
    for opening, closing in match(text, passage.after[:1] == "“").pairs:
        inside = text[closing - 1] if closing - opening > 1 else ""
        after = text[closing + 1 : closing + 2]
        if text[opening] == "“":
            yield from _at_quote(text, opening, closing, inside, after)
        elif text[opening] == "（" and inside == "。":
            yield from _at_bracket(text, opening, closing, after)


def _at_quote(text: str, opening: int, closing: int, inside: str, after: str) -> Iterator[Fault]:
    before = text[opening - 1] if opening else ""
    independent = not before or before in _INDEPENDENT
    if inside == "。":
        yield from _full_stop_inside(text, opening, closing, after, independent, before == "，")
    elif inside in _STOPS[2:5] and inside:
        written = "”" + (after if after and after in _STOPS else inside)
        yield _fault(text, closing - 1, closing + 1 + (len(written) > 1 and after == written[1]), written)
    elif inside == "，" and not independent and before != "，":
        written = "”" + (after if after and after in _STOPS else "，")
        yield _fault(text, closing - 1, closing + 1 + (after == written[1]), written)
    elif inside and inside in "？！" and after == "。":
        message = f"引号里已有“{inside}”，引号外不再用句号。"
        yield Fault("stop-at-quote", closing - 1, closing + 2, message, inside + "”", Severity.WARNING)
    elif _lacks_stop(text, opening, closing, inside, after):
        message = "引文完整而独立，句号应在引号里面。"
        end = closing + 1 + (after == "。")
        yield Fault("stop-at-quote", closing, end, message, "。”", Severity.WARNING)


def _full_stop_inside(
    text: str, opening: int, closing: int, after: str, independent: bool, after_comma: bool
) -> Iterator[Fault]:
    if after == "。":
        written = "。”" if independent else "”。"
        yield _fault(text, closing - 1, closing + 2, written)
    elif after and after in "，；、：":
        yield _fault(text, closing - 1, closing + 2, "”" + after)
    elif not independent and not after_comma and not re.search("[。？！]", text[opening : closing - 1]):
        yield _fault(text, closing - 1, closing + 1, "”。")


def _fault(text: str, start: int, end: int, written: str) -> Fault:
    outside = written.startswith("”")
    message = "引文是句子的一部分，点号应在引号外面。" if outside else "引号里已有句号，引号外不再用句号。"
    return Fault("stop-at-quote", start, end, message, written)


def _lacks_stop(text: str, opening: int, closing: int, inside: str, after: str) -> bool:
    if closing - opening <= LONG_QUOTATION or inside in _STOPS + "…—" or after not in ("", "。"):
        return False
    return _SPEECH.search(text[max(0, opening - 6) : opening]) is not None


def _at_bracket(text: str, opening: int, closing: int, after: str) -> Iterator[Fault]:
    before = text[opening - 1] if opening else ""
    if not before or before in "。？！…”" or re.search("[。？！]", text[opening : closing - 1]):
        return
    if after and after in _STOPS:
        written, end = "）" + after, closing + 2
    else:
        written, end = ("）" if after else "）。"), closing + 1
    yield Fault("stop-in-bracket", closing - 1, end, "句内括注的末尾不用句号。", written)


def at_edges(passage: Passage) -> Iterator[Fault]:
    if passage.kind is not Kind.PROSE:
        return
    text = passage.text.rstrip()
    if not text:
        return
    if text[0] in _STOPS + "”’）》】":
        yield Fault("line-start", 0, 1, f"段首不应是“{text[0]}”，可能与上一段断开了。")
    end = len(text)
    last = text[-1]
    if last in "，、":
        yield Fault("bad-end", end - 1, end, f"段末不应是“{last}”：或是漏了下文，或应为句号。")
    elif last in "：；" and not passage.after:
        yield Fault("bad-end", end - 1, end, f"全文不应以“{last}”结束。")
    elif _lacks_end(text):
        yield Fault("missing-stop", end - 1, end, "段末缺少句号，也可能是这段话没有排完。")


def _lacks_end(text: str) -> bool:
    if text[-1] == "）" and text[text.rfind("（") - 1 : text.rfind("（")] in tuple("。！？”"):
        return False  # a parenthesis after the sentence
    core = text.rstrip(_CLOSERS)
    if text[-1] in _STOPS + _ENDINGS or (core and core[-1] in _ENDINGS):
        return False
    return len(text) > SUBHEADING or "。" in text or "；" in text


def in_titles(passage: Passage) -> Iterator[Fault]:
    text = passage.text
    if len(text) < 2 or text[-1] != "。" or text[-2] in "。.":
        return
    if passage.kind is Kind.TITLE:
        yield Fault("title-stop", len(text) - 2, len(text), "标题末尾不用句号。", text[-2])
    elif passage.kind is Kind.CAPTION:
        yield Fault("caption-stop", len(text) - 2, len(text), "图说末尾不用句号。", text[-2])


CHECKS = (at_quotes, at_edges, in_titles)
