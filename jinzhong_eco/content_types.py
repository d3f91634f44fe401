"""What a request says of its body. Django reads it before any middleware runs: what it cannot read there is a bare
500, and the encoding that is named there also decides how the query of an address is read."""

from __future__ import annotations

import codecs

from django.utils.http import parse_header_parameters

LONGEST = 500
SENTENCE = "请求没有看懂：说明正文格式的 Content-Type 不合规矩。\n".encode()


def understood(application):
    """The WSGI application for requests whose Content-Type makes sense. One that has no body needs none: an address
    means the same whoever asks, or a shared cache would keep what somebody else's request made of it."""

    def answer(environ, start_response):
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
