"""Include files for nginx and Caddy: security headers as the live site sends them, and redirects."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .sheet import PRIVATE

NGINX_REDIRECTS, CADDY_REDIRECTS = f"{PRIVATE}/redirects.conf", f"{PRIVATE}/redirects.caddy"
# They differ from page to page; the servers' configurations set them.
_OF_PAGE = {
    *("cache-control", "content-length", "content-type", "date", "etag", "expires"),
    *("last-modified", "location", "vary", "x-robots-tag"),
}


def headers_of(answered: dict[str, str]) -> dict[str, str]:
    """The headers that every answer has. Their values need no escapes inside double quotes."""
    headers = {name.title(): value for name, value in sorted(answered.items()) if name not in _OF_PAGE}
    unsafe = [name for name, value in headers.items() if re.search(r'["\\${}\n]', value)]
    if unsafe:
        raise ValueError(f"cannot be quoted: {unsafe}")
    return headers


def redirects(pairs: Iterable[tuple[str, str]]) -> dict[str, bytes]:
    """The lists of redirects by file name: entries of an nginx map, and Caddy's directives."""
    pairs = sorted(pairs)
    lists = {
        NGINX_REDIRECTS: "".join(f"{path} {location};\n" for path, location in pairs),
        CADDY_REDIRECTS: "".join(
            f"header {path} Cache-Control max-age=3600\nredir {path} {location} 301\n" for path, location in pairs
        ),
    }
    return {name: text.encode() for name, text in lists.items()}
