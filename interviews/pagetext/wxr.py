"""Read WordPress exports (WXR 1.0 to 1.2), post by post: a file of any length takes the memory of one post."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date as Date
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from interviews import document as d
from interviews.text import richtext
from interviews.text.chinese import clean_line

from .decoding import UnreadablePageError

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_VERSION = re.compile(r"export/1\.[0-9]/")
# Revisions, menus and the like are no texts of their own; nor is what was thrown away.
_NOT_TAKEN = {"trash", "auto-draft", "inherit"}
_BLOCK = re.compile(r"<(?:p|h[1-6]|ul|ol|li|blockquote|div|figure|table|pre)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Post:
    """An item of the export, as it stands there. `date` is empty if it has none."""

    guid: str
    kind: str
    status: str
    title: str
    content: str
    excerpt: str
    author: str
    date: str
    categories: tuple[str, ...] = field(default=())

    @property
    def is_article(self) -> bool:
        return self.kind == "post" and self.status not in _NOT_TAKEN


def posts(file: IO[bytes]) -> Iterator[Post]:
    """Yield the items of an export in order. Raises UnreadablePageError, maybe after some items, if it is not sound."""
    names: dict[str, str] = {}
    channel: Element | None = None
    is_export = False
    try:
        for event, element in defusedxml.ElementTree.iterparse(file, events=("start", "end"), forbid_dtd=True):
            tag = _VERSION.sub("export/", element.tag)
            if event == "start":
                channel = element if tag == "channel" and channel is None else channel
            elif tag == _wp("wxr_version"):
                is_export = True
            elif tag == _wp("author"):
                names[_text(element, _wp("author_login"))] = _text(element, _wp("author_display_name"))
            elif tag == "item" and channel is not None:
                if not is_export:
                    break
                yield _post(element, names)
                channel.remove(element)
    except DefusedXmlException as error:
        raise UnreadablePageError("文件里有 DTD 或实体定义，为安全起见不读。") from error
    except (ParseError, UnicodeError, ValueError) as error:
        raise UnreadablePageError(f"文件不是完好的 XML（{error}）：可能没有下载完，请重新导出。") from error
    if not is_export:
        raise UnreadablePageError("这不是 WordPress 的导出文件（WXR）。")


def document_of(post: Post, subjects: set[str]) -> d.FeatureDocument:
    """The post as a page of one topic, whose speaker an editor fills in. Categories become subjects if there are such.

    Raises DocumentError and MarkupRefusedError.
    """
    headline = clean_line(post.title)
    body = richtext.clean(_with_paragraphs(post.content))
    lead = [
        line for line in map(clean_line, richtext.paragraphs(richtext.clean(_with_paragraphs(post.excerpt)))) if line
    ]
    repeated = richtext.paragraphs(body)[: len(lead)] == lead
    author = clean_line(post.author)
    credits = [{"role": "记者", "contributors": [{"name": author}]}] if author else []
    interview = {"speaker": {"name": ""}, "body": body, "credits": credits}
    data: dict[str, Any] = {
        "schema": d.SCHEMA,
        "headline": headline,
        "lead": [] if repeated else lead,
        "issue": {"date": _date(post.date)},
        "topics": [{"title": headline, "interviews": [interview]}],
        "subjects": [{"name": name} for name in post.categories if name in subjects],
    }
    return d.FeatureDocument.from_json(json.dumps(data))


def _wp(name: str) -> str:
    return f"{{http://wordpress.org/export/}}{name}"


def _post(element: Element, names: dict[str, str]) -> Post:
    for child in element:
        child.tag = _VERSION.sub("export/", child.tag)
    login = _text(element, _CREATOR)
    categories = (
        clean_line(each.text or "") for each in element.findall("category") if each.get("domain") == "category"
    )
    return Post(
        guid=_text(element, "guid") or _text(element, "link"),
        kind=_text(element, _wp("post_type")),
        status=_text(element, _wp("status")),
        title=_text(element, "title"),
        content=element.findtext(_CONTENT) or "",
        excerpt=element.findtext("{http://wordpress.org/export/excerpt/}encoded") or "",
        author=names.get(login) or login,
        date=_text(element, _wp("post_date")),
        categories=tuple(dict.fromkeys(categories)),
    )


def _text(element: Element, tag: str) -> str:
    for child in element:
        if _VERSION.sub("export/", child.tag) == tag:
            return (child.text or "").strip()
    return ""


def _with_paragraphs(content: str) -> str:
    """Texts of the old editor have blank lines between paragraphs, and no tags."""
    if _BLOCK.search(content):
        return content
    parts = (part.strip().replace("\n", "<br>") for part in re.split(r"\n\s*\n", content.replace("\r\n", "\n")))
    return "".join(f"<p>{part}</p>" for part in parts if part)


def _date(moment: str) -> str | None:
    """The day of 2024-06-05 16:04:48; None for what is none (WordPress writes 0000-00-00)."""
    try:
        return Date.fromisoformat(moment[:10]).isoformat()
    except ValueError:
        return None
