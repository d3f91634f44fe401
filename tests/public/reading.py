"""A minimal HTML reader for assertions on public pages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urldefrag

from django.test import Client

from interviews.public import inline


@dataclass
class Page(HTMLParser):
    """A page's elements with their attributes, and its text."""

    status: int
    html: str
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()

    __hash__ = object.__hash__

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.cdata_elem != "script":  # not visible
            self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def title(self) -> str:
        return unescape(self.html.partition("<title>")[2].partition("</title>")[0])

    @property
    def data(self) -> list[dict]:
        """Return the nodes of the page's JSON-LD."""
        blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', self.html, re.DOTALL)
        return [node for block in blocks for node in json.loads(block)["@graph"]]

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)

    def all(self, tag: str, attribute: str) -> list[str]:
        return [attributes[attribute] for name, attributes in self.elements if name == tag and attribute in attributes]

    @property
    def links(self) -> list[str]:
        return self.all("a", "href")

    @property
    def ids(self) -> set[str]:
        return {attributes["id"] for _, attributes in self.elements if "id" in attributes}

    def link(self, relation: str) -> str | None:
        found = [attributes["href"] for name, attributes in self.elements if attributes.get("rel") == relation]
        return found[0] if found else None


READER = '<script src="/static/js/reader.js" type="module"></script>'


def get(client: Client, address: str) -> Page:
    """Fetch a page, without the inline styles and scripts that every page has: any other is an injection."""
    response = client.get(address)
    html = response.content.decode()
    for element in (*map(inline.element, (*inline.styles(), inline.SCRIPT)), READER):
        html = html.replace(element, "")
    return Page(response.status_code, html)


def crawl(client: Client, start: str = "/") -> dict[str, Page]:
    """Follow all links; return the pages by address."""
    pages: dict[str, Page] = {}
    waiting = [start]
    while waiting:
        address = waiting.pop()
        if address in pages:
            continue
        pages[address] = get(client, address)
        targets = (urldefrag(link).url for link in pages[address].links)
        waiting += [target for target in targets if target.startswith("/")]
    return pages
