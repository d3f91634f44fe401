"""Well-formed XML for any text."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

# XML 1.0, production 2: everything except these is a legal character.
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml(template: str, context: dict[str, Any], content_type: str = "application/xml") -> HttpResponse:
    text = ILLEGAL.sub("", render_to_string(template, context))
    return HttpResponse(text, content_type=f"{content_type}; charset=utf-8")
