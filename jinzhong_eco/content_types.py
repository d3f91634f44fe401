"""Reject nonsensical Content-Type headers before Django sees them.

Django parses the header before any middleware runs: an invalid one is a bare 500, and its charset also decides how the
query string is decoded.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.utils.http import parse_header_parameters

LONGEST = 500
SENTENCE = "请求没有看懂：说明正文格式的 Content-Type 不合规矩。\n".encode()


def understood(application: WSGIApplication) -> WSGIApplication:
    """WSGI middleware that passes on only requests with a valid Content-Type.

    A request without a body loses the header: a URL must mean the same to everybody, or a shared cache could keep a
    response that somebody else's header changed.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            environ.pop("CONTENT_TYPE", None)
        elif not _makes_sense(environ.get("CONTENT_TYPE", "")):
            headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(SENTENCE)))]
            start_response("400 Bad Request", [*headers, ("X-Content-Type-Options", "nosniff")])
            return [SENTENCE]
        return application(environ, start_response)

    return answer


def _makes_sense(text: str) -> bool:
    if len(text) > LONGEST:
        return False
    try:
        _, parameters = parse_header_parameters(text)
        return codecs.lookup(parameters.get("charset", "utf-8")).name == "utf-8"
    except (LookupError, ValueError):
        return False
