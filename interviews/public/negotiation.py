"""Content negotiation and conditional requests (RFC 9110) for stored pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from wsgiref.types import StartResponse, WSGIEnvironment

from .page_store import Page

IN_304 = {"cache-control", "content-location", "date", "etag", "expires", "last-modified", "vary"}
_TEXT = re.compile(r"text/|application/(?:.*\+)?(?:xml|json)|image/svg")


def is_text(content_type: str) -> bool:
    """Whether compressing pays: pictures are compressed already."""
    return bool(_TEXT.match(content_type))


@lru_cache(maxsize=1_000)
def best_encoding(accepted: str) -> str:
    """The best encoding that a browser accepts: br, gzip, or none."""
    for encoding in ("br", "gzip"):
        if re.search(rf"(?:^|[\s,]){encoding}\s*(?:$|,|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))", accepted, re.IGNORECASE):
            return encoding
    return ""


def answer(page: Page, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if page.etag and _matches(environ.get("HTTP_IF_NONE_MATCH", ""), page.etag):
        start_response("304 Not Modified", [field for field in page.headers if field[0].lower() in IN_304])
        return []
    encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")) if page.compressible else ""
    body = page.body(encoding)
    headers = [*page.headers, ("Content-Length", str(len(body)))]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    start_response(page.status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _matches(tags: str, etag: str) -> bool:
    """RFC 9110, 13.1.2: weak comparison."""
    plain = etag.removeprefix("W/")
    return bool(tags) and (
        tags == etag or tags == "*" or plain in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    )
