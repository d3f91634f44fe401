"""Make the sheet of an address: from the site's answer, a static file, or the press's own pages."""

from __future__ import annotations

import mimetypes
import re
from html import escape, unescape
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.shortcuts import render
from django.urls import resolve

from interviews.public.addresses import address as address_of
from interviews.public.kept import Kept
from interviews.public.negotiation import is_text
from interviews.public.views.faults import server_error
from interviews.public.views.photos import YEAR

from .asking import Answer, Site, environ_of
from .errors import PressError
from .server_config import headers_of
from .sheet import GONE, PRIVATE, TERM, Sheet, file_of

NOT_FOUND, UNAVAILABLE = "/404.html", "/50x.html"
NGINX_HEADERS, CADDY_HEADERS = f"/{PRIVATE}/headers.conf", f"/{PRIVATE}/headers.caddy"
# Pages that no invalidation outdates, but time may: the news sitemap.
VOLATILE = "~"
# Pressed elsewhere, or never.
_NOT_FOLLOWED = ("/admin/", "/preview/", "/media/", "/static/", "/healthz", "/search/")
_MOVED = '<!doctype html>\n<meta charset="utf-8">\n<meta http-equiv="refresh" content="0; url={0}">\n<link rel="canonical" href="{1}{0}">\n'  # noqa: E501
_NUMBER = re.compile("[0-9]+")


class FailedError(Exception):
    """The site answered with a server error."""


class Renderer:
    def __init__(self, search_url: str = "") -> None:
        self._site = Site()
        self._search_url = search_url
        url = re.escape(settings.SITE_URL)
        self._link = re.compile(rf'(?:(?:href|content)="|<loc>)(?:{url})?(/(?!/)[^"#<]*)')

    def render(self, address: str) -> Sheet:
        """Raises FailedError."""
        if address.startswith("/static/"):
            return _static(address)
        if address in _OWN:
            return cast(Sheet, getattr(self, _OWN[address])())
        answer = self._site.ask(address)
        if answer.status >= 500:
            raise FailedError(address)
        sheet = _OF_STATUS.get(answer.status, _absent)(address, answer)
        return sheet if answer.status != 200 else self._with_links(sheet, answer)

    def check(self) -> None:
        """Raise PressError unless the site answers under its own address."""
        if self._site.ask("/robots.txt").status != 200:
            raise PressError(f"网站不认自己的地址 {settings.SITE_URL}：请检查 SITE_URL 和 ALLOWED_HOSTS。")

    def _with_links(self, sheet: Sheet, answer: Answer) -> Sheet:
        if not sheet.files or not re.search("html|xml", answer.type):
            return sheet
        found = {unescape(link) for link in self._link.findall(answer.body.decode())}
        links = frozenset(link for link in found if link.isascii() and not link.startswith(_NOT_FOLLOWED))
        return Sheet(sheet.address, sheet.status, sheet.files, sheet.text, sheet.tags, links=links)

    def _not_found(self) -> Sheet:
        return _of_text(NOT_FOUND, self._site.ask(NOT_FOUND).body)

    def _unavailable(self) -> Sheet:
        return _of_text(UNAVAILABLE, server_error(_request(UNAVAILABLE)).content)

    def _search(self) -> Sheet:
        """Say that search needs the application, and where that is."""
        search = address_of("search")
        link = f"{self._search_url.rstrip('/')}{search}" if self._search_url else ""
        response = render(_request(search), "public/pressed_search.html", {"link": link})
        return _of_text(search, response.content)

    def _nginx_headers(self) -> Sheet:
        headers = headers_of(self._site.ask("/robots.txt").headers)
        lines = (f'add_header {name} "{value}" always;\n' for name, value in headers.items())
        return Sheet(NGINX_HEADERS, 200, {file_of(NGINX_HEADERS): "".join(lines).encode()})

    def _caddy_headers(self) -> Sheet:
        headers = headers_of(self._site.ask("/robots.txt").headers)
        lines = (f'header {name} "{value}"\n' for name, value in headers.items())
        return Sheet(CADDY_HEADERS, 200, {file_of(CADDY_HEADERS): "".join(lines).encode()})


_OWN = {
    NOT_FOUND: "_not_found",
    UNAVAILABLE: "_unavailable",
    "/search/": "_search",
    NGINX_HEADERS: "_nginx_headers",
    CADDY_HEADERS: "_caddy_headers",
}
OWN = tuple(_OWN)


def _found(address: str, answer: Answer) -> Sheet:
    if not _selects(address, answer):
        return Sheet(address)
    name = file_of(address)
    files = {name: answer.body}
    if address.startswith("/media/") and f"max-age={YEAR}," not in answer.headers["cache-control"]:
        files = {name + TERM: b"", **files}
    return Sheet(address, 200, files, is_text(answer.type), _tags(address, answer.kept))


def _selects(address: str, answer: Answer) -> bool:
    """Whether the address has a page of its own: its parameters are the view's, and its number is in range."""
    given = dict(parse_qsl(address.partition("?")[2], keep_blank_values=True))
    if not given:
        return True
    if answer.kept is None or not set(given) <= set(answer.kept.parameters):
        return False
    canonical = re.search(r'<link rel="canonical" href="([^"]*)">', answer.body.decode())
    return "page" not in given or bool(canonical and unescape(canonical[1]) == settings.SITE_URL + address)


def _gone(address: str, answer: Answer) -> Sheet:
    """The reason, beside the file. Also in its place if that is a page, for servers that know nothing of statuses."""
    if "?" in address:
        return Sheet(address)
    name, html = file_of(address), "html" in answer.type
    files = {name + GONE[0 if html else 1]: answer.body}
    if html and name.endswith(".html"):
        files[name] = answer.body
    return Sheet(address, 410, files, True, _tags(address, answer.kept))


def _moved(address: str, answer: Answer) -> Sheet:
    """A page that leads on, for servers that have not read the list of redirects yet."""
    location = answer.headers["location"]
    body = _MOVED.format(escape(location), escape(settings.SITE_URL)).encode()
    tags = {*_tags(address, None), *_tags(location, None), "lists"} - {VOLATILE}
    return Sheet(address, 301, {file_of(address): body}, True, frozenset(tags), location)


def _absent(address: str, answer: Answer) -> Sheet:
    return Sheet(address)


_OF_STATUS = {200: _found, 301: _moved, 410: _gone}


def _tags(address: str, kept: Kept | None) -> frozenset[str]:
    """What outdates the page: as its view declared, else by its address."""
    if kept is not None:
        return kept.tags
    kind, number = re.match("/([a-z]*)", address), _NUMBER.search(address)
    named = {"speakers": "speaker", "contributors": "contributor", "media": "photo"}.get(kind[1] if kind else "")
    return frozenset({f"{named}:{number[0]}"} if named and number else {VOLATILE})


def _static(address: str) -> Sheet:
    path = Path(settings.STATIC_ROOT, address.removeprefix("/static/"))
    if not path.is_file():
        return Sheet(address)
    kind = mimetypes.guess_type(path.name)[0] or ""
    return Sheet(address, 200, {file_of(address): path.read_bytes()}, is_text(kind) or path.suffix == ".js")


def _of_text(address: str, body: bytes) -> Sheet:
    return Sheet(address, 200, {file_of(address): body}, text=True)


def _request(address: str) -> WSGIRequest:
    request = WSGIRequest(environ_of(address))
    if address.endswith("/"):
        request.resolver_match = resolve(address)
    return request
