"""Inline style sheets, and the one script that runs before the first paint.

A page is complete after one response, which saves a round trip before the first paint. The CSP names each inline file
by its hash (CSP 3, 2.3.1); no other inline code runs.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

# The sources, not collectstatic's output: pages must work before collectstatic, too.
STATIC = Path(settings.BASE_DIR, "static")
SCRIPT = "js/comfort.js"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,]) ?")
_FILE = re.compile(r'url\("\.\./([\w./-]+)"\)')


def styles() -> list[str]:
    """Names of the style sheets to inline: all but the print's, which nothing waits for."""
    return sorted(f"css/{path.name}" for path in (STATIC / "css").glob("*.css") if path.name != "print.css")


def element(name: str) -> SafeString:
    """Wrap a file in a style or script element."""
    tag = "script" if name.endswith(".js") else "style"
    return mark_safe(f"<{tag}>{_text(name)}</{tag}>")  # noqa: S308 - our own files


def policy(policy: dict[str, list[str]]) -> dict[str, list[str]]:
    """The Content-Security-Policy that allows the inline files."""
    added = {"script-src": [_source(SCRIPT)], "style-src": list(map(_source, styles()))}
    return policy | {
        directive: [*policy.get(directive, policy["default-src"]), *sources]
        for directive, sources in added.items()
        # With a hash present, browsers ignore 'unsafe-inline' for styles.
        if "'unsafe-inline'" not in policy.get(directive, [])
    }


def _source(name: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(_text(name).encode()).digest()).decode()}'"


def _text(name: str) -> str:
    return _read(name) if not settings.DEBUG else _read.__wrapped__(name)


@lru_cache
def _read(name: str) -> str:
    text = (STATIC / name).read_text(encoding="utf-8")
    return text.strip() if name.endswith(".js") else _squeezed(text)


def _squeezed(text: str) -> str:
    """Remove comments and insignificant spaces. Quoted strings in our style sheets contain none."""
    text = _AROUND.sub(r"\1", _SPACE.sub(" ", _COMMENT.sub("", text)))
    return _FILE.sub(lambda found: f'url("{_address(found[1])}")', text).strip()


def _address(name: str) -> str:
    try:
        return static(name)
    except ValueError:  # no manifest yet: the page that says so must still render
        return settings.STATIC_URL + name
