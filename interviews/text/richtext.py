"""Rich text of statements: allowed HTML, its canonical form, its plain text, and CKEditor's settings. No Django.

The server decides: whatever a browser, a paste or an import sends goes through `clean`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape, unescape
from html.parser import HTMLParser
from itertools import groupby
from operator import itemgetter
from typing import Any

import nh3

from .controls import is_unprintable

MAX_BYTES = 500_000
MAX_MARKUP = 10_000
MAX_LEVELS = 200
MAX_REMEMBERED = 20_000  # characters

# Tags that Word and web pages use, and the ones written instead.
_MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "sub": "sub", "sup": "sup", "a": "a"}
_MARK_ORDER = ("a", "strong", "em", "sub", "sup")
_HEADINGS = {"h1", "h2", "h3", "h4"}
_LISTS = {"ul", "ol"}


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Dropped, but their ends separate texts: a table cell becomes a paragraph, or its words would be glued to the next.
_BOUNDARIES = _names(
    "p div h5 h6 section article header footer main aside nav hgroup address center pre figure figcaption form "
    "fieldset legend details summary dl dt dd table caption colgroup thead tbody tfoot tr td th hr li"
)
_READ = {*_MARKS, *_HEADINGS, *_LISTS, *_BOUNDARIES, "blockquote", "br"}
_CONTENT_DROPPED = set(_names("script style title template iframe object svg math noscript select xml"))
_SCHEMES = {"http", "https", "mailto"}
# Add no nesting level: void elements, and those the next of their kind closes.
_NO_LEVEL = _names("br hr img input meta link wbr col base area embed source track p li td th tr tbody thead tfoot")

# HTML parsers turn quadratic on attributes (100,000 on one tag: 5 s; `<b x=1>`, `<b x=2>` … left open are repeated in
# every later paragraph). Only href is used, so strip the others before parsing.
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/<>]*+)((?:=\s*+"[^"]*+"|=\s*+'[^']*+'|[^<>])*+)>?""")
_HREF = re.compile(r"""[\s/"']href\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s/?#\\@]+(?:[/?#]\S*)?|mailto:[^\s@]+@[^\s@]+|/(?![/\\])\S*", re.IGNORECASE)

_BREAK = "\x01"  # stands for <br> while a line is put together; text cannot contain it
# Each begins only where a run of spaces begins: from every space of a long run would be quadratic.
_NEWLINES = re.compile(r"(?<! ) *+\n[ \n]*+")
_BREAKS = re.compile(rf"(?<! ) *+{_BREAK}(?:\s*+{_BREAK})*+ *+")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff“”‘’—…·]")
_PLACES = (range(0xA0), range(0x600, 0x700), range(0x2000, 0x2070), range(0xD800, 0xE000))
_REMOVED = {code: None for place in _PLACES for code in place if is_unprintable(chr(code), allowed="\n\t")}
_SPACES = {**_REMOVED, ord("\t"): " ", ord("\u00a0"): " "}

Marks = tuple[tuple[str, str], ...]
Line = list[tuple[str, Marks]]  # a character and what it is marked with


class MarkupRefusedError(ValueError):
    """The markup is too large or too deeply nested. `str()` is a sentence for the person who sent it."""


def clean(html: str) -> str:
    """Return the allowed HTML in canonical form: equal content gives equal text, and cleaning is idempotent.

    Blocks are p, h3, blockquote (of blocks), ul and ol (of li, which hold text and lists); inline elements strong, em,
    sub, sup, a and br. Blocks are never empty, with no white space between or at the edges of them. No-break spaces
    (an editor's artefact in Chinese text) become spaces; a source line end becomes nothing next to a wide character,
    else a space; all other spaces stay. Controls, lone surrogates and bidi controls are removed.

    Raises MarkupRefusedError over 500,000 bytes, 10,000 tags or 200 levels, in the input or the output.
    """
    return _cleaned_before(html) if len(html) <= MAX_REMEMBERED else _cleaned(html)


def _cleaned(html: str) -> str:
    if len(html) > MAX_BYTES:
        raise MarkupRefusedError(_too_long())
    html = _without_comments(html.replace("\r\n", "\n").replace("\r", "\n").translate(_REMOVED))
    _refuse_excess(html)
    bare = _TAG.sub(_without_attributes, html)
    writer = _Writer()
    writer.feed(
        nh3.clean(
            bare,
            tags=_READ,
            clean_content_tags=_CONTENT_DROPPED,
            attributes={"a": {"href"}},
            url_schemes=_SCHEMES,
            link_rel=None,
        )
    )
    result = writer.result()
    _refuse_excess(result)
    return result


# One save of a page cleans each statement about five times: when it is read, written and frozen.
_cleaned_before = lru_cache(maxsize=256)(_cleaned)


def paragraphs(html: str) -> list[str]:
    """Split cleaned HTML into plain lines: one for each paragraph, heading, list item and line after a br."""
    lines = re.sub(r"</(?:p|h3|li)>|<(?:br|ul|ol)>", "\n", html)
    return [line for line in unescape(re.sub(r"<[^>]*>", "", lines)).split("\n") if line]


def blocks(html: str) -> list[str]:
    """Split cleaned HTML into its top-level blocks; joined, they are the HTML again."""
    parts, start, level = [], 0, 0
    for tag in re.finditer(r"<(/?)(?:p|h3|blockquote|ul|ol)>", html):
        level += -1 if tag.group(1) else 1
        if level == 0:
            parts.append(html[start : tag.end()])
            start = tag.end()
    return parts


def plain_text(html: str) -> str:
    """Return cleaned HTML as plain lines joined by newlines: no markup, entities decoded, nothing else changed."""
    return "\n".join(paragraphs(html))


def from_plain(paragraphs: Iterable[str]) -> str:
    """Turn paragraphs of plain text into canonical HTML, skipping empty ones. Raises MarkupRefusedError."""
    return clean("".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in paragraphs))


_WORD = "[0-9A-Za-zÀ-ÖØ-öø-ʯͰ-ԯ０-９Ａ-Ｚａ-ｚ]+"
_COUNTED = re.compile(rf"{_WORD}(?:[.,:'’/-]{_WORD})*|\S")


def count_characters(html: str) -> int:
    """Count 字数 in cleaned HTML as newsrooms do: each Han character and each mark is 1, —— and …… are 2.

    A Latin word or number is 1, including the marks inside it: 2025, 3.5, PM2.5, 1,000, COP-15. Spaces are 0.
    """
    return len(_COUNTED.findall(plain_text(html)))


def _refuse_excess(html: str) -> None:
    if len(html.encode()) > MAX_BYTES:
        raise MarkupRefusedError(_too_long())
    if html.count("<") > MAX_MARKUP:
        raise MarkupRefusedError(f"格式标记过多（上限 {MAX_MARKUP} 个），请先清除格式，再分段粘贴。")
    if _levels(html) > MAX_LEVELS:
        raise MarkupRefusedError(f"格式嵌套过深（上限 {MAX_LEVELS} 层），请先清除格式再粘贴。")


def _too_long() -> str:
    return f"正文过长（上限 {MAX_BYTES // 1000} KB），请分成几篇。"


def _levels(html: str) -> int:
    """Overestimate the nesting depth: tags close only their own kind, and formatting outlives its paragraph."""
    open_tags: dict[str, int] = {}
    level = deepest = 0
    for closing, name, _ in _TAG.findall(html):
        name = name.lower()
        if name in _NO_LEVEL:
            continue
        if not closing:
            open_tags[name] = open_tags.get(name, 0) + 1
            level += 1
            deepest = max(deepest, level)
        elif open_tags.get(name):
            open_tags[name] -= 1
            level -= 1
    return deepest


def _without_comments(html: str) -> str:
    """Remove comments, which end as in the HTML standard, 13.2.5.43 ff. Word hides unclosed elements in them."""
    kept = []
    position = 0
    while (start := html.find("<!--", position)) >= 0:
        kept.append(html[position:start])
        position = _comment_end(html, start + 4)
    return "".join(kept) + html[position:]


def _comment_end(html: str, inside: int) -> int:
    for abrupt in (">", "->"):
        if html.startswith(abrupt, inside):
            return inside + len(abrupt)
    ends = [place + len(end) for end in ("-->", "--!>") if (place := html.find(end, inside)) >= 0]
    return min(ends, default=len(html))


def _without_attributes(tag: re.Match[str]) -> str:
    slash, name, attributes = tag.groups()
    href = _HREF.search(attributes) if name.lower() == "a" and not slash else None
    if not href:
        return f"<{slash}{name}>"
    value = href[1] if href[1][0] in "\"'" else f'"{href[1]}"'
    return f"<a href={value}>"


class _Frame:
    """An open blockquote or list, or (tag "") the root. A list holds items (of lines and lists), others blocks."""

    def __init__(self, tag: str):
        self.tag = tag
        self.blocks: list[str] = []
        self.items: list[list[Line | str]] = []

    def item(self) -> list[Line | str]:
        if not self.items:
            self.items.append([])
        return self.items[-1]

    def add_line(self, line: Line) -> None:
        """Add a line to a list's last item. Items hold no paragraphs: a br divides them instead."""
        item = self.item()
        last = item[-1] if item else None
        if isinstance(last, list):
            last += [(_BREAK, _common(last, line)), *line]
        else:
            item.append(line)

    def html(self) -> str:
        items = ("".join(_inline(part) if isinstance(part, list) else part for part in item) for item in self.items)
        inner = "".join(self.blocks) + "".join(f"<li>{item}</li>" for item in items if item)
        return f"<{self.tag}>{inner}</{self.tag}>" if inner and self.tag else inner


class _Writer(HTMLParser):
    """Rewrite nh3's well-formed output, so that only this class's own tags are ever written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.frames = [_Frame("")]
        self.headings = 0
        self.quotes: list[bool] = []
        self.marks: list[tuple[str, str]] = []
        self.line: Line = []

    def result(self) -> str:
        self.close()
        self.flush()
        return self.frames[0].html()

    def handle_data(self, data: str) -> None:
        held = dict(self.marks)
        marks = tuple((tag, held[tag]) for tag in _MARK_ORDER if tag in held)
        self.line += [(character, marks) for character in data.translate(_SPACES)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _MARKS:
            href = _address(dict(attrs).get("href") or "") if tag == "a" else ""
            self.marks.append(("unlinked" if tag == "a" and not href else _MARKS[tag], href))
            return
        if tag == "br":
            self.line.append((_BREAK, ()))
            return
        self.flush()
        if tag in _LISTS:
            self.frames.append(_Frame(tag))
        elif tag == "blockquote":
            # One level of quotation, none in lists: the page design has no more.
            self.quotes.append(len(self.frames) == 1)
            if self.quotes[-1]:
                self.frames.append(_Frame(tag))
        elif tag == "li" and self.frames[-1].tag in _LISTS:
            self.frames[-1].items.append([])
        self.headings += tag in _HEADINGS

    def handle_endtag(self, tag: str) -> None:
        if tag in _MARKS:
            self.marks.pop()
            return
        self.flush()
        if tag in _LISTS or (tag == "blockquote" and self.quotes.pop()):
            self.close_frame()
        self.headings -= tag in _HEADINGS

    def close_frame(self) -> None:
        html = self.frames.pop().html()
        parent = self.frames[-1]
        if html:
            (parent.item() if parent.tag in _LISTS else parent.blocks).append(html)

    def flush(self) -> None:
        """End the current block, if any."""
        frame = self.frames[-1]
        kind = "h3" if self.headings else "p"
        for line in _lines(self.line):
            if frame.tag in _LISTS:
                frame.add_line(line)
            else:
                frame.blocks.append(f"<{kind}>{_inline(line)}</{kind}>")
        self.line = []


def _address(href: str) -> str:
    """Return a link's URL if it is safe, else nothing. Browsers ignore line ends and tabs in URLs: drop them first."""
    href = href.replace("\n", "").replace("\t", "").translate(_REMOVED).strip().replace(" ", "%20")
    return href if _ADDRESS.fullmatch(href) else ""


def _lines(line: Line) -> list[Line]:
    """Split runs into lines at two or more br, without source line ends, edge spaces or empty lines."""
    line = _without_newlines(line)
    text = _text(line)
    lines: list[Line] = [[]]
    position = 0
    for breaks in _BREAKS.finditer(text):
        lines[-1] += line[position : breaks.start()]
        position = breaks.end()
        if breaks[0].count(_BREAK) > 1:
            lines.append([])
        else:
            lines[-1].append((_BREAK, _common(lines[-1], line[position : position + 1])))
    lines[-1] += line[position:]
    return [trimmed for line in lines if (trimmed := _trimmed(line))]


def _common(before: Line, after: Line) -> Marks:
    """Give a br the marks common to both sides, so that bold text over two lines stays one bold text."""
    return before[-1][1] if before and after and before[-1][1] == after[0][1] else ()


def _without_newlines(line: Line) -> Line:
    text = _text(line)
    kept: Line = []
    position = 0
    for newline in _NEWLINES.finditer(text):
        kept += line[position : newline.start()]
        position = newline.end()
        neighbours = text[: newline.start()][-1:] + text[position : position + 1]
        if not _WIDE.search(neighbours):
            kept.append((" ", line[newline.start()][1]))
    return kept + line[position:]


def _trimmed(line: Line) -> Line:
    text = _text(line).replace(_BREAK, " ")
    start = len(text) - len(text.lstrip())
    return line[start : max(start, len(text.rstrip()))]


def _text(line: Line) -> str:
    return "".join(character for character, _ in line)


def _inline(line: Line) -> str:
    html = ""
    held: Marks = ()
    for marks, group in groupby(line, key=itemgetter(1)):
        html += _between(held, marks) + escape("".join(character for character, _ in group), quote=False)
        held = marks
    return (html + _between(held, ())).replace(_BREAK, "<br>")


def _between(held: Marks, wanted: Marks) -> str:
    """Return the end and start tags that lead from one set of marks to the next."""
    same = 0
    while same < min(len(held), len(wanted)) and held[same] == wanted[same]:
        same += 1
    ends = "".join(f"</{tag}>" for tag, _ in reversed(held[same:]))
    return ends + "".join(_start_tag(tag, href) for tag, href in wanted[same:])


def _start_tag(tag: str, href: str) -> str:
    return f'<a href="{escape(href)}" rel="noopener">' if tag == "a" else f"<{tag}>"


# CKEditor 4. `newsroom` is our own plugin (static/editor/newsroom.js): the 正文 and 小标题 buttons; double spaces and
# table cells kept on their way in. The toolbar holds no drop-down: those are iframes with inline scripts.
CKEDITOR_CONFIG: dict[str, Any] = {
    "language": "zh-cn",
    "versionCheck": False,
    "skin": "moono-lisa",
    "extraPlugins": "divarea,autogrow,newsroom",
    "removePlugins": ",".join(
        sorted(
            _names(
                "a11yhelp about bidi colorbutton colordialog contextmenu copyformatting dialogadvtab div "
                "editorplaceholder elementspath exportpdf filebrowser filetools flash floatingspace font format forms "
                "horizontalrule iframe image indentblock justify language liststyle magicline newpage "
                "notificationaggregator pagebreak preview print resize save scayt showblocks smiley sourcearea "
                "stylescombo table tableselection tabletools templates uploadimage uploadwidget wsc wysiwygarea"
            )
        )
    ),
    "allowedContent": "p h3 blockquote ul ol li strong em sub sup br; a[!href,rel]",
    "toolbar": "Newsroom",
    "toolbar_Newsroom": [
        ["BodyText", "Subheading"],
        ["Bold", "Subscript", "Superscript", "RemoveFormat"],
        ["Blockquote", "BulletedList", "NumberedList"],
        ["Link", "Unlink", "SpecialChar"],
        ["Find", "Replace"],
        ["Undo", "Redo"],
        ["Maximize"],
    ],
    "specialChars": [
        ["——", "破折号"],
        ["……", "省略号"],
        ["·", "间隔号"],
        ["《", "左书名号"],
        ["》", "右书名号"],
        *"〈〉“”‘’「」『』【】〔〕、℃‰°′″×÷±≈≤≥²³₂₃μΩ№→①②③④⑤⑥⑦⑧⑨⑩",
    ],
    "entities": False,
    "fillEmptyBlocks": False,
    "disableNativeSpellChecker": False,
    "clipboard_handleImages": False,
    "linkShowAdvancedTab": False,
    "linkShowTargetTab": False,
    "linkDefaultProtocol": "https://",
    "removeDialogTabs": "link:upload;link:advanced;link:target",
    # statements.js takes over what was changed; an untouched text is sent back as it came.
    "autoUpdateElement": False,
    # Neither file exists for us: CKEditor would ask for both.
    "customConfig": "",
    "stylesSet": False,
    "width": "100%",
    "height": "auto",
}
